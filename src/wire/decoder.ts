/**
 * Bytes of a connection in, messages and blocks out (BEP 3, 6, 10), after the handshake.
 *
 * Payload is copied once, from the read buffer into the memory the sink names. Everything else is
 * buffered only up to its own length limit, and memory grows with the bytes that came, never with
 * the length a peer announced.
 */
import { copyBytes, readUint32 } from '../primitives/bytes.js';
import {
	checkBlockLength,
	decodeFixedMessage,
	fixedBodyBytes,
	readPiece,
} from './fixed-messages.js';
import { MAX_BLOCK_BYTES, MESSAGE_ID, PIECE_HEADER_BYTES, type WireMessage } from './message.js';
import { WireError } from './wire-error.js';

/**
 * Limit for extension messages and unknown ids. The largest in use carry 16 KiB and a small
 * dictionary (BEP 9 metadata, BEP 52 hashes); eight times that, the size of the largest block,
 * leaves room for clients with big tables of peers and keeps a thousand peers under 130 MB at worst.
 */
export const DEFAULT_MAX_MESSAGE_BYTES: number = 131_072 + 1024;

/** First buffer of a body that did not come in one chunk; doubled as bytes arrive. */
const FIRST_BODY_BYTES = 1024;

const LENGTH_BYTES = 4;
/** Of a `piece` message, what its length prefix counts besides the payload: id, piece, offset. */
const BLOCK_HEAD_BYTES = PIECE_HEADER_BYTES - LENGTH_BYTES;
/** Length prefix, id and the 12 bytes of a request: the longest that is parsed as a whole. */
const MAX_HEAD_BYTES = 17;

/** Who receives what the decoder finds, in wire order and from within `push`. */
export interface WireSink {
	message(message: WireMessage): void;
	/**
	 * Header of a `piece` message: where its payload goes (at least `lengthBytes` long), or undefined
	 * to discard it. The decoder writes into the view until `blockEnd` or `discardBlock`.
	 */
	blockStart(piece: number, offsetBytes: number, lengthBytes: number): Uint8Array | undefined;
	/** The payload is complete in the view. Not called for blocks that were discarded. */
	blockEnd(piece: number, offsetBytes: number, lengthBytes: number): void;
}

export interface WireLimits {
	readonly pieceCount: number;
	/** Length prefix allowed for extension messages and unknown ids; default 129 KiB. */
	readonly maxMessageBytes?: number;
}

const EMPTY: Uint8Array = new Uint8Array(0);

type Phase = 'head' | 'body' | 'block' | 'skip';

export class WireDecoder {
	readonly #sink: WireSink;
	readonly #pieceCount: number;
	readonly #bitfieldBytes: number;
	readonly #maxMessageBytes: number;
	readonly #maxAnyBytes: number;

	#phase: Phase = 'head';
	#isStopped = false;
	/** Start of the current message: length prefix, id, fixed body. */
	readonly #head = new Uint8Array(MAX_HEAD_BYTES);
	#headFilled = 0;
	#headNeeded = LENGTH_BYTES;
	/** Bytes of body, block or skipped message still to come. */
	#remaining = 0;
	#body: Uint8Array = EMPTY;
	#bodyFilled = 0;
	#block: Uint8Array | undefined;
	#blockPiece = 0;
	#blockOffset = 0;
	#blockLength = 0;

