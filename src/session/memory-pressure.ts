/** Makes room in the block ring when it is full: idle pieces of all torrents go to the disk first. */
import type { Clock } from '../primitives/clock.js';
import type { BlockRing } from '../storage/storage.js';
import type { Torrent } from '../torrent/torrent.js';

/** Asked for at every request that finds the ring full; done no more often than this. */
const MIN_INTERVAL_MS = 100;

/** Pieces nobody added to for this long go first. */
const IDLE_MS = 2000;

export class MemoryPressure {
	readonly #engine: { readonly clock: Clock; readonly ring: BlockRing };
	readonly #awake: Iterable<Torrent>;
	#nextAtMs = 0;
	#isWaiting = false;

	/** @param awake - the torrents with an activity, as they are at each moment */
	constructor(
		engine: { readonly clock: Clock; readonly ring: BlockRing },
		awake: Iterable<Torrent>,
	) {
		this.#engine = engine;
		this.#awake = awake;
	}

	relieve(): void {
		const { clock } = this.#engine;
		this.#fillWhenFree();
		const now = clock.now();
		if (now < this.#nextAtMs) return;
		this.#nextAtMs = now + MIN_INTERVAL_MS;
		// Pieces on their way to the disk give their slots back soon: nothing need be moved for that.
		for (const torrent of this.#awake) if (torrent.activity?.isWriting === true) return;
		for (const torrent of this.#awake) torrent.activity?.relieve(IDLE_MS);
		if (this.#engine.ring.freeCount > 0) return;
		for (const torrent of this.#awake) torrent.activity?.relieve(0);
	}

	#fillWhenFree(): void {
		if (this.#isWaiting) return;
		this.#isWaiting = true;
		this.#engine.ring.onFree(() => {
			this.#isWaiting = false;
			for (const torrent of this.#awake) torrent.activity?.fillAll();
		});
	}
}
