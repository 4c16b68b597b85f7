/**
 * The tracker of a transfer: it answers leechers with the seeder, and a seeder with nobody.
 *
 * Leechers wait for their answer until all of them have asked: that is where the clock of a
 * transfer starts, for every client alike, whatever it takes to start the program.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeGate } from '../processes/gate.js';

const HOST = '127.0.0.1';
/** Nobody is to ask again. */
const INTERVAL_SECONDS = 3600;
const NOBODY = new Uint8Array(0);

export interface Seeder {
	/** IPv4. */
	readonly address: string;
	readonly port: number;
}

export class OnePeerTracker {
	readonly #server: Server;
	#seeder: Uint8Array = NOBODY;
	#leechers = 0;
	#onLeechers: () => void = () => undefined;
	/** By listening port; each may ask again when it gets no answer. */
	readonly #waiting = new Map<string, ServerResponse>();

	private constructor(server: Server) {
		this.#server = server;
	}

	static async start(): Promise<OnePeerTracker> {
		const server = createServer();
		const tracker = new OnePeerTracker(server);
		server.on('request', (request, response) => {
			const query = new URL(request.url ?? '/', `http://${HOST}`).searchParams;
			const isLeecher = query.get('left') !== '0' && query.get('event') !== 'stopped';
			if (isLeecher) tracker.#leecher(query.get('port') ?? '', response);
			else response.end(answer(NOBODY));
		});
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(0, HOST, resolve);
		});
		server.unref();
		return tracker;
	}

	get announce(): string {
		return `http://${HOST}:${(this.#server.address() as AddressInfo).port}/announce`;
	}

	/** Begins a transfer. @returns opens when that many leechers asked and were told of the seeder */
	expect(seeder: Seeder, leechers: number): Promise<void> {
		const { address, port } = seeder;
		this.#seeder = Uint8Array.of(...address.split('.').map(Number), port >>> 8, port & 255);
		this.#leechers = leechers;
		this.#waiting.clear();
		const told = makeGate();
		this.#onLeechers = told.open;
		return told.opened;
	}

	async close(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	#leecher(port: string, response: ServerResponse): void {
		this.#waiting.set(port, response);
		if (this.#waiting.size < this.#leechers) return;
		this.#onLeechers();
		for (const one of this.#waiting.values()) one.end(answer(this.#seeder));
	}
}

/** BEP 3 and BEP 23. */
function answer(peers: Uint8Array): Uint8Array {
	return Buffer.concat([
		Buffer.from(`d8:intervali${INTERVAL_SECONDS}e5:peers${peers.byteLength}:`),
		peers,
		Buffer.from('e'),
	]);
}
