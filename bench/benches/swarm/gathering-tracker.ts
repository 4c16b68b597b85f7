/** A tracker that answers when everybody has asked, and then tells everybody of everybody. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeGate } from '../../processes/gate.js';

const HOST = '127.0.0.1';
/** Nobody is to ask again. */
const INTERVAL_SECONDS = 3600;

export interface Place {
	/** IPv4. */
	readonly address: string;
	readonly port: number;
}

export class GatheringTracker {
	readonly #server: Server;
	#expected: readonly Place[] = [];
	#onGathered: () => void = () => undefined;
	/** By listening port; each may ask again when it gets no answer. */
	readonly #waiting = new Map<number, ServerResponse>();
	#isGathered = true;

	private constructor(server: Server) {
		this.#server = server;
	}

	static async start(): Promise<GatheringTracker> {
		const server = createServer();
		const tracker = new GatheringTracker(server);
		server.on('request', (request, response) => {
			const query = new URL(request.url ?? '/', `http://${HOST}`).searchParams;
			tracker.#asked(Number(query.get('port')), query.get('event') === 'stopped', response);
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

	/** @returns opens when all of them asked and were answered */
	gather(places: readonly Place[]): Promise<void> {
		this.#expected = places;
		this.#waiting.clear();
		this.#isGathered = false;
		const gathered = makeGate();
		this.#onGathered = gathered.open;
		return gathered.opened;
	}

	async close(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	#asked(port: number, isStopping: boolean, response: ServerResponse): void {
		if (isStopping || this.#isGathered) {
			response.end(this.#answer(port));
			return;
		}
		this.#waiting.set(port, response);
		if (this.#waiting.size < this.#expected.length) return;
		this.#isGathered = true;
		this.#onGathered();
		for (const [asker, one] of this.#waiting) one.end(this.#answer(asker));
	}

	/** BEP 3 and BEP 23. */
	#answer(port: number): Uint8Array {
		const peers = this.#expected
			.filter((place) => place.port !== port)
			.flatMap((place) => [
				...place.address.split('.').map(Number),
				place.port >>> 8,
				place.port & 255,
			]);
		return Buffer.concat([
			Buffer.from(`d8:intervali${INTERVAL_SECONDS}e5:peers${peers.length}:`),
			Uint8Array.from(peers),
			Buffer.from('e'),
		]);
	}
}
