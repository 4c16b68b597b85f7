/** Command lines of BitTornado's torrent tools as btmany ones. */
import { OPTION_ROWS } from '../../config/options.js';
import { commandOptions } from '../command-options.js';
import type { Translation } from './translate.js';

export const TOOL_NAMES = [
	'btmakemetafile',
	'btcompletedir',
	'btshowmetainfo',
	'btreannounce',
	'btcopyannounce',
	'btrename',
	'btsethttpseeds',
	'btmaketorrentgui',
	'bt-t-make',
	'btcompletedirgui',
] as const;
/** The original tools this program answers for. */
export type ToolName = (typeof TOOL_NAMES)[number];

interface Tool {
	readonly command: string;
	/** Options the original's behaviour stands for. */
	readonly given: readonly string[];
	/** The first operand is the tracker, an option here. */
	readonly startsWithTracker: boolean;
}

const TOOLS: Readonly<Record<ToolName, Tool>> = {
	btmakemetafile: { command: 'make', given: [], startsWithTracker: true },
	btcompletedir: { command: 'make-each', given: [], startsWithTracker: true },
	btshowmetainfo: { command: 'show', given: ['--classic'], startsWithTracker: false },
	btreannounce: { command: 'reannounce', given: ['--classic'], startsWithTracker: false },
	btcopyannounce: { command: 'copy-announce', given: ['--classic'], startsWithTracker: false },
	btrename: { command: 'rename', given: ['--classic'], startsWithTracker: false },
	btsethttpseeds: { command: 'http-seeds', given: ['--classic'], startsWithTracker: false },
	btmaketorrentgui: { command: 'wizard', given: [], startsWithTracker: false },
	'bt-t-make': { command: 'wizard', given: [], startsWithTracker: false },
	btcompletedirgui: { command: 'wizard', given: ['--each'], startsWithTracker: false },
};

/** Old names, dashes for underscores, of options that have another name here. */
const RENAMED: ReadonlyMap<string, string> = new Map([
	['httpseeds', 'http-seed'],
	['piece-size-pow2', 'piece-length'],
	['target', 'output'],
]);
/** Old options with a value that mean nothing here. */
const INERT: ReadonlySet<string> = new Set(['filesystem-encoding', 'thostconfig']);
/** Short forms of a later BitTornado; its -v made it talk as much as the first one did. */
const SHORT: ReadonlyMap<string, string> = new Map([
	['-a', '--announce-list'],
	['-m', '--match'],
]);
const INERT_FLAGS: ReadonlySet<string> = new Set(['-v', '--verbose']);

/** Options stand anywhere, with dashes or underscores, as `--name value` or `--name=value`. */
export function translateTool(name: ToolName, args: readonly string[]): Translation {
	const { command, given, startsWithTracker } = TOOLS[name];
	const argv = [command, ...given];
	const operands: string[] = [];
	const ignored = new Set<string>();
	const queue = [...args];
	for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
		if (word === '--') {
			operands.push(...queue);
			break;
		}
		if (!/^-./s.test(word)) operands.push(word);
		else if (!INERT_FLAGS.has(word))
			addOption(SHORT.get(word) ?? word, queue, command, argv, ignored);
	}
	const tracker = startsWithTracker ? operands.shift() : undefined;
	if (tracker !== undefined) argv.push('--announce', tracker);
	if (operands.length > 0) argv.push('--', ...operands);
	const names = [...ignored].map((option) => `--${option}`).join(', ');
	const warning =
		names === ''
			? undefined
			: `${name}: These options have no meaning in btmany and are ignored: ${names}`;
	return { argv, warning, mistakes: [], saveTo: undefined };
}

/** Takes the value from the queue where the option has one and it is not part of the word. */
function addOption(
	word: string,
	queue: string[],
	command: string,
	argv: string[],
	ignored: Set<string>,
): void {
	const [flag = word, inline] = word.split(/=(.*)/s);
	const old = flag.replace(/^--/, '').replaceAll('_', '-');
	if (INERT.has(old)) {
		if (inline === undefined) queue.shift();
		ignored.add(old.replaceAll('-', '_'));
		return;
	}
	const option = RENAMED.get(old) ?? old;
	if (!takesValue(option, command)) {
		// Unknown ones are told by the parser of this program.
		argv.push(flag.startsWith('--') ? word.replace(flag, `--${option}`) : word);
		return;
	}
	const value = inline ?? queue.shift();
	// Without a value the parser says so; an empty one was the originals' way to say nothing.
	if (value === undefined) argv.push(`--${option}`);
	else if (value !== '')
		argv.push(`--${option}`, old === 'piece-size-pow2' ? pieceLength(value) : value);
}

function takesValue(option: string, command: string): boolean {
	return (
		OPTION_ROWS.some(({ name, type }) => name === option && type.placeholder !== '') ||
		commandOptions(command).some(({ name, placeholder }) => name === option && placeholder !== '')
	);
}

/** The originals took an exponent, 0 for automatic. What is none is refused under the new name. */
function pieceLength(exponent: string): string {
	if (/^0+$/.test(exponent)) return 'auto';
	return /^\d{1,2}$/.test(exponent) ? String(2 ** Number(exponent)) : exponent;
}
