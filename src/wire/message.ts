/** The messages of the peer wire protocol (BEP 3, 5, 6, 10) and their ids. */

/**
 * One message as the decoder reports it. `piece` messages are missing on purpose: their payload
 * streams into the receiver's memory and never becomes a message.
 * Byte arrays in a message belong to the receiver.
 */
export type WireMessage =
	| { readonly type: 'keep-alive' }
	| { readonly type: 'choke' }
	| { readonly type: 'unchoke' }
	| { readonly type: 'interested' }
	| { readonly type: 'not-interested' }
	| { readonly type: 'have'; readonly piece: number }
	/** Exactly one bit per piece, rounded up to bytes; the spare bits are not checked. */
	| { readonly type: 'bitfield'; readonly bytes: Uint8Array }
	| BlockMessage
	| { readonly type: 'have-all' }
	| { readonly type: 'have-none' }
	| { readonly type: 'suggest'; readonly piece: number }
	| { readonly type: 'allowed-fast'; readonly piece: number }
	/** UDP port of the peer's DHT node (BEP 5). */
	| { readonly type: 'port'; readonly port: number }
	/** `id` 0 is the extension handshake (BEP 10). */
	| { readonly type: 'extended'; readonly id: number; readonly payload: Uint8Array }
	/** Nobody's id that we know; its body was skipped. */
	| { readonly type: 'unknown'; readonly id: number };

/** A message that names a block: 1 to 131072 bytes at an offset that is not checked here. */
export interface BlockMessage extends BlockRange {
	readonly type: 'request' | 'cancel' | 'reject';
}

/** A range inside one piece. */
export interface BlockRange {
	readonly piece: number;
	readonly offsetBytes: number;
	readonly lengthBytes: number;
}

/** The byte after the length prefix. */
export const MESSAGE_ID = {
	choke: 0,
	unchoke: 1,
	interested: 2,
	notInterested: 3,
	have: 4,
	bitfield: 5,
	request: 6,
	piece: 7,
	cancel: 8,
	/** BEP 5 */
	port: 9,
	/** BEP 6, this one to `allowedFast` */
	suggest: 13,
	haveAll: 14,
	haveNone: 15,
	reject: 16,
	allowedFast: 17,
	/** BEP 10 */
	extended: 20,
} as const;

/** Length prefix, id, piece index and offset: what stands before the payload of a `piece`. */
export const PIECE_HEADER_BYTES = 13;

/**
 * Largest block anybody may ask for or send. BEP 3 clients ask for 16 KiB; some ask for up to
 * 128 KiB, which is where other clients draw the line too.
 */
export const MAX_BLOCK_BYTES = 131_072;
