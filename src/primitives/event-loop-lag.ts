/** How late a thread's event loop comes to its timers: what everything else on it has to wait. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** Samples are taken this often; a wake-up each, without JavaScript. */
const RESOLUTION_MS = 20;

/** Two measurements take turns; the elder is shown: between one and two of these old. */
const WINDOW_MS = 5000;

/**
 * Lag of an event loop over the last 5 to 10 seconds; milliseconds with one decimal. A pause counts
 * from when its sample was due, so one alone may be told up to 20 ms shorter than it was, one of many
 * is not; up to 1 ms is the timer itself.
 */
export interface LagSummary {
	readonly p50Ms: number;
	readonly p99Ms: number;
	/** The longest pause. */
	readonly maxMs: number;
}

/** Nothing was measured. */
export const NO_LAG: LagSummary = { p50Ms: 0, p99Ms: 0, maxMs: 0 };

/** Measures the thread it is made in, from its construction to `close`. */
export class EventLoopLag {
	#elder: IntervalHistogram = startHistogram();
	#younger: IntervalHistogram = startHistogram();
	#turnedAtMs: number;

	/** @param nowMs - of a monotonic clock */
	constructor(nowMs: number) {
		this.#turnedAtMs = nowMs;
	}

	/** Cheap; called at each publication. */
	summary(nowMs: number): LagSummary {
		if (nowMs - this.#turnedAtMs >= WINDOW_MS) {
			this.#turnedAtMs = nowMs;
			[this.#elder, this.#younger] = [this.#younger, this.#elder];
			this.#younger.reset();
		}
		if (this.#elder.count === 0) return NO_LAG;
		return {
			p50Ms: lagMs(this.#elder.percentile(50)),
			p99Ms: lagMs(this.#elder.percentile(99)),
			maxMs: lagMs(this.#elder.max),
		};
	}

	close(): void {
		this.#elder.disable();
		this.#younger.disable();
	}
}

function startHistogram(): IntervalHistogram {
	const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	histogram.enable();
	return histogram;
}

/** The histogram holds nanoseconds between two samples. */
function lagMs(nanoseconds: number): number {
	return Math.round(Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS) * 10) / 10;
}
