/** A bandwidth limit: tokens are bytes, they flow in at a rate; time is an argument. */

/** How much unused allowance is kept: a short burst after a pause, no more. */
const BURST_MS = 250;

export class TokenBucket {
	#bytesPerSecond: number;
	#tokens = 0;
	#filledAtMs: number | undefined;

	/** @param bytesPerSecond - 0 means no limit */
	constructor(bytesPerSecond: number) {
		this.#bytesPerSecond = bytesPerSecond;
	}

	get bytesPerSecond(): number {
		return this.#bytesPerSecond;
	}

	get isLimited(): boolean {
		return this.#bytesPerSecond > 0;
	}

	setRate(bytesPerSecond: number, nowMs: number): void {
		this.#fill(nowMs);
		this.#bytesPerSecond = bytesPerSecond;
	}

	/** Bytes that may pass now; `Infinity` without a limit, never negative. */
	available(nowMs: number): number {
		if (!this.isLimited) return Number.POSITIVE_INFINITY;
		this.#fill(nowMs);
		return Math.max(0, Math.floor(this.#tokens));
	}

	/** Counts bytes that passed; the balance may go below zero and is then waited for. */
	take(bytes: number, nowMs: number): void {
		if (!this.isLimited) return;
		this.#fill(nowMs);
		this.#tokens -= bytes;
	}

	/** Milliseconds until at least `bytes` may pass. */
	waitMs(bytes: number, nowMs: number): number {
		if (!this.isLimited) return 0;
		this.#fill(nowMs);
		return Math.max(0, ((bytes - this.#tokens) * 1000) / this.#bytesPerSecond);
	}

	#fill(nowMs: number): void {
		const elapsedMs = this.#filledAtMs === undefined ? 0 : Math.max(0, nowMs - this.#filledAtMs);
		this.#filledAtMs = nowMs;
		const burst = Math.max(16384, (this.#bytesPerSecond * BURST_MS) / 1000);
		this.#tokens = Math.min(burst, this.#tokens + (this.#bytesPerSecond * elapsedMs) / 1000);
	}
}
