/** A UDP socket that never resolves names and never throws at its owner for one bad packet. */
import { createSocket, type Socket } from 'node:dgram';
import { addressScope } from '../primitives/address-range.js';
import { type Endpoint, unmapIpv4 } from '../primitives/endpoint.js';

/** Largest payload IPv4 can carry; more cannot be sent. */
const MAX_PACKET_BYTES = 65_507;

export interface UdpSocketOptions {
	readonly family: 4 | 6;
	/** Numeric; all addresses of the family when left out. */
	readonly bindAddress?: string | undefined;
	/** 0 or left out for any. */
	readonly port?: number;
	/** Called for every packet; `bytes` belongs to the callee. */
	readonly onPacket: (bytes: Uint8Array, from: Endpoint) => void;
}

export class UdpSocket {
	readonly #socket: Socket;
	readonly #local: Endpoint;
	#isClosed = false;

	private constructor(socket: Socket) {
		this.#socket = socket;
		const { address, port } = socket.address();
		this.#local = { address, port };
	}

	/**
	 * Opens and binds a socket.
	 * @throws the system's error (`EADDRINUSE`, `EADDRNOTAVAIL`, …)
	 */
	static async open(options: UdpSocketOptions): Promise<UdpSocket> {
		const socket = createSocket({
			type: options.family === 4 ? 'udp4' : 'udp6',
			ipv6Only: options.family === 6,
			// Only numeric addresses come here: an answer without the system's resolver.
			lookup: (host, _options, callback) => callback(null, host, options.family),
		});
		await new Promise<void>((resolve, reject) => {
			socket.once('error', (error) => {
				socket.close();
				reject(error);
			});
			socket.bind({ port: options.port ?? 0, address: options.bindAddress }, resolve);
		});
		socket.removeAllListeners('error');
		// Errors of one packet (unreachable host) say nothing about the others.
		socket.on('error', () => {});
		socket.on('message', (bytes, from) => {
			options.onPacket(bytes, { address: unmapIpv4(from.address), port: from.port });
		});
		return new UdpSocket(socket);
	}

	/** Where it is bound. */
	get local(): Endpoint {
		return this.#local;
	}

	/**
	 * Sends one packet. A packet the system does not take is lost, as any UDP packet may be:
	 * `onFailure` hears of it, the caller may also wait for its own timeout.
	 */
	send(bytes: Uint8Array, to: Endpoint, onFailure?: (error: Error) => void): void {
		if (this.#isClosed || bytes.byteLength > MAX_PACKET_BYTES) return;
		if (to.port < 1 || to.port > 65_535 || addressScope(to.address) === 'invalid') return;
		this.#socket.send(bytes, to.port, to.address, (error) => {
			if (error !== null && !this.#isClosed) onFailure?.(error);
		});
	}

	async close(): Promise<void> {
		if (this.#isClosed) return;
		this.#isClosed = true;
		await new Promise<void>((resolve) => {
			this.#socket.close(() => resolve());
		});
	}
}
