/**
 * Checks that bytes are one well-formed bencoded value within limits (BEP 3), before anything is
 * decoded. Strict where two readers could differ (canonical numbers, no duplicate keys, nothing
 * after the end), lenient where they do not (unsorted keys are only reported). Iterative, and
 * nothing is reserved by a length the input claims.
 */
import { BencodeError, type BencodeErrorCode } from './bencode-error.js';
import { indexPath, keyPath } from './field-path.js';

export interface BencodeLimits {
	readonly maxBytes: number;
	/** Lists and dictionaries inside each other; keep it below 1000, decoding recurses. */
	readonly maxDepth: number;
	/** Values and keys together. */
	readonly maxTokens: number;
}

export const DEFAULT_BENCODE_LIMITS: BencodeLimits = {
	maxBytes: 64 * 1024 * 1024,
	maxDepth: 100,
	maxTokens: 1_000_000,
};

/** `start` is the value's first byte, `end` the byte after its last. */
export interface ByteRange {
	readonly start: number;
	readonly end: number;
}

export interface BencodeScan {
	/** Every dictionary has its keys in raw byte order, as BEP 3 wants. */
	readonly isSorted: boolean;
	/** Every key is printable ASCII and harmless as the name of an object's property. */
	readonly hasPlainKeys: boolean;
	readonly tokenCount: number;
	/** Where the value of each key (latin1) of the top dictionary lies; empty for other values. */
	readonly topLevel: ReadonlyMap<string, ByteRange>;
}

/** 2^63 has 19 digits; more are refused without being read. */
const MAX_INTEGER_DIGITS = 19;
/** Ten digits say more bytes than any input has. */
const MAX_LENGTH_DIGITS = 10;

const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const DICTIONARY = 0x64;
const END = 0x65;
const INTEGER = 0x69;
const LIST = 0x6c;

/** An open list or dictionary. */
interface Frame {
	readonly isDictionary: boolean;
	/** The key whose value comes next; undefined between a value and the next key. */
	key: string | undefined;
	/** Keys in order while they are sorted; unused afterwards. */
	readonly keys: string[];
	/** Every key, once one was out of order. */
	seen: Set<string> | undefined;
	/** Values of a list so far. */
	count: number;
	valueStart: number;
}

/**
 * Scans the whole input once.
 * @throws {BencodeError} every code but the `FIELD` and `NOT_ENCODABLE` ones; `field` says where
 */
export function scanBencode(
	bytes: Uint8Array,
	limits: BencodeLimits = DEFAULT_BENCODE_LIMITS,
): BencodeScan {
	if (bytes.byteLength > limits.maxBytes)
		throw new BencodeError(
			'BENCODE_TOO_LONG',
			'',
			`${bytes.byteLength} bytes, at most ${limits.maxBytes} are read`,
		);
	return new Scanner(bytes, limits).scan();
}

class Scanner {
	readonly #bytes: Uint8Array;
	readonly #text: Buffer;
	readonly #limits: BencodeLimits;
	readonly #stack: Frame[] = [];
	readonly #topLevel = new Map<string, ByteRange>();
	#at = 0;
	#tokenCount = 0;
	#isSorted = true;
	#hasPlainKeys = true;

	constructor(bytes: Uint8Array, limits: BencodeLimits) {
		this.#bytes = bytes;
		this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		this.#limits = limits;
	}

	scan(): BencodeScan {
		do this.#step(this.#stack.at(-1));
		while (this.#stack.length > 0);
		if (this.#at < this.#bytes.byteLength)
			this.#fail('BENCODE_TRAILING_BYTES', `more data after the end, from byte ${this.#at}`);
		return {
			isSorted: this.#isSorted,
			hasPlainKeys: this.#hasPlainKeys,
			tokenCount: this.#tokenCount,
			topLevel: this.#topLevel,
		};
	}

	/** Takes one token: an end, a key, or the start of a value. */
	#step(frame: Frame | undefined): void {
		const byte = this.#peek();
		if (frame !== undefined && byte === END) {
			if (frame.key !== undefined) this.#fail('BENCODE_MISSING_VALUE', 'the key has no value');
			this.#stack.pop();
			this.#at++;
			this.#finishValue();
			return;
		}
		if (++this.#tokenCount > this.#limits.maxTokens)
			this.#fail('BENCODE_TOO_MANY_TOKENS', `more than ${this.#limits.maxTokens} values`);
		if (frame?.isDictionary === true && frame.key === undefined) this.#key(frame, byte);
		else this.#value(frame, byte);
	}

	#value(frame: Frame | undefined, byte: number): void {
		if (frame !== undefined) frame.valueStart = this.#at;
		if (byte === DICTIONARY || byte === LIST) {
			if (this.#stack.length >= this.#limits.maxDepth)
				this.#fail('BENCODE_TOO_DEEP', `nested more than ${this.#limits.maxDepth} deep`);
			this.#at++;
			this.#stack.push({
				isDictionary: byte === DICTIONARY,
				key: undefined,
				keys: [],
				seen: undefined,
				count: 0,
				valueStart: 0,
			});
			return;
		}
		if (byte === INTEGER) this.#integer();
		else if (isDigit(byte)) this.#string();
		else this.#fail('BENCODE_BAD_TOKEN', `byte ${this.#at} (${hexByte(byte)}) starts no value`);
		this.#finishValue();
	}

