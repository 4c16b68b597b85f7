/** Messages to bytes (BEP 3, 6, 10): one function each, every result a new array ready to send. */
import { writeUint16, writeUint32 } from '../primitives/bytes.js';
import { type BlockRange, MESSAGE_ID, PIECE_HEADER_BYTES } from './message.js';

const LENGTH_BYTES = 4;
const REQUEST_BYTES = 17;
const HAVE_BYTES = 9;

export function encodeKeepAlive(): Uint8Array {
	return new Uint8Array(LENGTH_BYTES);
}

export function encodeChoke(): Uint8Array {
	return encodeMessage(MESSAGE_ID.choke, 0);
}

export function encodeUnchoke(): Uint8Array {
	return encodeMessage(MESSAGE_ID.unchoke, 0);
}

export function encodeInterested(): Uint8Array {
	return encodeMessage(MESSAGE_ID.interested, 0);
}

export function encodeNotInterested(): Uint8Array {
	return encodeMessage(MESSAGE_ID.notInterested, 0);
}

export function encodeHave(piece: number): Uint8Array {
	return encodeHaves([piece]);
}

/** One `have` per piece, in one buffer: small pieces are verified many at a time. */
export function encodeHaves(pieces: readonly number[]): Uint8Array {
	const bytes = new Uint8Array(pieces.length * HAVE_BYTES);
	let at = 0;
	for (const piece of pieces) {
		writeHead(bytes, at, MESSAGE_ID.have, 4);
		writeUint32(bytes, at + LENGTH_BYTES + 1, piece);
		at += HAVE_BYTES;
	}
	return bytes;
}

/** @param field - wire form: bit 7 of byte 0 is piece 0, spare bits zero */
export function encodeBitfield(field: Uint8Array): Uint8Array {
	const bytes = encodeMessage(MESSAGE_ID.bitfield, field.byteLength);
	bytes.set(field, LENGTH_BYTES + 1);
	return bytes;
}

/** BEP 6. Instead of a bitfield, right after the handshake. */
export function encodeHaveAll(): Uint8Array {
	return encodeMessage(MESSAGE_ID.haveAll, 0);
}

/** BEP 6. Instead of a bitfield, right after the handshake. */
export function encodeHaveNone(): Uint8Array {
	return encodeMessage(MESSAGE_ID.haveNone, 0);
}

export function encodeRequest(block: BlockRange): Uint8Array {
	return encodeRequests([block]);
}

/** One `request` per block, in one buffer: pipelines are hundreds deep. */
export function encodeRequests(requests: readonly BlockRange[]): Uint8Array {
	return encodeBlockMessages(MESSAGE_ID.request, requests);
}

/** One `cancel` per block, in one buffer. */
export function encodeCancels(blocks: readonly BlockRange[]): Uint8Array {
	return encodeBlockMessages(MESSAGE_ID.cancel, blocks);
}

export function encodeCancel(block: BlockRange): Uint8Array {
	return encodeCancels([block]);
}

/** BEP 6: this request will not be answered. */
export function encodeReject(block: BlockRange): Uint8Array {
	return encodeRejects([block]);
}

/** BEP 6. One `reject` per block, in one buffer. */
export function encodeRejects(blocks: readonly BlockRange[]): Uint8Array {
	return encodeBlockMessages(MESSAGE_ID.reject, blocks);
}

/**
 * The 13 bytes before a block's payload; exactly `lengthBytes` of payload must follow.
 *
 * Layout: 4 bytes length (9 + payload), id 7, 4 bytes piece, 4 bytes offset.
 */
export function encodePieceHeader(
	piece: number,
	offsetBytes: number,
	lengthBytes: number,
): Uint8Array {
	const bytes = new Uint8Array(PIECE_HEADER_BYTES);
	writePieceHeader(bytes, 0, { piece, offsetBytes, lengthBytes });
	return bytes;
}

/** The same 13 bytes into memory that has the block's bytes after them. */
export function writePieceHeader(bytes: Uint8Array, at: number, block: BlockRange): void {
	writeHead(bytes, at, MESSAGE_ID.piece, 8 + block.lengthBytes);
	writeUint32(bytes, at + 5, block.piece);
	writeUint32(bytes, at + 9, block.offsetBytes);
}

/** BEP 6: a piece that is cheap for us to send now. */
export function encodeSuggest(piece: number): Uint8Array {
	return encodePieceMessage(MESSAGE_ID.suggest, piece);
}

/** BEP 6: a piece the peer may request while choked. */
export function encodeAllowedFast(piece: number): Uint8Array {
	return encodePieceMessage(MESSAGE_ID.allowedFast, piece);
}

/** BEP 5: UDP port of our DHT node. */
export function encodePort(port: number): Uint8Array {
	const bytes = encodeMessage(MESSAGE_ID.port, 2);
	writeUint16(bytes, LENGTH_BYTES + 1, port);
	return bytes;
}

/**
 * An extension message (BEP 10).
 * @param id - 0 for the handshake, else the id the receiver gave the extension
 */
export function encodeExtended(id: number, payload: Uint8Array): Uint8Array {
	const bytes = encodeMessage(MESSAGE_ID.extended, 1 + payload.byteLength);
	bytes[LENGTH_BYTES + 1] = id;
	bytes.set(payload, LENGTH_BYTES + 2);
	return bytes;
}

function encodeMessage(id: number, bodyBytes: number): Uint8Array {
	const bytes = new Uint8Array(LENGTH_BYTES + 1 + bodyBytes);
	writeHead(bytes, 0, id, bodyBytes);
	return bytes;
}

function encodePieceMessage(id: number, piece: number): Uint8Array {
	const bytes = encodeMessage(id, 4);
	writeUint32(bytes, LENGTH_BYTES + 1, piece);
	return bytes;
}

function encodeBlockMessages(id: number, blocks: readonly BlockRange[]): Uint8Array {
	const bytes = new Uint8Array(blocks.length * REQUEST_BYTES);
	let at = 0;
	for (const block of blocks) {
		writeHead(bytes, at, id, 12);
		writeUint32(bytes, at + 5, block.piece);
		writeUint32(bytes, at + 9, block.offsetBytes);
		writeUint32(bytes, at + 13, block.lengthBytes);
		at += REQUEST_BYTES;
	}
	return bytes;
}

function writeHead(bytes: Uint8Array, at: number, id: number, bodyBytes: number): void {
	writeUint32(bytes, at, 1 + bodyBytes);
	bytes[at + LENGTH_BYTES] = id;
}
