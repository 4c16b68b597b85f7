/** Holds the newest published snapshot and tells who listens. */
import type { SessionSnapshot } from './snapshot.js';

export class SnapshotStore {
	#snapshot: SessionSnapshot;
	readonly #listeners = new Set<() => void>();

	constructor(first: SessionSnapshot) {
		this.#snapshot = first;
	}

	get(): SessionSnapshot {
		return this.#snapshot;
	}

	subscribe(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => {
			this.#listeners.delete(listener);
		};
	}

	publish(snapshot: SessionSnapshot): void {
		this.#snapshot = snapshot;
		for (const listener of this.#listeners) listener();
	}
}
