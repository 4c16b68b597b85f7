/** How much room is left where downloads go, asked now and then. */
import type { DiskPool } from '../storage/storage.js';

export class DiskSpace {
	readonly #pool: DiskPool;
	#freeBytes: number | undefined;

	constructor(pool: DiskPool) {
		this.#pool = pool;
	}

	/** Undefined when unknown. */
	get freeBytes(): number | undefined {
		return this.#freeBytes;
	}

	/** Asks the system; the answer is there a moment later. */
	measure(folder: string | undefined): void {
		if (folder === undefined) return;
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
