/** One end of a connection under the test's control: says anything, understands what is answered. */
import net from 'node:net';
import { concatBytes, writeUint32 } from '../../src/primitives/bytes.js';
import { type Infohash, infohashBytes } from '../../src/primitives/infohash.js';
import { WireDecoder } from '../../src/wire/decoder.js';
import { encodeRequest } from '../../src/wire/encoder.js';
import { encodeHandshake, HandshakeDecoder } from '../../src/wire/handshake.js';
import type { BlockRange, WireMessage } from '../../src/wire/message.js';

/** What the other side said: a message, or a block with its payload. */
export type Heard =
	| WireMessage
	| {
			readonly type: 'block';
			readonly piece: number;
			readonly offsetBytes: number;
			readonly bytes: Uint8Array;
	  };

/** Nothing in these tests needs longer on a loaded machine; the limits under test are shorter. */
const PATIENCE_MS = 8000;

let nextPeer = 0;

const open = new Set<net.Socket>();

/** Ends every connection of this process that a test left open. */
export function hangUpAll(): void {
	for (const socket of open) socket.destroy();
}

/** A peer id nobody had before in this process. */
export function freshPeerId(): Uint8Array {
	return Buffer.from(
		`-HP0001-${process.pid.toString(36)}${nextPeer++}`.padEnd(20, '-').slice(0, 20),
	);
}

export class HostileConnection {
	readonly socket: net.Socket;
	/** Everything heard that no `next` has taken yet. */
	readonly heard: Heard[] = [];
	/** Called for everything heard, instead of keeping it. */
	onHeard: ((heard: Heard) => void) | undefined;
	peerId: Uint8Array | undefined;
	isClosed = false;
	readonly #handshake = new HandshakeDecoder();
	readonly #decoder: WireDecoder;
	readonly #waiting = new Set<() => void>();

	constructor(socket: net.Socket, pieceCount: number) {
		this.socket = socket;
		let block: Uint8Array = new Uint8Array(0);
		this.#decoder = new WireDecoder(
			{
				message: (message) => this.#hear(message),
				blockStart: (_piece, _offset, lengthBytes) => {
					block = new Uint8Array(lengthBytes);
					return block;
				},
				blockEnd: (piece, offsetBytes) =>
					this.#hear({ type: 'block', piece, offsetBytes, bytes: block }),
			},
			{ pieceCount },
		);
		open.add(socket);
		socket.on('error', () => {});
		socket.on('close', () => {
			open.delete(socket);
			this.isClosed = true;
			this.#wake();
		});
		socket.on('data', (chunk) => this.#received(chunk));
	}

	/** Dials; says nothing. */
	static async dial(port: number, pieceCount: number): Promise<HostileConnection> {
		const socket = net.connect({ port, host: '127.0.0.1' });
		const connection = new HostileConnection(socket, pieceCount);
		await new Promise<void>((resolve) => {
			socket.once('connect', resolve).once('close', () => resolve());
		});
		return connection;
	}

	/** Sends a handshake with Fast and extensions; resolves when the other one has come. */
	async shakeHands(infohash: Infohash, peerId: Uint8Array = freshPeerId()): Promise<void> {
		this.socket.write(encodeHandshake({ infohash: infohashBytes(infohash), peerId }));
		await this.until(() => this.peerId !== undefined || this.isClosed);
		if (this.peerId === undefined) throw new Error('closed instead of shaking hands');
	}

	write(bytes: Uint8Array): void {
		this.socket.write(bytes);
	}

	/** Writes part after part, each when the system took the last; ends early when closed. @returns bytes taken */
	async pour(parts: Iterable<Uint8Array>): Promise<number> {
		let taken = 0;
		for (const part of parts) {
			if (this.isClosed || this.socket.destroyed) break;
			await new Promise<void>((resolve) => {
				this.socket.write(part, (error) => {
					if (error === undefined || error === null) taken += part.byteLength;
					resolve();
				});
			});
		}
		return taken;
	}

	/** Resolves with the first thing heard that fits; rejects when the connection ends before. */
	async next<T extends Heard>(isIt: (heard: Heard) => heard is T): Promise<T> {
		let found: T | undefined;
		await this.until(() => {
			const at = this.heard.findIndex(isIt);
			const heard = this.heard[at];
			if (heard !== undefined && isIt(heard)) {
				found = heard;
				this.heard.splice(at, 1);
			}
			return found !== undefined || this.isClosed;
		});
		if (found === undefined) throw new Error('closed instead of answering');
		return found;
	}

	/** Asks for a block: its bytes, or undefined when it was rejected. */
	async ask(range: BlockRange): Promise<Uint8Array | undefined> {
		this.write(encodeRequest(range));
		const answer = await this.next(
			(heard): heard is Extract<Heard, { type: 'block' | 'reject' }> =>
				(heard.type === 'block' || heard.type === 'reject') &&
				heard.piece === range.piece &&
				heard.offsetBytes === range.offsetBytes,
		);
		return answer.type === 'block' ? answer.bytes : undefined;
	}

	/** True when the other side has hung up within the patience of these tests. */
	async closed(): Promise<void> {
		await this.until(() => this.isClosed);
	}

	async until(isIt: () => boolean): Promise<void> {
		const stack = new Error(`waited ${PATIENCE_MS} ms in vain`);
		await new Promise<void>((resolve, reject) => {
			const timer = setTimeout(() => {
				this.#waiting.delete(check);
				reject(stack);
			}, PATIENCE_MS);
			const check = (): void => {
				if (!isIt()) return;
				clearTimeout(timer);
				this.#waiting.delete(check);
				resolve();
			};
			this.#waiting.add(check);
			check();
		});
	}

	#received(chunk: Uint8Array): void {
		const used = this.#handshake.isComplete ? 0 : this.#handshake.push(chunk);
		if (!this.#handshake.isComplete) return;
		this.peerId = this.#handshake.peerId;
		if (used < chunk.byteLength) this.#decoder.push(chunk.subarray(used));
		this.#wake();
	}

	#hear(heard: Heard): void {
		if (this.onHeard === undefined) this.heard.push(heard);
		else this.onHeard(heard);
	}

	#wake(): void {
		for (const check of this.#waiting) check();
	}
}

/** A message as it stands on the wire, right or wrong. */
export function frame(id: number, body: Uint8Array): Uint8Array {
	const head = new Uint8Array(5);
	writeUint32(head, 0, body.byteLength + 1);
	head[4] = id;
	return concatBytes([head, body]);
}

/** Big-endian 32-bit numbers in a row. */
export function uint32s(...values: readonly number[]): Uint8Array {
	const bytes = new Uint8Array(values.length * 4);
	for (const [i, value] of values.entries()) writeUint32(bytes, i * 4, value);
	return bytes;
}
