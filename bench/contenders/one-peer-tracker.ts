/**
 * The tracker of a transfer: it answers leechers with the seeder, and a seeder with nobody.
 *
 * Leechers wait for their answer until all of them have asked: that is where the clock of a
 * transfer starts, for every client alike, whatever it takes to start the program.
 */
import type { ServerResponse } from 'node:http';
import { makeGate } from '../processes/gate.js';
import {
	type LoopbackTracker,
	type PeerPlace,
	startTracker,
	trackerAnswer,
} from '../transfers/loopback-tracker.js';

export class OnePeerTracker {
	readonly #tracker: LoopbackTracker;
	#seeder: PeerPlace | undefined;
	#leechers = 0;
	#onLeechers: () => void = () => undefined;
	/** By listening port; each may ask again when it gets no answer. */
	readonly #waiting = new Map<string, ServerResponse>();

	private constructor(tracker: LoopbackTracker) {
		this.#tracker = tracker;
	}

	static async start(): Promise<OnePeerTracker> {
		const tracker: OnePeerTracker = new OnePeerTracker(
			await startTracker((query, response) => {
				const isLeecher = query.get('left') !== '0' && query.get('event') !== 'stopped';
				if (isLeecher) tracker.#leecher(query.get('port') ?? '', response);
				else response.end(trackerAnswer([]));
			}),
		);
		return tracker;
	}

	get announce(): string {
		return this.#tracker.announce;
	}

	/** Begins a transfer. @returns opens when that many leechers asked and were told of the seeder */
	expect(seeder: PeerPlace, leechers: number): Promise<void> {
		this.#seeder = seeder;
		this.#leechers = leechers;
		this.#waiting.clear();
		const told = makeGate();
		this.#onLeechers = told.open;
		return told.opened;
	}

	async close(): Promise<void> {
		await this.#tracker.close();
	}

	#leecher(port: string, response: ServerResponse): void {
		this.#waiting.set(port, response);
		if (this.#waiting.size < this.#leechers) return;
		this.#onLeechers();
		const peers = this.#seeder === undefined ? [] : [this.#seeder];
		for (const one of this.#waiting.values()) one.end(trackerAnswer(peers));
	}
}
