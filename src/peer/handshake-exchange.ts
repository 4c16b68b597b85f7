/**
 * The 68 bytes both sides say first (BEP 3), under one deadline for the whole exchange.
 * The dialling side speaks first; the listening side answers once it knows which torrent is meant.
 */
import type { ByteStream } from '../net/byte-stream.js';
import { AppError } from '../primitives/app-error.js';
import { concatBytes } from '../primitives/bytes.js';
import type { Clock } from '../primitives/clock.js';
import { HandshakeDecoder } from '../wire/handshake.js';

/** For all of it, not for each byte: a peer that trickles is cut all the same. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** What may follow a handshake before the connection is handed over. */
const MAX_EARLY_BYTES = 512 * 1024;

export interface HandshakeResult {
	readonly stream: ByteStream;
	readonly infohash: Uint8Array;
	readonly peerId: Uint8Array;
	readonly supportsFast: boolean;
	readonly supportsExtensions: boolean;
	/** Bytes that came right behind the handshake; to be parsed first. */
	readonly earlyBytes: Uint8Array;
}

export interface HandshakeOptions {
	readonly stream: ByteStream;
	readonly clock: Clock;
	readonly timeoutMs?: number;
	/**
	 * Our 68 bytes for the torrent the other side named; undefined when it is not one of ours.
	 * A dialling side calls it at once with no infohash.
	 */
	ours(infohash: Uint8Array | undefined): Uint8Array | undefined;
}

/**
 * Resolves when both handshakes are through; rejects, with the connection closed, with an AppError
 * (`PEER_HANDSHAKE_TIMEOUT`, `PEER_UNKNOWN_TORRENT`, `PEER_CLOSED`) or a WireError.
 */
export function exchangeHandshakes(options: HandshakeOptions): Promise<HandshakeResult> {
	const { stream } = options;
	return new Promise((resolve, reject) => {
		const decoder = new HandshakeDecoder();
		const early: Uint8Array[] = [];
		let earlyBytes = 0;
		let hasAnswered = false;
		let isOver = false;

		const fail = (error: unknown): void => {
			if (isOver) return;
			isOver = true;
			cancelDeadline();
			stream.destroy();
			reject(error instanceof Error ? error : new Error(String(error)));
		};
		const cancelDeadline = options.clock.after(options.timeoutMs ?? HANDSHAKE_TIMEOUT_MS, () => {
			fail(new AppError('PEER_HANDSHAKE_TIMEOUT', 'Peer did not finish its handshake in time'));
		});
		const answer = (infohash: Uint8Array | undefined): boolean => {
			const bytes = options.ours(infohash);
			if (bytes === undefined) {
				fail(new AppError('PEER_UNKNOWN_TORRENT', 'Peer asked for a torrent that is not here'));
				return false;
			}
			hasAnswered = true;
			stream.write(bytes);
			return true;
		};
		const advance = (chunk: Uint8Array): void => {
			const consumed = decoder.push(chunk);
			const { infohash, peerId, supportsFast, supportsExtensions } = decoder;
			if (infohash !== undefined && !hasAnswered && !answer(infohash)) return;
			if (consumed < chunk.byteLength) {
				earlyBytes += chunk.byteLength - consumed;
				if (earlyBytes > MAX_EARLY_BYTES) {
					fail(new AppError('PEER_CLOSED', 'Peer sent too much before its handshake was read'));
					return;
				}
				early.push(chunk.slice(consumed));
			}
			if (infohash === undefined || peerId === undefined || isOver) return;
			isOver = true;
			cancelDeadline();
			resolve({
				stream,
				infohash,
				peerId,
				supportsFast,
				supportsExtensions,
				// Filled until the receiver takes the stream over in the next microtask.
				get earlyBytes() {
					return concatBytes(early);
				},
			});
		};

		stream.listen({
			onData(chunk) {
				try {
					if (isOver) early.push(chunk.slice());
					else advance(chunk);
				} catch (error) {
					fail(error);
				}
			},
			onDrain() {},
			onClose(error) {
				fail(error ?? new AppError('PEER_CLOSED', 'Peer closed the connection'));
			},
		});
		if (!stream.isIncoming) answer(undefined);
	});
}
