/** `.torrent` bytes put together by hand, and their parts, for the tests of the editors. */
import { encodeBencode } from '../../src/bencode/encode.js';
import { scanBencode } from '../../src/bencode/scan.js';
import { concatBytes, utf8 } from '../../src/primitives/bytes.js';

/** A dictionary with its keys in the given order; values are bencoded already. */
export function dictionary(entries: readonly (readonly [string, Uint8Array])[]): Uint8Array {
	const parts = entries.flatMap(([key, value]) => [utf8(`${key.length}:${key}`), value]);
	return concatBytes([utf8('d'), ...parts, utf8('e')]);
}

/** A single file of 40,000 bytes in pieces of 16 KiB; the hashes are of nothing. */
export const INFO_ENTRIES: readonly (readonly [string, Uint8Array])[] = [
	['length', encodeBencode(40_000)],
	['name', encodeBencode('data')],
	['piece length', encodeBencode(16_384)],
	['pieces', encodeBencode(new Uint8Array(60).fill(7))],
	['x-unknown', encodeBencode({ a: 1, b: ['c'] })],
];

export const CANONICAL_INFO: Uint8Array = dictionary(INFO_ENTRIES);
/** The same keys the other way round: another infohash, and most programs load it. */
export const UNSORTED_INFO: Uint8Array = dictionary(INFO_ENTRIES.toReversed());

/** The raw bytes of each top-level value. */
export function rawValues(bytes: Uint8Array): Map<string, Uint8Array> {
	const { topLevel } = scanBencode(bytes);
	return new Map(
		[...topLevel].map(([key, { end, start }]) => [
			key,
			Uint8Array.from(bytes.subarray(start, end)),
		]),
	);
}

export function torrentBytes(
	fields: Readonly<Record<string, Uint8Array>> = {},
	info: Uint8Array = CANONICAL_INFO,
): Uint8Array {
	const entries = Object.entries({ ...fields, info });
	return dictionary(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
