/**
 * One connection to one peer after the handshake: bytes in, messages and blocks out to its owner;
 * messages in, bytes out. It knows the protocol's timing and nothing of torrents.
 */
import type { ByteStream } from '../net/byte-stream.js';
import { AppError } from '../primitives/app-error.js';
import type { Endpoint } from '../primitives/endpoint.js';
import { WireDecoder } from '../wire/decoder.js';
import { encodeKeepAlive } from '../wire/encoder.js';
import { checkLegalMessage } from '../wire/legal-message.js';
import type { WireMessage } from '../wire/message.js';
import type { HandshakeResult } from './handshake-exchange.js';

/** BEP 3: a silent connection may be closed after two minutes; ours speaks a little earlier. */
const KEEP_ALIVE_AFTER_MS = 100_000;
const SILENCE_LIMIT_MS = 125_000;

/** Messages nobody defined; a few are a newer client, many are a flood. */
const MAX_UNKNOWN_MESSAGES = 50;

/** More than this waiting in the socket means the peer takes nothing and makes us answer all the same. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** Who runs a connection: the torrent. Payload memory comes from it and goes back to it. */
export interface ConnectionOwner {
	onMessage(message: WireMessage): void;
	/** Where a block's payload goes; undefined throws it away. */
	onBlockStart(piece: number, offsetBytes: number, lengthBytes: number): Uint8Array | undefined;
	onBlockEnd(piece: number, offsetBytes: number, lengthBytes: number): void;
	/** The peer takes more bytes now. */
	onDrain(): void;
	/** Once; `reason` is one line for people. */
	onClosed(reason: string): void;
}

export class PeerConnection {
	readonly stream: ByteStream;
	readonly peerId: Uint8Array;
	readonly supportsFast: boolean;
	readonly supportsExtensions: boolean;
	#owner: ConnectionOwner | undefined;
	#decoder: WireDecoder | undefined;
	#lastReceivedMs: number;
	#lastSentMs: number;
	#unknownMessages = 0;
	#closeReason: string | undefined;

	constructor(handshake: HandshakeResult, nowMs: number) {
		this.stream = handshake.stream;
		this.peerId = handshake.peerId;
		this.supportsFast = handshake.supportsFast;
		this.supportsExtensions = handshake.supportsExtensions;
		this.#lastReceivedMs = nowMs;
		this.#lastSentMs = nowMs;
	}

	get remote(): Endpoint {
		return this.stream.remote;
	}

	get isIncoming(): boolean {
		return this.stream.isIncoming;
	}

	get isClosed(): boolean {
		return this.#closeReason !== undefined || this.stream.isClosed;
	}

	/**
	 * Starts handing over what the peer sends, `earlyBytes` of the handshake first.
	 * @param now - the clock's monotonic milliseconds
	 */
	start(
		owner: ConnectionOwner,
		options: {
			readonly pieceCount: number;
			readonly earlyBytes: Uint8Array;
			readonly group: object;
			now(): number;
		},
	): void {
		this.#owner = owner;
		this.stream.group = options.group;
		const decoder = new WireDecoder(
			{
				message: (message) => this.#received(message),
				blockStart: (piece, offset, length) => owner.onBlockStart(piece, offset, length),
				blockEnd: (piece, offset, length) => owner.onBlockEnd(piece, offset, length),
			},
			{ pieceCount: options.pieceCount },
		);
		this.#decoder = decoder;
		const push = (chunk: Uint8Array): void => {
			this.#lastReceivedMs = options.now();
			try {
				decoder.push(chunk);
			} catch (error) {
				this.close(error instanceof Error ? error.message : 'broken message');
			}
		};
		this.stream.listen({
			onData: push,
			onDrain: () => owner.onDrain(),
			onClose: (error) => this.#ended(error?.message ?? 'peer closed the connection'),
		});
		if (options.earlyBytes.byteLength > 0) push(options.earlyBytes);
	}

	send(bytes: Uint8Array, nowMs: number, onFlushed?: () => void): void {
		this.#lastSentMs = nowMs;
		this.stream.write(bytes, onFlushed);
		if (this.stream.bufferedBytes > MAX_BUFFERED_BYTES)
			this.close('does not read what it asks for');
	}

	/** Once a second or so: keep-alives out, silent peers off. */
	tick(nowMs: number): void {
		if (nowMs - this.#lastReceivedMs > SILENCE_LIMIT_MS) this.close('silent for two minutes');
		else if (nowMs - this.#lastSentMs > KEEP_ALIVE_AFTER_MS) this.send(encodeKeepAlive(), nowMs);
	}

	/** Ends the connection; nothing more is handed over after this returns. */
	close(reason: string): void {
		if (this.#closeReason !== undefined) return;
		this.#decoder?.stop();
		this.stream.destroy();
		this.#ended(reason);
	}

	#received(message: WireMessage): void {
		checkLegalMessage(message, this.supportsFast);
		if (message.type === 'unknown' && ++this.#unknownMessages > MAX_UNKNOWN_MESSAGES) {
			throw new AppError('PEER_FLOOD', 'Peer sent too many unknown messages');
		}
		this.#owner?.onMessage(message);
	}

	#ended(reason: string): void {
		if (this.#closeReason !== undefined) return;
		this.#closeReason = reason;
		this.#owner?.onClosed(reason);
	}
}
