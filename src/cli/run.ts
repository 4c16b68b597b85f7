/** From arguments to an exit code. Everything heavy is imported only when a command needs it. */
import type { Environment } from '../config/app-paths.js';
import { closest } from '../config/closest.js';
import type { Mistake } from '../config/mistake.js';
import type { Options } from '../config/options.js';
import { AppError, errorMessage } from '../primitives/app-error.js';
import type { HashThreads } from '../storage/hash-threads.js';
import { COMMANDS, type CommandName, parseArguments } from './arguments.js';
import type { CommandFlags } from './command-options.js';
import { EXIT_CODES } from './exit-codes.js';
import type { CliIo } from './io.js';

/** What the entry points bring along and no option can say. */
export interface RunExtras {
	/** The file or folder that `get` writes. */
	readonly saveTo?: string | undefined;
	/** Threads for `make` that were started ahead; the caller closes them. */
	readonly hashThreads?: HashThreads | undefined;
	/** Found before this program's own arguments were read. */
	readonly mistakes?: readonly Mistake[];
}

/** What stands behind a command. */
interface OperandRule {
	/** In the words of an error message. */
	readonly wanted: string;
	readonly least: number;
	readonly most: number;
}

const OPERANDS: Readonly<Record<CommandName, OperandRule>> = {
	watch: one('DIR, the folder to watch'),
	get: one('FILE.torrent or URL'),
	why: one('FILE'),
	make: many('PATH, a file or folder, or several'),
	'make-each': many('DIR, or several'),
	show: many('FILE.torrent, or several'),
	verify: { wanted: 'FILE.torrent, and PATH if the data is not beside it', least: 1, most: 2 },
	reannounce: many('URL and FILE.torrent, or several', 2),
	'copy-announce': many('SOURCE.torrent and FILE.torrent, or several', 2),
	rename: many('FILE.torrent and NAME, or with --match FILE.torrent, or several'),
	'http-seeds': many('URL (several with bars between them, or 0) and FILE.torrent', 2),
	'web-seeds': many('URL (several with bars between them, or 0) and FILE.torrent', 2),
	seed: many('PATH, a file, folder or .torrent, or several'),
	wizard: many('PATH, or none', 0),
	demo: { wanted: '', least: 0, most: 0 },
};

function one(wanted: string): OperandRule {
	return { wanted, least: 1, most: 1 };
}

function many(wanted: string, least = 1): OperandRule {
	return { wanted, least, most: Number.POSITIVE_INFINITY };
}

/**
 * Runs the program.
 * @param argv - without the program's name
 * @returns the exit code; the caller ends the process
 */
export async function run(
	argv: readonly string[],
	env: Environment,
	io: CliIo,
	extras: RunExtras = {},
): Promise<number> {
	const invocation = parseArguments(argv);
	if (invocation.type === 'help') {
		io.stdout.write(invocation.text);
		return EXIT_CODES.done;
	}
	if (invocation.type === 'version') {
		const { programVersion } = await import('./program-version.js');
		io.stdout.write(`btmany ${await programVersion()}\n`);
		return EXIT_CODES.done;
	}
	const { cleanText } = await import('../primitives/clean-text.js');
	const { loadOptions } = await import('../config/load-options.js');
	const { command, commandFlags, flags, operands } = invocation;
	const { currentDir, homeDir } = io;
	const loaded = await loadOptions({ flags, env, homeDir, currentDir });
	const mistakes = [
		...(extras.mistakes ?? []),
		...invocation.mistakes,
		...(loaded.ok ? [] : loaded.mistakes),
	];
	if (flags.has('seed') && command !== 'get')
		mistakes.push({ origin: '--seed', message: 'Only "btmany get" knows this option' });
	// A mistaken option may have taken or left an operand: one mistake is enough to tell.
	if (mistakes.length === 0) mistakes.push(...operandMistakes(command, operands));
	if (mistakes.length > 0 || !loaded.ok) {
		const { tellMistakes } = await import('./tell-mistakes.js');
		tellMistakes(io.stderr, mistakes);
		return EXIT_CODES.usage;
	}
	try {
		return await runCommand({ command, commandFlags, operands }, loaded.options, io, env, extras);
	} catch (error) {
		const isOurs = error instanceof AppError;
		const stack = error instanceof Error ? error.stack : undefined;
		const text = isOurs ? errorMessage(error) : `Unexpected failure: ${stack ?? String(error)}`;
		io.stderr.write(`btmany: ${isOurs ? cleanText(text) : text}\n`);
		return EXIT_CODES.failed;
	}
}