	#finishValue(): void {
		const frame = this.#stack.at(-1);
		if (frame === undefined) return;
		if (frame.key !== undefined && this.#stack.length === 1)
			this.#topLevel.set(frame.key, { start: frame.valueStart, end: this.#at });
		frame.key = undefined;
		frame.count++;
	}

	#key(frame: Frame, byte: number): void {
		if (!isDigit(byte))
			this.#fail('BENCODE_BAD_KEY', `byte ${this.#at} (${hexByte(byte)}) starts no key`);
		const start = this.#string();
		const key = this.#text.toString('latin1', start, this.#at);
		const isNew = this.#note(frame, key);
		frame.key = key;
		if (!isNew) this.#fail('BENCODE_DUPLICATE_KEY', 'the key is there twice');
		if (this.#hasPlainKeys) this.#hasPlainKeys = key !== '__proto__' && /^[\x20-\x7e]*$/.test(key);
	}

	/** Remembers a key; false when the dictionary has it already. A Set is only made when needed. */
	#note(frame: Frame, key: string): boolean {
		const previous = frame.keys.at(-1);
		if (frame.seen === undefined && (previous === undefined || key > previous)) {
			frame.keys.push(key);
			return true;
		}
		frame.seen ??= new Set(frame.keys);
		if (frame.seen.has(key)) return false;
		this.#isSorted = false;
		frame.seen.add(key);
		return true;
	}

	/** Passes `i…e`. */
	#integer(): void {
		this.#at++;
		const isNegative = this.#peek() === MINUS;
		if (isNegative) this.#at++;
		const start = this.#at;
		let value = 0;
		for (; isDigit(this.#peek()); this.#at++) {
			if (this.#at - start === MAX_INTEGER_DIGITS)
				this.#fail('BENCODE_INTEGER_RANGE', `an integer of more than ${MAX_INTEGER_DIGITS} digits`);
			value = value * 10 + (this.#peek() - ZERO);
		}
		const hasLeadingZero = this.#bytes[start] === ZERO && (this.#at - start > 1 || isNegative);
		if (this.#at === start || this.#peek() !== END || hasLeadingZero)
			this.#fail('BENCODE_BAD_INTEGER', `not a canonical integer at byte ${start}`);
		if (value > Number.MAX_SAFE_INTEGER)
			this.#fail('BENCODE_INTEGER_RANGE', 'an integer beyond 2^53');
		this.#at++;
	}

	/** Passes `n:…` and gives the offset of its first content byte. */
	#string(): number {
		const digits = this.#at;
		let length = 0;
		for (; isDigit(this.#peek()); this.#at++) {
			if (this.#at - digits === MAX_LENGTH_DIGITS)
				this.#fail(
					'BENCODE_BAD_LENGTH',
					`a string length of more than ${MAX_LENGTH_DIGITS} digits`,
				);
			length = length * 10 + (this.#peek() - ZERO);
		}
		const hasLeadingZero = this.#bytes[digits] === ZERO && this.#at - digits > 1;
		if (this.#peek() !== COLON || hasLeadingZero)
			this.#fail('BENCODE_BAD_LENGTH', `not a canonical string length at byte ${digits}`);
		const start = this.#at + 1;
		if (length > this.#bytes.byteLength - start)
			this.#fail(
				'BENCODE_UNEXPECTED_END',
				`a string of ${length} bytes where ${this.#bytes.byteLength - start} are left`,
			);
		this.#at = start + length;
		return start;
	}

	#peek(): number {
		const byte = this.#bytes[this.#at];
		if (byte === undefined)
			this.#fail('BENCODE_UNEXPECTED_END', `the data ends at byte ${this.#at}, inside a value`);
		return byte;
	}

	#fail(code: BencodeErrorCode, reason: string): never {
		let path = '';
		for (const frame of this.#stack) {
			if (!frame.isDictionary) path = indexPath(path, frame.count);
			else if (frame.key !== undefined) path = keyPath(path, frame.key);
		}
		throw new BencodeError(code, path.length > 200 ? `${path.slice(0, 200)}...` : path, reason);
	}
}

function isDigit(byte: number): boolean {
	return byte >= ZERO && byte <= NINE;
}

function hexByte(byte: number): string {
	return `0x${byte.toString(16).padStart(2, '0')}`;
}
