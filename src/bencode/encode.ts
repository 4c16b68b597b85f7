/** Values to bencoded bytes (BEP 3): keys sorted as raw bytes, integers canonical. */
import bencode from 'bencode';
import { BencodeError } from './bencode-error.js';
import { indexPath, keyPath } from './field-path.js';

/**
 * What can be encoded. Strings become UTF-8. A Map's keys are latin1, one character a byte (as the
 * decoder gives them); a plain object's keys are text and become UTF-8, its undefined values are
 * left out.
 */
export type BencodeEncodable =
	| number
	| string
	| Uint8Array
	| readonly BencodeEncodable[]
	| ReadonlyMap<string, BencodeEncodable>
	| { readonly [key: string]: BencodeEncodable | undefined };

/** Deeper values are a mistake of ours, or a cycle. */
const MAX_DEPTH = 500;

/**
 * A key as raw bytes. The package takes bytes as keys but sorts them by their text form:
 * latin1 text makes that raw byte order.
 */
class RawKey extends Uint8Array {
	override toString(): string {
		return Buffer.from(this.buffer, this.byteOffset, this.byteLength).toString('latin1');
	}
}

/**
 * Encodes a value.
 * @throws {BencodeError} `BENCODE_NOT_ENCODABLE` for fractions, integers beyond 2^53, Map keys that
 * are not latin1, and values nested more than 500 deep
 */
export function encodeBencode(value: BencodeEncodable): Uint8Array {
	return bencode.encode(toPackageForm(value, '', 0));
}

function toPackageForm(value: BencodeEncodable, at: string, depth: number): unknown {
	if (depth > MAX_DEPTH) throw notEncodable(at, 'nested too deep');
	if (typeof value === 'number') {
		if (!Number.isSafeInteger(value)) throw notEncodable(at, `${value} is not a safe integer`);
		return value;
	}
	if (typeof value === 'string' || value instanceof Uint8Array) return value;
	if (isList(value))
		return value.map((item, index) => toPackageForm(item, indexPath(at, index), depth + 1));
	const dictionary = new Map<RawKey, unknown>();
	if (isMap(value)) {
		for (const [key, item] of value)
			dictionary.set(latin1Key(key, at), toPackageForm(item, keyPath(at, key), depth + 1));
		return dictionary;
	}
	for (const [key, item] of Object.entries(value)) {
		if (item === undefined) continue;
		dictionary.set(
			new RawKey(Buffer.from(key, 'utf8')),
			toPackageForm(item, keyPath(at, key), depth + 1),
		);
	}
	return dictionary;
}

function latin1Key(key: string, at: string): RawKey {
	const bytes = new RawKey(key.length);
	for (let i = 0; i < key.length; i++) {
		const code = key.charCodeAt(i);
		if (code > 0xff) throw notEncodable(keyPath(at, key), 'a key of a Map must be latin1');
		bytes[i] = code;
	}
	return bytes;
}

function notEncodable(at: string, reason: string): BencodeError {
	return new BencodeError('BENCODE_NOT_ENCODABLE', at, reason);
}

function isList(value: BencodeEncodable): value is readonly BencodeEncodable[] {
	return Array.isArray(value);
}

function isMap(value: BencodeEncodable): value is ReadonlyMap<string, BencodeEncodable> {
	return value instanceof Map;
}
