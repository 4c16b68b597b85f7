/** A peer under the test's control, on raw sockets: honest where it is not told otherwise. */
import net from 'node:net';
import type { ExecutionContext } from 'ava';
import { Bitfield } from '../../src/primitives/bitfield.js';
import { type Infohash, infohashBytes } from '../../src/primitives/infohash.js';
import { WireDecoder } from '../../src/wire/decoder.js';
import { encodeBitfield, encodePieceHeader, encodeUnchoke } from '../../src/wire/encoder.js';
import { encodeHandshake, HandshakeDecoder } from '../../src/wire/handshake.js';
import type { WireMessage } from '../../src/wire/message.js';

export interface FakeSeed {
	readonly port: number;
	/** Blocks it sent so far. */
	sentBlocks(): number;
	/** Connections it had so far. */
	connections(): number;
}

/**
 * A seed that serves `payload`, each block passed through `corrupt` first.
 * @param name - four to twelve characters that end its peer id
 */
export async function fakeSeed(
	t: ExecutionContext,
	options: {
		readonly infohash: Infohash;
		readonly payload: Uint8Array;
		readonly pieceLengthBytes: number;
		readonly name: string;
		corrupt?(piece: number, offsetBytes: number, block: Uint8Array): Uint8Array;
	},
): Promise<FakeSeed> {
	const pieceCount = Math.ceil(options.payload.byteLength / options.pieceLengthBytes);
	let sentBlocks = 0;
	let connections = 0;
	const server = net.createServer((socket) => {
		connections++;
		socket.on('error', () => {});
		serve(socket, options, pieceCount, () => sentBlocks++);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const sockets = new Set<net.Socket>();
	server.on('connection', (socket) => sockets.add(socket));
	t.teardown(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	const address = server.address();
	return {
		port: typeof address === 'object' && address !== null ? address.port : 0,
		sentBlocks: () => sentBlocks,
		connections: () => connections,
	};
}

function serve(
	socket: net.Socket,
	options: Parameters<typeof fakeSeed>[1],
	pieceCount: number,
	onSent: () => void,
): void {
	const handshake = new HandshakeDecoder();
	let decoder: WireDecoder | undefined;
	const message = (received: WireMessage): void => {
		if (received.type === 'interested') socket.write(encodeUnchoke());
		if (received.type !== 'request') return;
		const start = received.piece * options.pieceLengthBytes + received.offsetBytes;
		const block = options.payload.slice(start, start + received.lengthBytes);
		const sent = options.corrupt?.(received.piece, received.offsetBytes, block) ?? block;
		socket.write(encodePieceHeader(received.piece, received.offsetBytes, sent.byteLength));
		socket.write(sent);
		onSent();
	};
	socket.on('data', (chunk) => {
		if (decoder !== undefined) {
			decoder.push(chunk);
			return;
		}
		const used = handshake.push(chunk);
		if (!handshake.isComplete) return;
		socket.write(
			encodeHandshake({
				infohash: infohashBytes(options.infohash),
				peerId: Buffer.from(`-FK0001-${options.name.padEnd(12, '-').slice(0, 12)}`),
			}),
		);
		socket.write(encodeBitfield(Bitfield.full(pieceCount).toBytes()));
		decoder = new WireDecoder(
			{ message, blockStart: () => undefined, blockEnd: () => {} },
			{ pieceCount },
		);
		decoder.push(chunk.subarray(used));
	});
}

export interface RawPeer {
	readonly socket: net.Socket;
	/** Everything received so far, handshake included. */
	received(): Buffer;
	/** Resolves when the other side has closed; rejects after `timeoutMs`. */
	closed(timeoutMs?: number): Promise<void>;
	/** Resolves when `count` bytes or more have arrived in all. */
	receivedAtLeast(count: number, timeoutMs?: number): Promise<Buffer>;
}

/** A bare connection to a session's port; sends nothing by itself. */
export async function rawPeer(t: ExecutionContext, port: number): Promise<RawPeer> {
	const socket = net.connect({ port, host: '127.0.0.1' });
	t.teardown(() => socket.destroy());
	const chunks: Buffer[] = [];
	let length = 0;
	let isClosed = false;
	socket.on('data', (chunk) => {
		length += chunk.byteLength;
		// A flood is counted, not kept.
		if (length < 1_000_000) chunks.push(chunk);
	});
	socket.on('error', () => {});
	socket.on('close', () => {
		isClosed = true;
	});
	await new Promise<void>((resolve) => socket.once('connect', resolve));
	const until = (isIt: () => boolean, what: string, timeoutMs: number): Promise<void> =>
		new Promise((resolve, reject) => {
			const check = (): void => {
				if (!isIt()) return;
				clearTimeout(timer);
				socket.off('data', check).off('close', check);
				resolve();
			};
			const timer = setTimeout(() => {
				socket.off('data', check).off('close', check);
				reject(new Error(`${what}: not within ${timeoutMs} ms`));
			}, timeoutMs);
			socket.on('data', check).on('close', check);
			check();
		});
	return {
		socket,
		received: () => Buffer.concat(chunks),
		closed: (timeoutMs = 5000) => until(() => isClosed, 'connection closed', timeoutMs),
		async receivedAtLeast(count, timeoutMs = 5000) {
			await until(() => length >= count, `${count} bytes received`, timeoutMs);
			return Buffer.concat(chunks);
		},
	};
}

/** The 68 bytes an ordinary client begins with. */
export function handshakeFor(infohash: Infohash, name: string): Uint8Array {
	return encodeHandshake({
		infohash: infohashBytes(infohash),
		peerId: Buffer.from(`-FK0001-${name.padEnd(12, '-').slice(0, 12)}`),
	});
}
