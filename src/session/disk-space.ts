/** How much room is left where downloads go, asked now and then. */
import type { DiskPool } from '../storage/storage.js';

/** How often it is asked: often while it shrinks. An idle disk thread that is asked too often never ends. */
const BUSY_MS = 5000;
const IDLE_MS = 60_000;

export class DiskSpace {
	readonly #pool: DiskPool;
	#freeBytes: number | undefined;
	#askedAtMs = Number.NEGATIVE_INFINITY;

	constructor(pool: DiskPool) {
		this.#pool = pool;
	}

	/** Undefined when unknown. */
	get freeBytes(): number | undefined {
		return this.#freeBytes;
	}

	/** Asks the system when it is time; the answer is there a moment later. */
	tick(nowMs: number, folder: string | undefined, isDownloading: boolean): void {
		const waitMs = isDownloading ? BUSY_MS : IDLE_MS;
		if (folder === undefined || nowMs - this.#askedAtMs < waitMs) return;
		this.#askedAtMs = nowMs;
		this.#pool.freeBytes(folder).then(
			(free) => {
				this.#freeBytes = free;
			},
			() => {
				this.#freeBytes = undefined;
			},
		);
	}
}
