/** How long a torrent has seeded over all runs of the program, without counting every second. */

export class SeedingTime {
	#beforeMs: number;
	/** Monotonic; undefined while it does not seed. */
	#sinceMs: number | undefined;

	/** @param beforeMs - of earlier runs */
	constructor(beforeMs: number) {
		this.#beforeMs = beforeMs;
	}

	/** Seeding begins; nothing happens when it does already. */
	start(nowMs: number): void {
		this.#sinceMs ??= nowMs;
	}

	stop(nowMs: number): void {
		this.#beforeMs = this.totalMs(nowMs);
		this.#sinceMs = undefined;
	}

	totalMs(nowMs: number): number {
		return this.#beforeMs + (this.#sinceMs === undefined ? 0 : Math.max(0, nowMs - this.#sinceMs));
	}
}
