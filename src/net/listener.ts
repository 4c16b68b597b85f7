/** The one TCP port all torrents share: binds it, accepts, and bounds unfinished handshakes. */
import net from 'node:net';
import { AppError, errorCode } from '../primitives/app-error.js';
import { ByteStream } from './byte-stream.js';
import type { RateGate } from './rate-gate.js';

/**
 * Connections that have not said whom they want. One more and the oldest goes: an honest peer
 * finishes its handshake long before, one that says nothing would keep others out.
 */
const MAX_UNKNOWN = 256;

/** After running out of file descriptors, how long nothing is accepted. */
const EXHAUSTED_PAUSE_MS = 1000;

export interface PortRange {
	/** 0 lets the system choose. */
	readonly first: number;
	readonly last: number;
}

export interface ListenerOptions {
	readonly ports: PortRange;
	/** Undefined: every address of this machine, IPv6 and IPv4. */
	readonly bindAddress: string | undefined;
	readonly readGate: RateGate;
	/** Takes the connection and calls `settled` when its handshake is over, well or badly. */
	onConnection(stream: ByteStream, settled: () => void): void;
}

export class Listener {
	readonly port: number;
	readonly #server: net.Server;

	private constructor(server: net.Server, port: number) {
		this.#server = server;
		this.port = port;
	}

	/**
	 * Binds the first free port of the range.
	 * @throws {AppError} `NET_LISTEN_FAILED` when none can be bound
	 */
	static async open(options: ListenerOptions): Promise<Listener> {
		let cause: unknown;
		for (let port = options.ports.first; port <= options.ports.last; port++) {
			try {
				return await Listener.#bind(options, port);
			} catch (error) {
				cause = error;
				if (errorCode(error) !== 'EADDRINUSE' && errorCode(error) !== 'EACCES') break;
			}
		}
		const { first, last } = options.ports;
		const range = first === last ? `${first}` : `${first}-${last}`;
		throw new AppError(
			'NET_LISTEN_FAILED',
			`Cannot listen on ${options.bindAddress ?? 'any address'} port ${range} (${errorCode(cause) ?? 'unknown error'}): choose another with --port, or 0 for any`,
			{ cause },
		);
	}

	static #bind(options: ListenerOptions, port: number): Promise<Listener> {
		return new Promise((resolve, reject) => {
			/** In order of arrival. */
			const unknown = new Set<ByteStream>();
			const server = net.createServer((socket) => {
				const [oldest] = unknown;
				if (unknown.size >= MAX_UNKNOWN && oldest !== undefined) {
					unknown.delete(oldest);
					oldest.destroy();
				}
				const stream = ByteStream.accept(socket, options.readGate);
				unknown.add(stream);
				options.onConnection(stream, () => unknown.delete(stream));
			});
			server.once('error', reject);
			server.listen({ port, host: options.bindAddress, backlog: 256 }, () => {
				server.off('error', reject);
				server.on('error', (error) => {
					if (errorCode(error) === 'EMFILE') pauseAccepting(server);
				});
				const address = server.address();
				resolve(
					new Listener(
						server,
						typeof address === 'object' && address !== null ? address.port : port,
					),
				);
			});
		});
	}

	/** Stops accepting; open connections are their owners' matter. */
	close(): Promise<void> {
		return new Promise((resolve) => {
			this.#server.close(() => resolve());
			this.#server.unref();
			resolve();
		});
	}
}

/** Lets open files go down before the next accept fails the same way. */
function pauseAccepting(server: net.Server): void {
	server.maxConnections = 0;
	setTimeout(() => {
		server.maxConnections = Number.POSITIVE_INFINITY;
	}, EXHAUSTED_PAUSE_MS).unref();
}
