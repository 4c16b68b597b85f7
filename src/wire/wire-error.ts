/** What a peer can do wrong on the wire. Any of these ends that peer's connection, nothing else. */
import { AppError } from '../primitives/app-error.js';

export type WireErrorCode =
	/** The first 20 bytes are not the BitTorrent handshake's. */
	| 'WIRE_NOT_BITTORRENT'
	/** The length prefix is above what this kind of message may have. */
	| 'WIRE_MESSAGE_TOO_LONG'
	/** A message of a known kind has another length than it must have. */
	| 'WIRE_BAD_LENGTH'
	/** A block of 0 bytes or of more than 128 KiB. */
	| 'WIRE_BAD_BLOCK_LENGTH'
	/** A piece index at or above the torrent's piece count. */
	| 'WIRE_BAD_PIECE_INDEX'
	/** A message that this connection may not carry. */
	| 'WIRE_UNEXPECTED_MESSAGE';

export class WireError extends AppError {
	override readonly code: WireErrorCode;

	constructor(code: WireErrorCode, message: string) {
		super(code, message);
		this.code = code;
	}
}
