/**
 * How late a thread's event loop comes to its timers: what everything else on it has to wait.
 *
 * Each sample wakes the thread, and fifty a second are what an idle program would spend most of its
 * CPU on: a loop with little to do is looked at now and then only.
 */
import { LagSamples, type LagSummary } from './lag-samples.js';

/** Between two samples while the loop is at work, and while it mostly waits. */
const BUSY_INTERVAL_MS = 20;
const IDLE_INTERVAL_MS = 250;

/** So much of its time a loop is at work before it is looked at more closely. */
const BUSY_SHARE = 0.2;

/**
 * Measures the thread it is made in, from its construction to `close`. A pause counts from when its
 * sample was due, so one alone may be told up to 20 ms shorter than it was (in an idle loop up to
 * 250 ms), one of many is not; up to 1 ms is the timer itself.
 */
export class EventLoopLag {
	readonly #samples = new LagSamples();
	#timer: NodeJS.Timeout | undefined;
	#intervalMs = BUSY_INTERVAL_MS;
	#dueAtMs = 0;
	#used = performance.eventLoopUtilization();
	#usedAtMs = performance.now();

	constructor() {
		this.#wait(this.#usedAtMs);
	}

	/** Over the last ten seconds. @param nowMs - of `performance.now()` */
	summary(nowMs: number): LagSummary {
		return this.#samples.summary(nowMs);
	}

	close(): void {
		clearTimeout(this.#timer);
	}

	#wait(nowMs: number): void {
		this.#dueAtMs = nowMs + this.#intervalMs;
		this.#timer = setTimeout(() => this.#sample(), this.#intervalMs);
		this.#timer.unref();
	}

	#sample(): void {
		const nowMs = performance.now();
		this.#samples.add(nowMs - this.#dueAtMs, nowMs);
		if (nowMs - this.#usedAtMs >= IDLE_INTERVAL_MS) this.#chooseInterval(nowMs);
		this.#wait(nowMs);
	}

	#chooseInterval(nowMs: number): void {
		const used = performance.eventLoopUtilization();
		const { utilization } = performance.eventLoopUtilization(used, this.#used);
		this.#used = used;
		this.#usedAtMs = nowMs;
		this.#intervalMs = utilization >= BUSY_SHARE ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS;
	}
}
