/** Makes room in the block ring when it is full: idle pieces of all torrents go to the disk first. */
import type { Clock } from '../primitives/clock.js';
import type { BlockRing } from '../storage/storage.js';

/** Asked for at every request that finds the ring full; done no more often than this. */
const MIN_INTERVAL_MS = 100;

/** Pieces nobody added to for this long go first. */
const IDLE_MS = 2000;

/** When so much of the ring is on its way to the disk, it comes back soon: nothing need be moved. */
const WRITING_SHARE = 1 / 8;

/** What it asks of a torrent; see `Activity`. */
export interface RingUser {
	readonly activity:
		| {
				readonly writingSlots: number;
				relieve(untouchedForMs: number): void;
				fillAll(): void;
		  }
		| undefined;
}

export class MemoryPressure {
	readonly #engine: { readonly clock: Clock; readonly ring: BlockRing };
	readonly #awake: Iterable<RingUser>;
	#nextAtMs = 0;
	#isWaiting = false;

	/** @param awake - the torrents with an activity, as they are at each moment */
	constructor(
		engine: { readonly clock: Clock; readonly ring: BlockRing },
		awake: Iterable<RingUser>,
	) {
		this.#engine = engine;
		this.#awake = awake;
	}

	relieve(): void {
		const { clock, ring } = this.#engine;
		this.#fillWhenFree();
		const now = clock.now();
		if (now < this.#nextAtMs) return;
		this.#nextAtMs = now + MIN_INTERVAL_MS;
		let writingSlots = 0;
		for (const { activity } of this.#awake) writingSlots += activity?.writingSlots ?? 0;
		if (writingSlots >= ring.slotCount * WRITING_SHARE) return;
		for (const { activity } of this.#awake) activity?.relieve(IDLE_MS);
		if (ring.freeCount > 0) return;
		for (const { activity } of this.#awake) activity?.relieve(0);
	}

	#fillWhenFree(): void {
		if (this.#isWaiting) return;
		this.#isWaiting = true;
		this.#engine.ring.onFree(() => {
			this.#isWaiting = false;
			for (const { activity } of this.#awake) activity?.fillAll();
		});
	}
}
