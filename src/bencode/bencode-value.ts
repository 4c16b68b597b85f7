/** What bencoded bytes decode to, and how to tell the four kinds apart. */

/**
 * Keys are latin1 strings, one character a byte: binary keys survive, `__proto__` is harmless.
 * The order of iteration means nothing.
 */
export type BencodeDict = ReadonlyMap<string, BencodeValue>;

/** A safe integer, a byte string (a copy), a list or a dictionary. */
export type BencodeValue = number | Uint8Array | readonly BencodeValue[] | BencodeDict;

/** The kind of a value in the words of an error message. */
export function bencodeKind(value: BencodeValue): 'integer' | 'string' | 'list' | 'dictionary' {
	if (typeof value === 'number') return 'integer';
	if (value instanceof Uint8Array) return 'string';
	return isBencodeDict(value) ? 'dictionary' : 'list';
}

export function isBencodeDict(value: BencodeValue | undefined): value is BencodeDict {
	return value instanceof Map;
}

export function isBencodeList(value: BencodeValue | undefined): value is readonly BencodeValue[] {
	return Array.isArray(value);
}
