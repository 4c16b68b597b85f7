/** The 20-byte SHA-1 of a torrent's raw `info` dictionary, as 40 lower-case hex digits (BEP 3). */
import type { Brand } from './brand.js';
import { fromHex, toHex } from './bytes.js';

/** 40 lower-case hex digits: a string, so that it can be a Map key and JSON. */
export type Infohash = Brand<string, 'Infohash'>;

/**
 * The infohash in 20 raw bytes.
 * @throws {RangeError} when there are not exactly 20
 */
export function infohashFromBytes(bytes: Uint8Array): Infohash {
	if (bytes.byteLength !== 20)
		throw new RangeError(`Infohash has ${bytes.byteLength} bytes, expected 20`);
	return toHex(bytes) as Infohash;
}

/** The infohash in 40 hex digits of any case; undefined when the text is not one. */
export function parseInfohash(text: string): Infohash | undefined {
	return /^[0-9a-f]{40}$/i.test(text) ? (text.toLowerCase() as Infohash) : undefined;
}

/** The 20 raw bytes that go on the wire. */
export function infohashBytes(infohash: Infohash): Uint8Array {
	return fromHex(infohash) ?? new Uint8Array(20);
}
