/** BitTornado command lines as btmany ones: `--name value` pairs, underscores, kB/s. */
import { closest } from '../../config/closest.js';
import { didYouMean, type Mistake, quoted } from '../../config/mistake.js';
import { OPTION_ROWS } from '../../config/options.js';
import { BITTORNADO_OPTIONS, type OldOption } from './bittornado-options.js';

export const ALIAS_NAMES = [
	'btlaunchmany',
	'btlaunchmanycurses',
	'btdownloadheadless',
	'btdownloadcurses',
] as const;
/** The original programs this one answers for. */
export type AliasName = (typeof ALIAS_NAMES)[number];

/** The originals seed until they are stopped. */
const PREFIXES: Readonly<Record<AliasName, readonly string[]>> = {
	btlaunchmany: ['--headless'],
	btlaunchmanycurses: [],
	btdownloadheadless: ['get', '--headless', '--seed'],
	btdownloadcurses: ['get', '--seed'],
};

/** Where the originals' range ended, and began. */
const DEFAULT_PORTS = { first: '10000', last: '60000' };

export interface Translation {
	/** For this program, without its name. */
	readonly argv: readonly string[];
	/** Names options that mean nothing here, in one line; undefined when there is none. */
	readonly warning: string | undefined;
	readonly mistakes: readonly Mistake[];
	/** The file or folder a single download goes to. */
	readonly saveTo: string | undefined;
}

interface Progress {
	readonly alias: AliasName;
	readonly argv: string[];
	readonly operands: string[];
	readonly ports: { first?: string; last?: string };
	readonly ignored: Set<string>;
	readonly mistakes: Mistake[];
	saveTo: string | undefined;
}

/**
 * Translates the arguments of an original program.
 * This program's own options are understood too, as `--name value` and `--name=value`.
 */
export function translateAlias(alias: AliasName, args: readonly string[]): Translation {
	const progress: Progress = {
		alias,
		argv: [...PREFIXES[alias]],
		operands: [],
		ports: {},
		ignored: new Set(),
		mistakes: [],
		saveTo: undefined,
	};
	for (let i = 0; i < args.length; i += readOne(args, i, progress));
	const { argv, ports, operands, ignored, mistakes, saveTo } = progress;
	if (ports.first !== undefined || ports.last !== undefined) {
		const { first = DEFAULT_PORTS.first, last = DEFAULT_PORTS.last } = ports;
		argv.push('--port', `${first}-${last}`);
	}
	// An empty operand stays visible as a mistake.
	if (operands.length > 0) argv.push('--', ...operands);
	return { argv, warning: warningOf(alias, ignored), mistakes, saveTo };
}

/** Reads the argument at `at`; returns how many arguments it took. */
function readOne(args: readonly string[], at: number, progress: Progress): number {
	const word = args[at] ?? '';
	if (word === '--') {
		progress.operands.push(...args.slice(at + 1));
		return args.length - at;
	}
	if (!word.startsWith('--')) {
		if (/^-[hV]$/.test(word)) progress.argv.push(word);
		else progress.operands.push(word);
		return 1;
	}
	const name = word.slice(2);
	const old = BITTORNADO_OPTIONS.get(name);
	if (old === undefined) return readOwn(args, at, progress);
	const value = args[at + 1];
	if (value === undefined) {
		progress.mistakes.push({ origin: word, message: 'expected a value behind it' });
		return 1;
	}
	applyOld(name, old, value, progress);
	return 2;
}

function applyOld(name: string, old: OldOption, value: string, progress: Progress): void {
	// An empty value was the originals' way to say nothing.
	if (value === '' && old.type !== 'inert') return;
	switch (old.type) {
		case 'inert':
			progress.ignored.add(name);
			return;
		case 'operand':
			progress.operands.push(value);
			return;
		case 'port-end':
			progress.ports[old.end] = value;
			return;
		case 'save-to':
			if (progress.alias.startsWith('btlaunchmany')) progress.argv.push('--download-dir', value);
			else progress.saveTo = value;
			return;
		case 'same': {
			const converted = old.convert?.(value) ?? { ok: true, value };
			if (converted.ok) {
				progress.argv.push(`--${old.option}`, converted.value);
				if (converted.isLossy === true) progress.ignored.add(`${name} ${value}`);
			} else {
				const message = `expected ${converted.expected}, got ${quoted(value)}`;
				progress.mistakes.push({ origin: `--${name}`, message });
			}
			return;
		}
		default:
			old satisfies never;
	}
}

/** An option of this program itself, left to its own parser. */
function readOwn(args: readonly string[], at: number, progress: Progress): number {
	const word = args[at] ?? '';
	const name = word.slice(2).replace(/=.*/s, '');
	const row = OPTION_ROWS.find((each) => each.name === name || `no-${each.name}` === name);
	if (row === undefined && name !== 'help' && name !== 'version') {
		const names = [...BITTORNADO_OPTIONS.keys(), ...OPTION_ROWS.map((each) => each.name)];
		const near = closest(name.toLowerCase(), names);
		const suggestion = near === undefined ? undefined : `--${near}`;
		progress.mistakes.push({
			origin: `--${name}`,
			message: `Unknown option${didYouMean(suggestion)}`,
		});
		return 1;
	}
	const value = args[at + 1];
	const takesNext = row !== undefined && row.type.placeholder !== '' && !word.includes('=');
	progress.argv.push(word);
	if (!takesNext || value === undefined) return 1;
	progress.argv.push(value);
	return 2;
}

function warningOf(alias: AliasName, ignored: ReadonlySet<string>): string | undefined {
	if (ignored.size === 0) return undefined;
	const names = [...ignored].map((name) => `--${name}`).join(', ');
	return `${alias}: These options have no meaning in btmany and are ignored: ${names}`;
}
