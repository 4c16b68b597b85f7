/** The kinds of value an option takes: how each is read from text, and how help shows it. */
import { isIP } from 'node:net';
import path from 'node:path';
import { type Endpoint, parseEndpoint } from '../primitives/endpoint.js';

/** What a path or a list needs to be read. */
export interface ReadContext {
	/** What `~` stands for. */
	readonly homeDir: string;
	/** What relative paths start from: the current folder, or the configuration file's. */
	readonly baseDir: string;
}

/** `expected` completes the sentence "expected …". */
export type Reading<T> =
	| { readonly ok: true; readonly value: T }
	| { readonly ok: false; readonly expected: string };

export interface OptionType<T> {
	/** Name of the kind, for the documentation's table. */
	readonly name: string;
	/** What stands behind the flag in help (`RATE`); empty for a flag without a value. */
	readonly placeholder: string;
	/** Given many times, or as a list. */
	readonly isRepeatable: boolean;
	/** Reads what the user wrote; one text, or each of a list. */
	read(texts: readonly string[], context: ReadContext): Reading<T>;
}

/** An inclusive range of TCP ports; `0-0` lets the system choose. */
export interface PortRange {
	readonly first: number;
	readonly last: number;
}

const BYTE_FACTORS: Readonly<Record<string, number>> = {
	'': 1,
	k: 1000,
	m: 1000 ** 2,
	g: 1000 ** 3,
	ki: 1024,
	mi: 1024 ** 2,
	gi: 1024 ** 3,
};

const DURATION_FACTORS_MS: Readonly<Record<string, number>> = {
	'': 1000,
	s: 1000,
	m: 60_000,
	h: 3_600_000,
	d: 86_400_000,
};

/** On or off; a flag on the command line, `true` or `false` elsewhere. */
export const flagType: OptionType<boolean> = single('flag', '', (text) => {
	const word = text.toLowerCase();
	if (['true', '1', 'yes', 'on'].includes(word)) return ok(true);
	if (['false', '0', 'no', 'off'].includes(word)) return ok(false);
	return expected('true or false');
});

/** A whole number of at least 0. */
export const countType: OptionType<number> = single('count', 'N', (text) => {
	const count = /^\d{1,9}$/.test(text) ? Number(text) : undefined;
	return count === undefined ? expected('a whole number, 0 or more') : ok(count);
});

/** A whole number within bounds, where 0 would make no sense. */
export function numberType(least: number, most: number): OptionType<number> {
	return single('number', 'N', (text) => {
		const number = /^\d{1,9}$/.test(text) ? Number(text) : -1;
		if (number >= least && number <= most) return ok(number);
		return expected(`a whole number from ${least} to ${most}`);
	});
}

/** An amount of memory in bytes, with the suffixes of rates. */
export function sizeType(leastBytes: number, mostBytes: number): OptionType<number> {
	const bounds = `from ${binarySize(leastBytes)} to ${binarySize(mostBytes)}`;
	return single('size', 'SIZE', (text) => {
		const bytes = readBytes(text) ?? -1;
		if (bytes >= leastBytes && bytes <= mostBytes) return ok(Math.round(bytes));
		return expected(`a size such as 64Mi, ${bounds}`);
	});
}

/** A ratio such as `1.5`. */
export const ratioType: OptionType<number> = single('ratio', 'R', (text) => {
	const ratio = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
	return ratio === undefined ? expected('a number such as 1.5') : ok(ratio);
});

/** Bytes per second: k, M, G are powers of 1000; Ki, Mi, Gi powers of 1024; case does not matter. */
export const rateType: OptionType<number> = single('rate', 'RATE', (text) => {
	const rate = readBytes(text);
	if (rate === undefined || rate > 1e15) return expected('bytes per second such as 500k or 2M');
	// A rate below one byte is not "no limit".
	return ok(rate > 0 ? Math.max(1, Math.round(rate)) : 0);
});