interface ToRun {
	readonly command: CommandName;
	readonly commandFlags: CommandFlags;
	readonly operands: readonly string[];
}

async function runCommand(
	{ command, commandFlags, operands }: ToRun,
	options: Options,
	io: CliIo,
	env: Environment,
	extras: RunExtras,
): Promise<number> {
	const { openContext } = await import('./command-context.js');
	const opened = openContext(options, io, env);
	const { context } = opened;
	const operand = operands[0] ?? '';
	try {
		switch (command) {
			case 'watch': {
				const { watch } = await import('./commands/watch.js');
				return await watch(operand, context);
			}
			case 'get': {
				const { get } = await import('./commands/get.js');
				return await get(operand, context, { saveTo: extras.saveTo });
			}
			case 'why': {
				const { why } = await import('./commands/why.js');
				return await why(operand, context);
			}
			case 'make': {
				const { make } = await import('./commands/make.js');
				return await make(operands, commandFlags, context, extras.hashThreads);
			}
			case 'make-each': {
				const { makeEach } = await import('./commands/make-each.js');
				return await makeEach(operands, commandFlags, context);
			}
			case 'show': {
				const { show } = await import('./commands/show.js');
				return await show(operands, commandFlags, context);
			}
			case 'verify': {
				const { verify } = await import('./commands/verify.js');
				return await verify(operand, operands[1], context);
			}
			case 'reannounce': {
				const { reannounce } = await import('./commands/reannounce.js');
				return await reannounce(operands, commandFlags, context);
			}
			case 'copy-announce': {
				const { copyAnnounce } = await import('./commands/copy-announce.js');
				return await copyAnnounce(operands, commandFlags, context);
			}
			case 'rename': {
				const { rename } = await import('./commands/rename.js');
				return await rename(operands, commandFlags, context);
			}
			case 'http-seeds':
			case 'web-seeds': {
				const { setSeeds } = await import('./commands/set-seeds.js');
				const field = command === 'http-seeds' ? 'httpseeds' : 'url-list';
				return await setSeeds(field, operands, commandFlags, context);
			}
			case 'seed': {
				const { seed } = await import('./commands/seed.js');
				return await seed(operands, commandFlags, context);
			}
			case 'wizard': {
				const { wizard } = await import('./commands/wizard.js');
				return await wizard(operands, commandFlags, context);
			}
			case 'demo': {
				const { demo } = await import('./commands/demo.js');
				return await demo(context);
			}
			default:
				return command satisfies never;
		}
	} finally {
		opened.close();
	}
}

function operandMistakes(command: CommandName, operands: readonly string[]): readonly Mistake[] {
	const { least, most, wanted } = OPERANDS[command];
	const words = command === 'watch' ? 'btmany' : `btmany ${command}`;
	const { length } = operands;
	if (length >= least && length <= most && !operands.includes('')) return [];
	if (most === 0) return [{ origin: words, message: 'Takes no arguments' }];
	if (length < least || operands.includes(''))
		return [{ origin: words, message: `Expected ${wanted}; see btmany --help` }];
	const first = operands[0] ?? '';
	const near = command === 'watch' ? closest(first, COMMANDS.slice(1)) : undefined;
	const hint = near === undefined ? 'see btmany --help' : `did you mean btmany ${near}?`;
	const message = `Expected ${wanted} and nothing else, got ${length} arguments; ${hint}`;
	return [{ origin: words, message }];
}
