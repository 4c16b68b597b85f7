/** A tracker that answers when everybody has asked, and then tells everybody of everybody. */
import type { ServerResponse } from 'node:http';
import { makeGate } from '../../processes/gate.js';
import {
	type LoopbackTracker,
	type PeerPlace,
	startTracker,
	trackerAnswer,
} from '../../transfers/loopback-tracker.js';

export class GatheringTracker {
	readonly #tracker: LoopbackTracker;
	#expected: readonly PeerPlace[] = [];
	#onGathered: () => void = () => undefined;
	/** By listening port; each may ask again when it gets no answer. */
	readonly #waiting = new Map<number, ServerResponse>();
	#isGathered = true;

	private constructor(tracker: LoopbackTracker) {
		this.#tracker = tracker;
	}

	static async start(): Promise<GatheringTracker> {
		const tracker: GatheringTracker = new GatheringTracker(
			await startTracker((query, response) =>
				tracker.#asked(Number(query.get('port')), query.get('event') === 'stopped', response),
			),
		);
		return tracker;
	}

	get announce(): string {
		return this.#tracker.announce;
	}

	/** @returns opens when all of them asked and were answered */
	gather(places: readonly PeerPlace[]): Promise<void> {
		this.#expected = places;
		this.#waiting.clear();
		this.#isGathered = false;
		const gathered = makeGate();
		this.#onGathered = gathered.open;
		return gathered.opened;
	}

	async close(): Promise<void> {
		await this.#tracker.close();
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

	#answer(port: number): Uint8Array {
		return trackerAnswer(this.#expected.filter((place) => place.port !== port));
	}
}
