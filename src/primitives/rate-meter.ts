/** Bytes per second over a sliding window; time is an argument. */

/** One bucket of the window. */
const BUCKET_MS = 500;

const NO_BUCKETS: Float64Array = new Float64Array(0);

export class RateMeter {
	readonly #bucketCount: number;
	/** Made with the first byte: most torrents of a long list move none. */
	#buckets: Float64Array = NO_BUCKETS;
	#bucket = 0;
	#startedBucket: number | undefined;
	#total = 0;

	/** @param windowMs - what the rate is averaged over; rounded up to whole half seconds */
	constructor(windowMs = 5000) {
		this.#bucketCount = Math.max(2, Math.ceil(windowMs / BUCKET_MS));
	}

	/** Everything ever added, in bytes. */
	get totalBytes(): number {
		return this.#total;
	}

	add(bytes: number, nowMs: number): void {
		if (this.#buckets.length === 0) this.#buckets = new Float64Array(this.#bucketCount);
		this.#advance(nowMs);
		const at = this.#bucket % this.#buckets.length;
		this.#buckets[at] = (this.#buckets[at] ?? 0) + bytes;
		this.#total += bytes;
	}

	/** Bytes per second now; a meter younger than its window divides by its age (at least 1 s). */
	rate(nowMs: number): number {
		if (this.#startedBucket === undefined) return 0;
		this.#advance(nowMs);
		let sum = 0;
		for (const bucket of this.#buckets) sum += bucket;
		const age = (this.#bucket - this.#startedBucket + 1) * BUCKET_MS;
		const window = Math.min(Math.max(age, 1000), this.#buckets.length * BUCKET_MS);
		return (sum * 1000) / window;
	}

	#advance(nowMs: number): void {
		const bucket = Math.floor(nowMs / BUCKET_MS);
		if (this.#startedBucket === undefined) {
			this.#startedBucket = bucket;
			this.#bucket = bucket;
			return;
		}
		const steps = Math.min(bucket - this.#bucket, this.#buckets.length);
		for (let i = 0; i < steps; i++) this.#buckets[(bucket - i) % this.#buckets.length] = 0;
		if (steps > 0) this.#bucket = bucket;
	}
}
