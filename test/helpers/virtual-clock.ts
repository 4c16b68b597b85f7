/** A clock that stands still until a test moves it; timers fire in the order they are due. */
import type { Clock } from '../../src/primitives/clock.js';

/** More timer calls than this within one `advance` is a loop, not a test. */
const MAX_CALLS = 1_000_000;

interface Timer {
	dueAtMs: number;
	/** 0 for a timer that fires once. */
	readonly intervalMs: number;
	readonly callback: () => void;
}

export class VirtualClock implements Clock {
	#nowMs: number;
	readonly #wallOffsetMs: number;
	readonly #timers = new Set<Timer>();

	/** @param wallMs - the date at the start, milliseconds since 1970 */
	constructor(startMs = 1000, wallMs = 1_700_000_000_000) {
		this.#nowMs = startMs;
		this.#wallOffsetMs = wallMs - startMs;
	}

	/** Timers that have not fired and were not cancelled. */
	get pendingTimers(): number {
		return this.#timers.size;
	}

	/** Milliseconds until the next timer; undefined when none is set. */
	get nextTimerInMs(): number | undefined {
		const timer = this.#earliest(Number.POSITIVE_INFINITY);
		return timer === undefined ? undefined : timer.dueAtMs - this.#nowMs;
	}

	now(): number {
		return this.#nowMs;
	}

	wallMs(): number {
		return this.#nowMs + this.#wallOffsetMs;
	}

	after(delayMs: number, callback: () => void): () => void {
		return this.#add(Math.max(0, delayMs), 0, callback);
	}

	every(intervalMs: number, callback: () => void): () => void {
		const interval = Math.max(1, intervalMs);
		return this.#add(interval, interval, callback);
	}

	/** Moves time forward and fires what becomes due, synchronously. Promises do not settle meanwhile. */
	advance(ms: number): void {
		const untilMs = this.#nowMs + ms;
		for (let calls = 0; this.#fireNext(untilMs); calls++) {
			if (calls > MAX_CALLS) throw new Error(`More than ${MAX_CALLS} timers fired`);
		}
		this.#nowMs = untilMs;
	}

	/** As `advance`, but lets promise callbacks run before the first and after every timer. */
	async advanceAsync(ms: number): Promise<void> {
		const untilMs = this.#nowMs + ms;
		await settle();
		for (let calls = 0; this.#fireNext(untilMs); calls++) {
			if (calls > MAX_CALLS) throw new Error(`More than ${MAX_CALLS} timers fired`);
			await settle();
		}
		this.#nowMs = untilMs;
		await settle();
	}

	#add(delayMs: number, intervalMs: number, callback: () => void): () => void {
		const timer: Timer = { dueAtMs: this.#nowMs + delayMs, intervalMs, callback };
		this.#timers.add(timer);
		return () => {
			this.#timers.delete(timer);
		};
	}

	#fireNext(untilMs: number): boolean {
		const timer = this.#earliest(untilMs);
		if (timer === undefined) return false;
		this.#nowMs = Math.max(this.#nowMs, timer.dueAtMs);
		if (timer.intervalMs === 0) this.#timers.delete(timer);
		else timer.dueAtMs += timer.intervalMs;
		timer.callback();
		return true;
	}

	/** Insertion order decides between timers due at the same moment. */
	#earliest(untilMs: number): Timer | undefined {
		let earliest: Timer | undefined;
		for (const timer of this.#timers) {
			if (timer.dueAtMs > untilMs) continue;
			if (earliest === undefined || timer.dueAtMs < earliest.dueAtMs) earliest = timer;
		}
		return earliest;
	}
}

/** Lets every promise callback that is ready run. */
export async function settle(): Promise<void> {
	await new Promise<void>((resolve) => {
		setImmediate(resolve);
	});
}