/** A duration in milliseconds, read as seconds unless a unit s, m, h or d follows. */
export function durationType(minimumMs = 0): OptionType<number> {
	return single('duration', 'TIME', (text) => {
		const match = /^(\d{1,9}(?:\.\d{1,6})?)([smhd])?$/i.exec(text);
		const factor = DURATION_FACTORS_MS[match?.[2]?.toLowerCase() ?? ''];
		const ms = match === null || factor === undefined ? undefined : Number(match[1]) * factor;
		if (ms === undefined || ms > 3650 * 86_400_000)
			return expected('a duration such as 90, 90s, 10m, 2h or 1d');
		return ms < minimumMs ? expected(`at least ${minimumMs / 1000} s`) : ok(Math.round(ms));
	});
}

/** A file or folder; made absolute, `~/` is the home folder. */
export const pathType: OptionType<string> = single('path', 'PATH', (text, context) => {
	if (text === '' || text.includes('\0')) return expected('a path');
	if (text === '~') return ok(context.homeDir);
	if (text.startsWith('~/')) return ok(path.resolve(context.homeDir, text.slice(2)));
	return ok(path.resolve(context.baseDir, text));
});

/** One word of a closed set. */
export function choiceType<const T extends string>(choices: readonly T[]): OptionType<T> {
	return single('choice', choices.join('|'), (text) => {
		const choice = choices.find((candidate) => candidate === text.toLowerCase());
		return choice === undefined ? expected(`one of ${choices.join(', ')}`) : ok(choice);
	});
}

/** One port or `first-last`. */
export const portRangeType: OptionType<PortRange> = single('port', 'N|A-B', (text) => {
	const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
	if (match === null) return expected('a port (0 to 65535) or a range A-B');
	const first = Number(match[1]);
	const last = match[2] === undefined ? first : Number(match[2]);
	if (first > 65_535 || last > 65_535) return expected('a port of at most 65535');
	if (first > last) return expected('a range whose first port is not above its last');
	if (first === 0 && last !== 0) return expected('a range that starts at 1 or more');
	return ok({ first, last });
});

/** One numeric IPv4 or IPv6 address. */
export const addressType: OptionType<string> = single('address', 'ADDRESS', (text) => {
	const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
	return isIP(bare) === 0 ? expected('an IPv4 or IPv6 address') : ok(bare);
});

/** Any number of `ADDRESS:PORT`. */
export const endpointsType: OptionType<readonly Endpoint[]> = {
	name: 'endpoint list',
	placeholder: 'ADDRESS:PORT',
	isRepeatable: true,
	read(texts) {
		const endpoints: Endpoint[] = [];
		for (const text of texts) {
			const endpoint = parseEndpoint(text);
			if (endpoint === undefined)
				return expected('an address and port such as 192.0.2.1:6881 or [2001:db8::1]:6881');
			endpoints.push(endpoint);
		}
		return ok(endpoints);
	},
};

/** The same kind, with `undefined` for "not given". */
export function optional<T>(type: OptionType<T>): OptionType<T | undefined> {
	return type;
}

/** Undefined when it is no amount of bytes. */
function readBytes(text: string): number | undefined {
	const match = /^(\d{1,15}(?:\.\d{1,9})?)([kmg]i?)?$/i.exec(text);
	const factor = BYTE_FACTORS[match?.[2]?.toLowerCase() ?? ''];
	return match === null || factor === undefined ? undefined : Number(match[1]) * factor;
}

/** A whole number of MiB or GiB as the user would write it. */
function binarySize(bytes: number): string {
	const mebibytes = bytes / 1024 ** 2;
	return mebibytes >= 1024 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

function single<T>(
	name: string,
	placeholder: string,
	read: (text: string, context: ReadContext) => Reading<T>,
): OptionType<T> {
	return {
		name,
		placeholder,
		isRepeatable: false,
		read: (texts, context) => read((texts.at(-1) ?? '').trim(), context),
	};
}

function ok<T>(value: T): Reading<T> {
	return { ok: true, value };
}

function expected<T>(words: string): Reading<T> {
	return { ok: false, expected: words };
}
