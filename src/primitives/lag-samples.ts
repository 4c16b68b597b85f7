/** How late samples came, over the last seconds. Pure. */

/** Older samples say nothing about now. */
const WINDOW_MS = 10_000;

/** Kept at most: one every 20 ms of the window. */
const MOST_SAMPLES = 500;

/** The same figures are told again for so long: they are asked for many times a second. */
const FRESH_MS = 1000;

/** Lag of an event loop over the last ten seconds; milliseconds with one decimal. */
export interface LagSummary {
	readonly p50Ms: number;
	readonly p99Ms: number;
	/** The longest pause. */
	readonly maxMs: number;
}

/** Nothing was measured. */
export const NO_LAG: LagSummary = { p50Ms: 0, p99Ms: 0, maxMs: 0 };

export class LagSamples {
	readonly #lagsMs = new Float64Array(MOST_SAMPLES);
	readonly #takenAtMs = new Float64Array(MOST_SAMPLES).fill(Number.NEGATIVE_INFINITY);
	#next = 0;
	#summary: LagSummary = NO_LAG;
	#summaryAtMs = Number.NEGATIVE_INFINITY;

	/** @param nowMs - monotonic */
	add(lagMs: number, nowMs: number): void {
		this.#lagsMs[this.#next] = Math.max(0, lagMs);
		this.#takenAtMs[this.#next] = nowMs;
		this.#next = (this.#next + 1) % MOST_SAMPLES;
	}

	/** Cheap; called at each publication. */
	summary(nowMs: number): LagSummary {
		if (nowMs - this.#summaryAtMs < FRESH_MS) return this.#summary;
		this.#summaryAtMs = nowMs;
		const lagsMs = this.#since(nowMs - WINDOW_MS).sort();
		this.#summary = {
			p50Ms: lagAt(lagsMs, 0.5),
			p99Ms: lagAt(lagsMs, 0.99),
			maxMs: lagAt(lagsMs, 1),
		};
		return this.#summary;
	}

	#since(sinceMs: number): Float64Array {
		const lagsMs = new Float64Array(MOST_SAMPLES);
		let count = 0;
		for (let at = 0; at < MOST_SAMPLES; at++)
			if ((this.#takenAtMs[at] ?? 0) >= sinceMs) lagsMs[count++] = this.#lagsMs[at] ?? 0;
		return lagsMs.subarray(0, count);
	}
}

/** The lag that a share of the sorted ones does not exceed. */
function lagAt(sortedMs: Float64Array, share: number): number {
	const at = Math.max(0, Math.ceil(sortedMs.length * share) - 1);
	return Math.round((sortedMs[at] ?? 0) * 10) / 10;
}
