/**
 * A TCP connection as chunks, with the download limit applied to its reading.
 *
 * Outgoing connections read into one buffer shared by all of them (reading and handing over happen in
 * one go on this thread), so an idle peer costs no read buffer. Accepted ones cannot: Node makes a
 * buffer for each of their reads; it is freed right after. A chunk is only valid during `onData`.
 */
import net from 'node:net';
import { type Endpoint, unmapIpv4 } from '../primitives/endpoint.js';
import { discardMemory } from './discard-memory.js';
import type { GateMember, RateGate } from './rate-gate.js';

export interface StreamEvents {
	/** The chunk's memory is reused when the call returns. */
	onData(chunk: Uint8Array): void;
	/** The write buffer is empty again. */
	onDrain(): void;
	/** Once, at the end, whoever ended it. */
	onClose(error: Error | undefined): void;
}

/** One read at full speed; while a limit applies, it is a turn's bytes at most. */
const READ_BYTES = 256 * 1024;

const sharedReadBuffer = new Uint8Array(new ArrayBuffer(READ_BYTES));

export class ByteStream implements GateMember {
	/** Bandwidth turns are shared by group; a stream is its own until a torrent claims it. */
	group: object = this;
	readonly remote: Endpoint;
	readonly isIncoming: boolean;
	readonly #socket: net.Socket;
	readonly #readGate: RateGate;
	#events: StreamEvents | undefined;
	#isClosed = false;
	#lastReadBytes = 0;
	#error: Error | undefined;

	private constructor(
		socket: net.Socket,
		remote: Endpoint,
		isIncoming: boolean,
		readGate: RateGate,
	) {
		this.#socket = socket;
		this.remote = remote;
		this.isIncoming = isIncoming;
		this.#readGate = readGate;
		socket.setNoDelay(true);
		socket.on('drain', () => this.#events?.onDrain());
		socket.on('error', (error) => {
			this.#error = error;
		});
		socket.on('close', () => this.#closed());
	}

	/** Takes over a connection somebody else opened. */
	static accept(socket: net.Socket, readGate: RateGate): ByteStream {
		const remote = { address: unmapIpv4(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 };
		const stream = new ByteStream(socket, remote, true, readGate);
		socket.on('data', (chunk: Buffer) => {
			const isNext = stream.#received(chunk);
			discardMemory(chunk);
			if (!isNext) socket.pause();
		});
		return stream;
	}

	/**
	 * Connects; rejects with the system's error, or `ETIMEDOUT` after `timeoutMs`.
	 * @param bindAddress - local address to connect from
	 */
	static dial(
		remote: Endpoint,
		options: {
			readonly bindAddress: string | undefined;
			readonly timeoutMs: number;
			readonly readGate: RateGate;
		},
	): Promise<ByteStream> {
		return new Promise((resolve, reject) => {
			let stream: ByteStream | undefined;
			const socket = net.connect({
				host: remote.address,
				port: remote.port,
				...(options.bindAddress === undefined ? {} : { localAddress: options.bindAddress }),
				onread: {
					buffer: () => readBuffer(options.readGate.turnBytes),
					callback: (length, buffer) =>
						stream === undefined || stream.#received(buffer.subarray(0, length)),
				},
			});
			const fail = (error: Error): void => {
				socket.destroy();
				reject(error);
			};
			socket.setTimeout(options.timeoutMs, () => {
				fail(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' }));
			});
			socket.once('error', fail);
			socket.once('connect', () => {
				socket.setTimeout(0);
				socket.off('error', fail);
				stream = new ByteStream(socket, remote, false, options.readGate);
				resolve(stream);
			});
		});
	}

	get isClosed(): boolean {
		return this.#isClosed;
	}

	/** Bytes written but not yet taken by the system. */
	get bufferedBytes(): number {
		return this.#socket.writableLength;
	}

	/** From now on events go here; replaces an earlier receiver. */
	listen(events: StreamEvents): void {
		this.#events = events;
		if (this.#isClosed) queueMicrotask(() => events.onClose(this.#error));
	}

	/** @param onFlushed - called when the bytes are no longer needed */
	write(bytes: Uint8Array, onFlushed?: () => void): void {
		if (this.#isClosed || this.#socket.destroyed) {
			if (onFlushed !== undefined) queueMicrotask(onFlushed);
			return;
		}
		if (onFlushed === undefined) this.#socket.write(bytes);
		else this.#socket.write(bytes, onFlushed);
	}

	/** Gathers writes until `uncork`, to hand them to the system in one call. */
	cork(): void {
		this.#socket.cork();
	}

	uncork(): void {
		this.#socket.uncork();
	}

	/** Ends the connection at once; `onClose` follows. */
	destroy(): void {
		this.#socket.destroy();
	}

	/** It is this stream's turn to read again. */
	onTurn(): void {
		if (!this.#isClosed) this.#socket.resume();
	}

	/** What a turn to read brings: who sent a little is taken to send a little, and does not hold up others. */
	get comingBytes(): number {
		return this.#isClosed ? 0 : this.#lastReadBytes;
	}

	/** @returns false when reading must pause for the download limit */
	#received(chunk: Uint8Array): boolean {
		this.#lastReadBytes = chunk.byteLength;
		this.#readGate.took(chunk.byteLength, this.group);
		this.#events?.onData(chunk);
		return this.#isClosed || this.#readGate.enter(this);
	}

	#closed(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#readGate.leave(this);
		this.#events?.onClose(this.#error);
	}
}

function readBuffer(turnBytes: number): Uint8Array {
	return turnBytes >= READ_BYTES ? sharedReadBuffer : sharedReadBuffer.subarray(0, turnBytes);
}
