/** What things mean, and the colour, attribute or sign that says so on this terminal. */
import type { TorrentState } from '../session/snapshot.js';

/** Meaning of a piece of text; colour is never the only sign of it. */
export type Role =
	| 'down'
	| 'up'
	| 'ok'
	| 'warn'
	| 'error'
	| 'dim'
	| 'title'
	| 'selected'
	| 'bar'
	| 'chosen';

export interface Glyphs {
	readonly state: Readonly<Record<TorrentState, string>>;
	readonly down: string;
	readonly up: string;
	readonly active: string;
	readonly ellipsis: string;
	readonly rule: string;
	/** Box of a dialog: top left, top right, bottom left, bottom right, side. */
	readonly box: readonly [string, string, string, string, string];
	/** Full cell of a bar, then its eighths from one to seven; without eighths when empty. */
	readonly barFull: string;
	readonly barEighths: readonly string[];
	readonly barHead: string;
	readonly barEmpty: string;
}

export interface Theme {
	readonly glyphs: Glyphs;
	/** SGR parameters of each role; empty for plain text. */
	readonly sgr: Readonly<Record<Role, string>>;
}

const UNICODE: Glyphs = {
	state: {
		queued: 'q',
		checking: '~',
		downloading: '↓',
		seeding: '↑',
		paused: '=',
		finished: '.',
		error: '!',
	},
	down: '▼',
	up: '▲',
	active: '▶',
	ellipsis: '…',
	rule: '─',
	box: ['╭', '╮', '╰', '╯', '│'],
	barFull: '█',
	barEighths: ['▏', '▎', '▍', '▌', '▋', '▊', '▉'],
	barHead: '',
	barEmpty: ' ',
};

const ASCII: Glyphs = {
	state: { ...UNICODE.state, downloading: 'D', seeding: 'U' },
	down: 'v',
	up: '^',
	active: '>',
	ellipsis: '~',
	rule: '-',
	box: ['+', '+', '+', '+', '|'],
	barFull: '=',
	barEighths: [],
	barHead: '>',
	barEmpty: '.',
};

const SIXTEEN_COLOURS: Readonly<Record<Role, string>> = {
	down: '36',
	up: '33',
	ok: '1;34',
	warn: '93',
	error: '1;91',
	dim: '2',
	title: '1',
	selected: '7',
	bar: '7',
	chosen: '1;7',
};

/** The Okabe-Ito palette, safe for all kinds of colour blindness, for dark backgrounds. */
const TRUE_COLOURS: Readonly<Record<Role, string>> = {
	...SIXTEEN_COLOURS,
	down: '38;2;86;180;233',
	up: '38;2;230;159;0',
	ok: '38;2;0;158;115',
	warn: '38;2;240;228;66',
	error: '1;38;2;213;94;0',
};

const NO_COLOURS: Readonly<Record<Role, string>> = {
	...SIXTEEN_COLOURS,
	down: '',
	up: '',
	ok: '',
	warn: '1',
	error: '1;4',
};

export interface ThemeOptions {
	readonly hasUnicode: boolean;
	readonly colours: 'none' | 'sixteen' | 'true';
}

export function makeTheme(options: ThemeOptions): Theme {
	const palettes = { none: NO_COLOURS, sixteen: SIXTEEN_COLOURS, true: TRUE_COLOURS };
	return { glyphs: options.hasUnicode ? UNICODE : ASCII, sgr: palettes[options.colours] };
}

/**
 * What the environment says about the terminal: `NO_COLOR` leaves attributes only, a locale that
 * is not UTF-8 and the Linux console get ASCII signs, 24-bit colours only on a known dark background.
 */
export function themeOptionsFrom(env: Readonly<Record<string, string | undefined>>): ThemeOptions {
	const locale = firstSet(env['LC_ALL'], env['LC_CTYPE'], env['LANG']);
	const hasUnicode = /utf-?8/i.test(locale) && env['TERM'] !== 'linux';
	if (firstSet(env['NO_COLOR']) !== '') return { hasUnicode, colours: 'none' };
	const hasTrueColour = /^(truecolor|24bit)$/.test(env['COLORTERM'] ?? '');
	// `15;0`: foreground and background of the 16 colours; 0 to 6 and 8 are dark.
	const background = /;([0-9]+)$/.exec(env['COLORFGBG'] ?? '')?.[1];
	const isDark = background !== undefined && (Number(background) <= 6 || background === '8');
	return { hasUnicode, colours: hasTrueColour && isDark ? 'true' : 'sixteen' };
}

/** Text in the colours of its role; empty roles leave it as it is. */
export function paint(theme: Theme, role: Role | undefined, text: string): string {
	const sgr = role === undefined ? '' : theme.sgr[role];
	return sgr === '' ? text : `\x1b[${sgr}m${text}\x1b[0m`;
}

function firstSet(...values: readonly (string | undefined)[]): string {
	return values.find((value) => value !== undefined && value !== '') ?? '';
}
