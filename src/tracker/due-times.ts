/**
 * One system timer for the waits of many: ten thousand quiet torrents cost a place in an array each.
 * A binary heap; those who wait know their place in it, so that a wait is changed without a search.
 */
import type { Clock } from '../primitives/clock.js';

/** Who waits. The numbers are kept by `DueTimes` alone. */
export interface DueWaiter {
	/** Monotonic ms. */
	dueAtMs: number;
	/** In the heap; -1 while it does not wait. */
	duePlace: number;
	/** Called once, when its time has come. */
	onDue(): void;
}

export class DueTimes {
	readonly #clock: Clock;
	/** Nobody is due before the one at half its place. */
	readonly #heap: DueWaiter[] = [];
	#cancelTimer: (() => void) | undefined;
	#timerAtMs = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Has `waiter` called at this time and not at the one it waited for. */
	set(waiter: DueWaiter, atMs: number): void {
		if (waiter.duePlace === -1) {
			waiter.duePlace = this.#heap.length;
			this.#heap.push(waiter);
		}
		waiter.dueAtMs = atMs;
		this.#settle(waiter);
		this.#arm();
	}

	/** It is not called. Nothing happens when it does not wait. */
	delete(waiter: DueWaiter): void {
		this.#take(waiter);
		this.#arm();
	}

	#fire(): void {
		this.#cancelTimer = undefined;
		const nowMs = this.#clock.now();
		try {
			for (let next = this.#heap[0]; next !== undefined && next.dueAtMs <= nowMs; ) {
				this.#take(next);
				next.onDue();
				next = this.#heap[0];
			}
		} finally {
			this.#arm();
		}
	}

	/** A timer that is too early is left alone: it finds nobody and sets the next. */
	#arm(): void {
		const first = this.#heap[0];
		if (first !== undefined && this.#cancelTimer !== undefined && this.#timerAtMs <= first.dueAtMs)
			return;
		this.#cancelTimer?.();
		this.#cancelTimer = undefined;
		if (first === undefined) return;
		this.#timerAtMs = first.dueAtMs;
		const delayMs = Math.max(0, first.dueAtMs - this.#clock.now());
		this.#cancelTimer = this.#clock.after(delayMs, () => this.#fire());
	}

	#take(waiter: DueWaiter): void {
		const place = waiter.duePlace;
		if (place === -1) return;
		waiter.duePlace = -1;
		const last = this.#heap.pop();
		if (last === undefined || last === waiter) return;
		this.#put(last, place);
		this.#settle(last);
	}

	/** Moves it up or down to where it belongs. */
	#settle(waiter: DueWaiter): void {
		let place = waiter.duePlace;
		for (let above = this.#heap[(place - 1) >> 1]; place > 0 && above !== undefined; ) {
			if (above.dueAtMs <= waiter.dueAtMs) break;
			const abovePlace = above.duePlace;
			this.#put(above, place);
			place = abovePlace;
			above = this.#heap[(place - 1) >> 1];
		}
		for (;;) {
			const below = this.#earlierOf(2 * place + 1);
			if (below === undefined || below.dueAtMs >= waiter.dueAtMs) break;
			const belowPlace = below.duePlace;
			this.#put(below, place);
			place = belowPlace;
		}
		this.#put(waiter, place);
	}

	/** Of two neighbours in the heap. */
	#earlierOf(place: number): DueWaiter | undefined {
		const left = this.#heap[place];
		const right = this.#heap[place + 1];
		if (left === undefined || right === undefined) return left;
		return right.dueAtMs < left.dueAtMs ? right : left;
	}

	#put(waiter: DueWaiter, place: number): void {
		this.#heap[place] = waiter;
		waiter.duePlace = place;
	}
}
