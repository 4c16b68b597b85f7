/**
 * Frequent jobs and their results as 32-bit words, so that thousands of them a second
 * cost one message a turn of the event loop.
 *
 *   write  1 jobId key piece flags hash(5) runCount {slot count}*   slot -1: these blocks were spilled
 *   spill  2 jobId key piece block slot
 *   read   3 jobId key lineCount {line}* rangeCount {piece offset length}*
 *   reply  jobId isValid hashWords {word}*
 */
import type { LineRead } from './read-cache.js';
import type { BlockSlots } from './storage.js';

export const OP_WRITE = 1;
export const OP_SPILL = 2;
export const OP_READ = 3;

/** Flag of a write job: block hashes are wanted also when the piece is valid. */
export const WANT_BLOCK_HASHES = 1;

/** Words of a SHA-1. */
export const HASH_WORDS = 5;
const HASH_BYTES = 20;
/** Of a range in a read job. */
export const RANGE_WORDS = 3;

/** A growing array of words; `takeAll` hands over an exact copy and starts anew. */
export class WordWriter {
	#words = new Int32Array(1024);
	#bytes = new Uint8Array(this.#words.buffer);
	#length = 0;

	get length(): number {
		return this.#length;
	}

	push(word: number): void {
		this.#reserve(1);
		this.#words[this.#length++] = word;
	}

	/** Appends bytes of an array, all unless told; their number is a multiple of 4. */
	pushBytes(bytes: Uint8Array, from = 0, length: number = bytes.byteLength): void {
		const words = length / 4;
		this.#reserve(words);
		// A hash is short: making a view of it would take longer than copying it.
		const start = this.#length * 4 - from;
		for (let at = from; at < from + length; at++) this.#bytes[start + at] = bytes[at] ?? 0;
		this.#length += words;
	}

	takeAll(): Int32Array {
		const words = this.#words.slice(0, this.#length);
		this.#length = 0;
		return words;
	}

	#reserve(words: number): void {
		if (this.#length + words <= this.#words.length) return;
		const grown = new Int32Array(Math.max(this.#words.length * 2, this.#length + words));
		grown.set(this.#words.subarray(0, this.#length));
		this.#words = grown;
		this.#bytes = new Uint8Array(grown.buffer);
	}
}

/** Reads words in order; reading past the end gives 0. */
export class WordReader {
	readonly #words: Int32Array;
	readonly #bytes: Uint8Array;
	#at = 0;

	constructor(words: Int32Array) {
		this.#words = words;
		this.#bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
	}

	get isAtEnd(): boolean {
		return this.#at >= this.#words.length;
	}

	next(): number {
		return this.#words[this.#at++] ?? 0;
	}

	/** A view of the next `words` words. */
	nextWords(words: number): Int32Array {
		const view = this.#words.subarray(this.#at, this.#at + words);
		this.#at += words;
		return view;
	}

	/** A view of the next `words` words as bytes. */
	nextBytes(words: number): Uint8Array {
		const view = this.#bytes.subarray(this.#at * 4, (this.#at + words) * 4);
		this.#at += words;
		return view;
	}
}

export interface WriteJob {
	readonly jobId: number;
	readonly key: number;
	readonly piece: number;
	readonly wantBlockHashes: boolean;
	/** The SHA-1 the piece must have. */
	readonly hash: Uint8Array;
	/** Pairs of first slot (or -1) and number of blocks, in block order. */
	readonly runs: Int32Array;
}

export interface ReadJob {
	readonly jobId: number;
	readonly key: number;
	readonly lines: Int32Array;
	/** Three for each range: piece, where in it, length in bytes. */
	readonly ranges: Int32Array;
}

/** Appends a write job; adjacent slots become one run. */
export function putWriteJob(
	writer: WordWriter,
	job: Omit<WriteJob, 'runs' | 'hash'> & {
		/** 20 bytes for each piece of the torrent. */
		readonly pieceHashes: Uint8Array;
		readonly slots: BlockSlots;
	},
): void {
	writer.push(OP_WRITE);
	writer.push(job.jobId);
	writer.push(job.key);
	writer.push(job.piece);
	writer.push(job.wantBlockHashes ? WANT_BLOCK_HASHES : 0);
	writer.pushBytes(job.pieceHashes, job.piece * HASH_BYTES, HASH_BYTES);
	const { slots } = job;
	writer.push(countRuns(slots));
	for (let from = 0; from < slots.length; ) {
		const to = runEnd(slots, from);
		writer.push(slots[from] ?? -1);
		writer.push(to - from);
		from = to;
	}
}

/** Reads what `putWriteJob` appended, after its first word. */
export function readWriteJob(reader: WordReader): WriteJob {
	return {
		jobId: reader.next(),
		key: reader.next(),
		piece: reader.next(),
		wantBlockHashes: (reader.next() & WANT_BLOCK_HASHES) !== 0,
		hash: reader.nextBytes(HASH_WORDS),
		runs: reader.nextWords(reader.next() * 2),
	};
}

/** Appends a read job: the lines are filled in order with the ranges, block by block. */
export function putReadJob(
	writer: WordWriter,
	job: LineRead & {
		readonly jobId: number;
		readonly key: number;
		readonly pieceLengthBytes: number;
	},
): void {
	writer.push(OP_READ);
	writer.push(job.jobId);
	writer.push(job.key);
	writer.push(job.lines.length);
	for (const line of job.lines) writer.push(line);
	writer.push(job.ranges.length);
	for (const { offsetBytes, lengthBytes } of job.ranges) {
		// A word holds 32 bits: a place in the payload may need more.
		writer.push(Math.floor(offsetBytes / job.pieceLengthBytes));
		writer.push(offsetBytes % job.pieceLengthBytes);
		writer.push(lengthBytes);
	}
}

/** Reads what `putReadJob` appended, after its first word. */
export function readReadJob(reader: WordReader): ReadJob {
	return {
		jobId: reader.next(),
		key: reader.next(),
		lines: reader.nextWords(reader.next()),
		ranges: reader.nextWords(reader.next() * RANGE_WORDS),
	};
}

function countRuns(slots: BlockSlots): number {
	let runs = 0;
	for (let from = 0; from < slots.length; from = runEnd(slots, from)) runs++;
	return runs;
}

function runEnd(slots: BlockSlots, from: number): number {
	const first = slots[from] ?? -1;
	let to = from + 1;
	while (to < slots.length && slots[to] === (first === -1 ? -1 : first + to - from)) to++;
	return to;
}
