/**
 * Typed reading of a decoded dictionary. `require…` throws with the field's path in the message
 * (`info.piece length: expected an integer, got a string`); `find…` gives undefined when the key
 * is absent or holds another type, for fields that must not spoil the rest.
 *
 * Every function takes the dictionary, the key (latin1) and, for the message, the dictionary's own
 * path: empty at the top.
 */
import { BencodeError } from './bencode-error.js';
import {
	type BencodeDict,
	type BencodeValue,
	bencodeKind,
	isBencodeDict,
	isBencodeList,
} from './bencode-value.js';
import { keyPath } from './field-path.js';

/** Invalid UTF-8 becomes U+FFFD; a byte order mark is kept. */
const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export function findInteger(dict: BencodeDict, key: string): number | undefined {
	const value = dict.get(key);
	return typeof value === 'number' ? value : undefined;
}

export function findBytes(dict: BencodeDict, key: string): Uint8Array | undefined {
	const value = dict.get(key);
	return value instanceof Uint8Array ? value : undefined;
}

/** A string as UTF-8 text; untrusted. */
export function findText(dict: BencodeDict, key: string): string | undefined {
	const value = findBytes(dict, key);
	return value === undefined ? undefined : decodeText(value);
}

export function findList(dict: BencodeDict, key: string): readonly BencodeValue[] | undefined {
	const value = dict.get(key);
	return isBencodeList(value) ? value : undefined;
}

export function findDict(dict: BencodeDict, key: string): BencodeDict | undefined {
	const value = dict.get(key);
	return isBencodeDict(value) ? value : undefined;
}

/** @throws {BencodeError} `BENCODE_FIELD_MISSING`, `BENCODE_FIELD_TYPE` */
export function requireInteger(dict: BencodeDict, key: string, at = ''): number {
	return findInteger(dict, key) ?? unexpected(dict, key, at, 'an integer');
}

/** @throws {BencodeError} `BENCODE_FIELD_MISSING`, `BENCODE_FIELD_TYPE` */
export function requireBytes(dict: BencodeDict, key: string, at = ''): Uint8Array {
	return findBytes(dict, key) ?? unexpected(dict, key, at, 'a string');
}

/** @throws {BencodeError} `BENCODE_FIELD_MISSING`, `BENCODE_FIELD_TYPE` */
export function requireText(dict: BencodeDict, key: string, at = ''): string {
	return findText(dict, key) ?? unexpected(dict, key, at, 'a string');
}

/** @throws {BencodeError} `BENCODE_FIELD_MISSING`, `BENCODE_FIELD_TYPE` */
export function requireList(dict: BencodeDict, key: string, at = ''): readonly BencodeValue[] {
	return findList(dict, key) ?? unexpected(dict, key, at, 'a list');
}

/** @throws {BencodeError} `BENCODE_FIELD_MISSING`, `BENCODE_FIELD_TYPE` */
export function requireDict(dict: BencodeDict, key: string, at = ''): BencodeDict {
	return findDict(dict, key) ?? unexpected(dict, key, at, 'a dictionary');
}

/** A string's bytes as UTF-8 text; invalid bytes become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
	return lenientUtf8.decode(bytes);
}

/** The error for a value of the wrong kind: `expected an integer, got a string`. */
export function wrongKind(field: string, expected: string, value: BencodeValue): BencodeError {
	const kind = bencodeKind(value);
	const article = kind === 'integer' ? 'an' : 'a';
	return new BencodeError(
		'BENCODE_FIELD_TYPE',
		field,
		`expected ${expected}, got ${article} ${kind}`,
	);
}

function unexpected(dict: BencodeDict, key: string, at: string, expected: string): never {
	const value = dict.get(key);
	const field = keyPath(at, key);
	if (value === undefined)
		throw new BencodeError('BENCODE_FIELD_MISSING', field, `missing, expected ${expected}`);
	throw wrongKind(field, expected, value);
}
