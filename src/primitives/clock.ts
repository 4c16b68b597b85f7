/** Time and chance as arguments: the system's own, and the interfaces tests replace. */

/** Monotonic milliseconds; wall-clock jumps do not move it. */
export interface Clock {
	now(): number;
	/** Milliseconds since 1970, for dates people read and for files. */
	wallMs(): number;
	/** Calls `callback` once after `delayMs`; the returned function cancels it. */
	after(delayMs: number, callback: () => void): () => void;
	/** Calls `callback` every `intervalMs`; the returned function cancels it. */
	every(intervalMs: number, callback: () => void): () => void;
}

/** A number at least 0 and below 1. */
export type Random = () => number;

/** Longest delay a Node timer takes; longer ones would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
	now: () => performance.now(),
	wallMs: () => Date.now(),
	after(delayMs, callback) {
		const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), MAX_DELAY_MS));
		return () => clearTimeout(timer);
	},
	every(intervalMs, callback) {
		const timer = setInterval(callback, Math.min(Math.max(1, intervalMs), MAX_DELAY_MS));
		return () => clearInterval(timer);
	},
};

export const systemRandom: Random = Math.random;
