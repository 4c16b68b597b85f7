/** Makes room in the block ring when it is full: idle pieces of all torrents go to the disk first. */
import type { Clock } from '../primitives/clock.js';
import type { BlockRing } from '../storage/storage.js';
import type { TorrentList } from './torrent-list.js';

/** Asked for at every request that finds the ring full; done no more often than this. */
const MIN_INTERVAL_MS = 100;

/** Pieces nobody added to for this long go first. */
const IDLE_MS = 2000;

export class MemoryPressure {
	readonly #engine: { readonly clock: Clock; readonly ring: BlockRing };
	readonly #torrents: TorrentList;
	#nextAtMs = 0;

	constructor(engine: { readonly clock: Clock; readonly ring: BlockRing }, torrents: TorrentList) {
		this.#engine = engine;
		this.#torrents = torrents;
	}

	relieve(): void {
		const { clock, ring } = this.#engine;
		const now = clock.now();
		if (now < this.#nextAtMs) return;
		this.#nextAtMs = now + MIN_INTERVAL_MS;
		const torrents = this.#torrents.all();
		for (const torrent of torrents) torrent.activity?.relieve(IDLE_MS);
		if (ring.freeCount === 0) for (const torrent of torrents) torrent.activity?.relieve(0);
		ring.onFree(() => {
			for (const torrent of this.#torrents.all()) torrent.activity?.fillAll();
		});
	}
}
