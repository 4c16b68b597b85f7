/**
 * The 68 bytes both sides say first (BEP 3).
 *
 * Layout: byte 19, `BitTorrent protocol`, 8 reserved bytes, 20 bytes infohash, 20 bytes peer id.
 * Reserved bits in use: byte 5 bit 0x10 extension protocol (BEP 10), byte 7 bit 0x04 Fast (BEP 6).
 */
import { concatBytes, utf8 } from '../primitives/bytes.js';
import { WireError } from './wire-error.js';

export const HANDSHAKE_BYTES = 68;

const PROTOCOL: Uint8Array = utf8('\x13BitTorrent protocol');
const RESERVED_AT = 20;
const INFOHASH_AT = 28;
const PEER_ID_AT = 48;
const EXTENSIONS_AT = RESERVED_AT + 5;
const EXTENSIONS_BIT = 0x10;
const FAST_AT = RESERVED_AT + 7;
const FAST_BIT = 0x04;

/**
 * Our handshake, with Fast and the extension protocol switched on.
 * @throws {RangeError} when the infohash or the peer id does not have 20 bytes
 */
export function encodeHandshake(fields: {
	readonly infohash: Uint8Array;
	readonly peerId: Uint8Array;
}): Uint8Array {
	const { infohash, peerId } = fields;
	if (infohash.byteLength !== 20 || peerId.byteLength !== 20) {
		throw new RangeError('Infohash and peer id must have 20 bytes each');
	}
	const bytes = concatBytes([PROTOCOL, new Uint8Array(8), infohash, peerId]);
	bytes[EXTENSIONS_AT] = EXTENSIONS_BIT;
	bytes[FAST_AT] = FAST_BIT;
	return bytes;
}

/**
 * Reads a handshake in whatever parts it comes. The infohash is there after 48 bytes, before the
 * peer id: the listening side answers then, as some clients wait for it.
 */
export class HandshakeDecoder {
	readonly #bytes = new Uint8Array(HANDSHAKE_BYTES);
	#filled = 0;

	/**
	 * Takes bytes until the handshake is whole.
	 * @returns how many bytes of `chunk` belong to the handshake; the rest is wire messages
	 * @throws {WireError} `WIRE_NOT_BITTORRENT` at the first wrong byte of the protocol name
	 */
	push(chunk: Uint8Array): number {
		const consumed = Math.min(chunk.byteLength, HANDSHAKE_BYTES - this.#filled);
		for (let i = 0; i < consumed; i++) {
			const byte = chunk[i] ?? 0;
			if (this.#filled < PROTOCOL.byteLength && byte !== PROTOCOL[this.#filled]) {
				throw new WireError(
					'WIRE_NOT_BITTORRENT',
					`Handshake byte ${this.#filled} is ${byte}, expected ${PROTOCOL[this.#filled]}`,
				);
			}
			this.#bytes[this.#filled++] = byte;
		}
		return consumed;
	}

	get isComplete(): boolean {
		return this.#filled === HANDSHAKE_BYTES;
	}

	/** 20 bytes, a copy; undefined until 48 bytes came. */
	get infohash(): Uint8Array | undefined {
		return this.#filled >= PEER_ID_AT ? this.#bytes.slice(INFOHASH_AT, PEER_ID_AT) : undefined;
	}

	/** 20 bytes, a copy; undefined until the handshake is whole. */
	get peerId(): Uint8Array | undefined {
		return this.isComplete ? this.#bytes.slice(PEER_ID_AT) : undefined;
	}

	/** The peer speaks the Fast extension (BEP 6); false until 48 bytes came. */
	get supportsFast(): boolean {
		return this.#hasBit(FAST_AT, FAST_BIT);
	}

	/** The peer speaks the extension protocol (BEP 10); false until 48 bytes came. */
	get supportsExtensions(): boolean {
		return this.#hasBit(EXTENSIONS_AT, EXTENSIONS_BIT);
	}

	#hasBit(at: number, bit: number): boolean {
		return this.#filled >= PEER_ID_AT && ((this.#bytes[at] ?? 0) & bit) !== 0;
	}
}
