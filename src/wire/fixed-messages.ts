/** The messages whose length is known from their id: at most 12 bytes of body. */
import { readUint16, readUint32 } from '../primitives/bytes.js';
import { type BlockMessage, MAX_BLOCK_BYTES, MESSAGE_ID, type WireMessage } from './message.js';
import { WireError } from './wire-error.js';

/** How many bytes follow the id; undefined for ids whose length varies or is unknown. */
export function fixedBodyBytes(id: number): number | undefined {
	switch (id) {
		case MESSAGE_ID.choke:
		case MESSAGE_ID.unchoke:
		case MESSAGE_ID.interested:
		case MESSAGE_ID.notInterested:
		case MESSAGE_ID.haveAll:
		case MESSAGE_ID.haveNone:
			return 0;
		case MESSAGE_ID.port:
			return 2;
		case MESSAGE_ID.have:
		case MESSAGE_ID.suggest:
		case MESSAGE_ID.allowedFast:
			return 4;
		case MESSAGE_ID.request:
		case MESSAGE_ID.cancel:
		case MESSAGE_ID.reject:
			return 12;
		default:
			return undefined;
	}
}

/**
 * The message of a fixed-length id.
 * @param bytes - holds the body at `at`, as long as `fixedBodyBytes` says
 * @throws {WireError} `WIRE_BAD_PIECE_INDEX`, `WIRE_BAD_BLOCK_LENGTH`
 */
export function decodeFixedMessage(
	id: number,
	bytes: Uint8Array,
	at: number,
	pieceCount: number,
): WireMessage {
	switch (id) {
		case MESSAGE_ID.choke:
			return { type: 'choke' };
		case MESSAGE_ID.unchoke:
			return { type: 'unchoke' };
		case MESSAGE_ID.interested:
			return { type: 'interested' };
		case MESSAGE_ID.notInterested:
			return { type: 'not-interested' };
		case MESSAGE_ID.haveAll:
			return { type: 'have-all' };
		case MESSAGE_ID.haveNone:
			return { type: 'have-none' };
		case MESSAGE_ID.port:
			return { type: 'port', port: readUint16(bytes, at) };
		case MESSAGE_ID.have:
			return { type: 'have', piece: readPiece(bytes, at, pieceCount) };
		case MESSAGE_ID.suggest:
			return { type: 'suggest', piece: readPiece(bytes, at, pieceCount) };
		case MESSAGE_ID.allowedFast:
			return { type: 'allowed-fast', piece: readPiece(bytes, at, pieceCount) };
		case MESSAGE_ID.request:
			return readBlockMessage('request', bytes, at, pieceCount);
		case MESSAGE_ID.cancel:
			return readBlockMessage('cancel', bytes, at, pieceCount);
		case MESSAGE_ID.reject:
			return readBlockMessage('reject', bytes, at, pieceCount);
		default:
			return { type: 'unknown', id };
	}
}

/**
 * Reads a piece index and checks it.
 * @throws {WireError} `WIRE_BAD_PIECE_INDEX`
 */
export function readPiece(bytes: Uint8Array, at: number, pieceCount: number): number {
	const piece = readUint32(bytes, at);
	if (piece >= pieceCount) {
		throw new WireError(
			'WIRE_BAD_PIECE_INDEX',
			`Message names piece ${piece}, the torrent has ${pieceCount}`,
		);
	}
	return piece;
}

/** @throws {WireError} `WIRE_BAD_BLOCK_LENGTH` unless 1 to 131072 */
export function checkBlockLength(lengthBytes: number): void {
	if (lengthBytes >= 1 && lengthBytes <= MAX_BLOCK_BYTES) return;
	throw new WireError(
		'WIRE_BAD_BLOCK_LENGTH',
		`Block has ${lengthBytes} bytes, expected 1 to ${MAX_BLOCK_BYTES}`,
	);
}

function readBlockMessage(
	type: BlockMessage['type'],
	bytes: Uint8Array,
	at: number,
	pieceCount: number,
): BlockMessage {
	const lengthBytes = readUint32(bytes, at + 8);
	checkBlockLength(lengthBytes);
	return {
		type,
		piece: readPiece(bytes, at, pieceCount),
		offsetBytes: readUint32(bytes, at + 4),
		lengthBytes,
	};
}