	constructor(sink: WireSink, limits: WireLimits) {
		this.#sink = sink;
		this.#pieceCount = limits.pieceCount;
		this.#bitfieldBytes = Math.ceil(limits.pieceCount / 8);
		this.#maxMessageBytes = limits.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
		this.#maxAnyBytes = Math.max(
			this.#maxMessageBytes,
			this.#bitfieldBytes + 1,
			MAX_BLOCK_BYTES + BLOCK_HEAD_BYTES,
		);
	}

	/**
	 * Parses a chunk to its end; its memory may be reused afterwards. After `stop` or an error it
	 * does nothing. Errors of the sink pass through and stop the decoder too.
	 * @throws {WireError} when the peer broke the protocol; messages before the breach were delivered
	 */
	push(chunk: Uint8Array): void {
		try {
			let at = 0;
			while (at < chunk.byteLength && !this.#isStopped) at = this.#advance(chunk, at);
		} catch (error) {
			this.stop();
			throw error;
		}
	}

	/** Ends parsing, even in mid-chunk from within the sink: nothing more is delivered or written. */
	stop(): void {
		this.#isStopped = true;
		this.#block = undefined;
		this.#body = EMPTY;
	}

	/**
	 * Throws away the rest of the block that is arriving, so that its view can be used for something
	 * else at once; `blockEnd` will not follow. Nothing happens between blocks.
	 */
	discardBlock(): void {
		this.#block = undefined;
	}

	/** Takes what it can from `chunk` at `at`; returns where it stopped, always further on. */
	#advance(chunk: Uint8Array, at: number): number {
		if (this.#phase === 'head') {
			if (this.#isBlockHead(chunk, at)) {
				this.#startBlock(chunk, at);
				return at + PIECE_HEADER_BYTES;
			}
			const end = Math.min(chunk.byteLength, at + this.#headNeeded - this.#headFilled);
			let filled = this.#headFilled;
			for (let i = at; i < end; i++) this.#head[filled++] = chunk[i] ?? 0;
			this.#headFilled = filled;
			if (filled === this.#headNeeded) this.#headComplete();
			return end;
		}
		const end = Math.min(chunk.byteLength, at + this.#remaining);
		if (this.#phase === 'block') {
			if (this.#block !== undefined) {
				copyBytes(this.#block, this.#blockLength - this.#remaining, chunk.subarray(at, end));
			}
		} else if (this.#phase === 'body') {
			this.#fillBody(chunk.subarray(at, end));
		}
		this.#remaining -= end - at;
		if (this.#remaining === 0) this.#messageComplete();
		return end;
	}

	/** True for a whole and right head of a `piece` message: nearly every message of a download. */
	#isBlockHead(chunk: Uint8Array, at: number): boolean {
		if (this.#headFilled > 0 || chunk.byteLength - at < PIECE_HEADER_BYTES) return false;
		if (chunk[at + LENGTH_BYTES] !== MESSAGE_ID.piece) return false;
		// Others are looked at byte by byte: after a length of 0, these bytes are another message's.
		const lengthBytes = readUint32(chunk, at) - BLOCK_HEAD_BYTES;
		return lengthBytes > 0 && lengthBytes <= MAX_BLOCK_BYTES;
	}

	#headComplete(): void {
		if (this.#headFilled === LENGTH_BYTES) {
			this.#lengthKnown(readUint32(this.#head, 0));
		} else if (this.#headFilled === LENGTH_BYTES + 1) {
			this.#idKnown(this.#head[LENGTH_BYTES] ?? 0, readUint32(this.#head, 0));
		} else if (this.#head[LENGTH_BYTES] === MESSAGE_ID.piece) {
			this.#startBlock(this.#head, 0);
		} else {
			this.#deliverFixed();
		}
	}

	#lengthKnown(length: number): void {
		if (length === 0) {
			this.#nextMessage();
			this.#sink.message({ type: 'keep-alive' });
			return;
		}
		if (length > this.#maxAnyBytes) throw tooLong(length, this.#maxAnyBytes);
		this.#headNeeded = LENGTH_BYTES + 1;
	}

	#idKnown(id: number, length: number): void {
		const bodyBytes = length - 1;
		const fixedBytes = fixedBodyBytes(id);
		if (fixedBytes !== undefined) {
			if (bodyBytes !== fixedBytes) throw badLength(id, length, `${fixedBytes + 1}`);
			this.#headNeeded = LENGTH_BYTES + length;
			if (bodyBytes === 0) this.#deliverFixed();
		} else if (id === MESSAGE_ID.piece) {
			if (bodyBytes < 8) throw badLength(id, length, 'at least 10');
			checkBlockLength(bodyBytes - 8);
			this.#headNeeded = PIECE_HEADER_BYTES;
		} else if (id === MESSAGE_ID.bitfield) {
			if (bodyBytes !== this.#bitfieldBytes) {
				throw badLength(id, length, `${this.#bitfieldBytes + 1}`);
			}
			this.#startRest('body', bodyBytes);
		} else {
			if (length > this.#maxMessageBytes) throw tooLong(length, this.#maxMessageBytes);
			const isExtended = id === MESSAGE_ID.extended;
			if (isExtended && bodyBytes === 0) throw badLength(id, length, 'at least 2');
			this.#startRest(isExtended ? 'body' : 'skip', bodyBytes);
		}
	}

	#startRest(phase: Phase, bytes: number): void {
		this.#phase = phase;
		this.#remaining = bytes;
		if (bytes === 0) this.#messageComplete();
	}

	/** @param head - holds the head of a `piece` message at `at` */
	#startBlock(head: Uint8Array, at: number): void {
		const lengthBytes = readUint32(head, at) - BLOCK_HEAD_BYTES;
		this.#blockPiece = readPiece(head, at + LENGTH_BYTES + 1, this.#pieceCount);
		this.#blockOffset = readUint32(head, at + LENGTH_BYTES + 5);
		this.#blockLength = lengthBytes;
		this.#phase = 'block';
		this.#remaining = lengthBytes;
		const view = this.#sink.blockStart(this.#blockPiece, this.#blockOffset, lengthBytes);
		if (view !== undefined && view.byteLength < lengthBytes) {
			throw new RangeError(`Block view has ${view.byteLength} bytes, expected ${lengthBytes}`);
		}
		if (!this.#isStopped) this.#block = view;
	}

	#fillBody(part: Uint8Array): void {
		const filled = this.#bodyFilled + part.byteLength;
		if (filled > this.#body.byteLength) {
			const total = this.#bodyFilled + this.#remaining;
			const grown = new Uint8Array(
				Math.min(total, Math.max(filled, this.#body.byteLength * 2, FIRST_BODY_BYTES)),
			);
			grown.set(this.#body.subarray(0, this.#bodyFilled));
			this.#body = grown;
		}
		this.#body.set(part, this.#bodyFilled);
		this.#bodyFilled = filled;
	}

	#deliverFixed(): void {
		const id = this.#head[LENGTH_BYTES] ?? 0;
		const message = decodeFixedMessage(id, this.#head, LENGTH_BYTES + 1, this.#pieceCount);
		this.#nextMessage();
		this.#sink.message(message);
	}

	/** A body, a block or a skipped message has come whole. */
	#messageComplete(): void {
		const phase = this.#phase;
		const id = this.#head[LENGTH_BYTES] ?? 0;
		const body = this.#body;
		const isStored = this.#block !== undefined;
		this.#nextMessage();
		if (phase === 'block') {
			if (isStored) this.#sink.blockEnd(this.#blockPiece, this.#blockOffset, this.#blockLength);
		} else if (phase === 'skip') {
			this.#sink.message({ type: 'unknown', id });
		} else if (id === MESSAGE_ID.bitfield) {
			this.#sink.message({ type: 'bitfield', bytes: body });
		} else {
			this.#sink.message({ type: 'extended', id: body[0] ?? 0, payload: body.subarray(1) });
		}
	}

	/** Ready for the next length prefix, before the sink is called: it may stop us. */
	#nextMessage(): void {
		this.#phase = 'head';
		this.#headFilled = 0;
		this.#headNeeded = LENGTH_BYTES;
		this.#block = undefined;
		if (this.#bodyFilled > 0) this.#body = EMPTY;
		this.#bodyFilled = 0;
	}
}

function tooLong(length: number, limit: number): WireError {
	return new WireError(
		'WIRE_MESSAGE_TOO_LONG',
		`Message has ${length} bytes, expected at most ${limit}`,
	);
}

function badLength(id: number, length: number, expected: string): WireError {
	const name = Object.entries(MESSAGE_ID).find(([, value]) => value === id)?.[0] ?? String(id);
	return new WireError(
		'WIRE_BAD_LENGTH',
		`Message ${name} has ${length} bytes, expected ${expected}`,
	);
}
