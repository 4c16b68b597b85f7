/** Bencoded bytes to values (BEP 3): our scanner decides what is well-formed, the package decodes. */
import bencode from 'bencode';
import type { BencodeDict, BencodeValue } from './bencode-value.js';
import {
	type BencodeLimits,
	type BencodeScan,
	DEFAULT_BENCODE_LIMITS,
	scanBencode,
} from './scan.js';

export type { BencodeDict, BencodeValue };

/** The smallest document; see `decodeScanned`. */
const EMPTY_DICTIONARY = Uint8Array.of(0x64, 0x65);

const COLON = 0x3a;
const DICTIONARY = 0x64;
const END = 0x65;
const INTEGER = 0x69;
const LIST = 0x6c;

/**
 * Decodes one value that fills the input exactly. The result shares no memory with `bytes`.
 * @throws {BencodeError} when the bytes are not well-formed or break a limit
 */
export function decodeBencode(
	bytes: Uint8Array,
	limits: BencodeLimits = DEFAULT_BENCODE_LIMITS,
): BencodeValue {
	return decodeScanned(bytes, scanBencode(bytes, limits));
}

/**
 * Decodes bytes that were scanned before.
 * @param scan - what `scanBencode` said of exactly these bytes
 */
export function decodeScanned(bytes: Uint8Array, scan: BencodeScan): BencodeValue {
	// The package makes plain objects: a key `__proto__` would vanish into the prototype, and a key
	// that is not UTF-8 would become its own hex digits, which another key may spell. Documents with
	// such keys (scrape answers, for one) are read along the scanner's own rules instead.
	if (!scan.hasPlainKeys) return new CheckedReader(bytes).read();
	const decoded = bencode.decode(bytes);
	// The package keeps its last input in a global: do not let it pin a large one.
	bencode.decode(EMPTY_DICTIONARY);
	return toValue(decoded);
}

/**
 * The values of a list one by one, so that a long one is never in memory whole.
 * @param bytes - one list that was scanned before, alone or as part of a document
 */
export function* readList(bytes: Uint8Array): Generator<BencodeValue> {
	const reader = new CheckedReader(bytes);
	for (reader.enterList(); !reader.isAtEnd; ) yield reader.read();
}

/** Depth is bounded by the scan. */
function toValue(decoded: unknown): BencodeValue {
	if (typeof decoded === 'number' || decoded instanceof Uint8Array) return decoded;
	if (Array.isArray(decoded)) return decoded.map(toValue);
	const dictionary = new Map<string, BencodeValue>();
	if (typeof decoded === 'object' && decoded !== null) {
		for (const [key, value] of Object.entries(decoded)) dictionary.set(key, toValue(value));
	}
	return dictionary;
}

/** Reads bytes the scanner accepted, so it checks nothing again. */
class CheckedReader {
	readonly #bytes: Uint8Array;
	readonly #text: Buffer;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
		this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	/** At the end of the list or dictionary it is in. */
	get isAtEnd(): boolean {
		return this.#bytes[this.#at] === END;
	}

	/** Passes the start of a list. */
	enterList(): void {
		this.#at++;
	}

	read(): BencodeValue {
		const first = this.#bytes[this.#at];
		if (first === LIST) return this.#list();
		if (first === DICTIONARY) return this.#dictionary();
		if (first === INTEGER) {
			const end = this.#bytes.indexOf(END, this.#at);
			const value = Number(this.#text.toString('latin1', this.#at + 1, end));
			this.#at = end + 1;
			return value;
		}
		const start = this.#string();
		return this.#bytes.slice(start, this.#at);
	}

	#list(): BencodeValue[] {
		const list: BencodeValue[] = [];
		for (this.enterList(); !this.isAtEnd; ) list.push(this.read());
		this.#at++;
		return list;
	}

	#dictionary(): BencodeDict {
		const dictionary = new Map<string, BencodeValue>();
		for (this.#at++; !this.isAtEnd; ) {
			const start = this.#string();
			const key = this.#text.toString('latin1', start, this.#at);
			dictionary.set(key, this.read());
		}
		this.#at++;
		return dictionary;
	}

	/** Passes a string and gives the offset of its first content byte. */
	#string(): number {
		const colon = this.#bytes.indexOf(COLON, this.#at);
		const length = Number(this.#text.toString('latin1', this.#at, colon));
		this.#at = colon + 1 + length;
		return colon + 1;
	}
}
