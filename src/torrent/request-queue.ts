/** What a peer asked for and has not got yet, oldest first. Taking from the front moves nothing. */
import type { BlockRequest } from './block-source.js';

/** Room left by so many that were taken is given back together. */
const COMPACT_AFTER = 512;

export class RequestQueue {
	#requests: (BlockRequest | undefined)[] = [];
	/** Where the oldest is; those before it were taken. */
	#first = 0;

	get length(): number {
		return this.#requests.length - this.#first;
	}

	/** @param index - 0 is the oldest */
	at(index: number): BlockRequest | undefined {
		return this.#requests[this.#first + index];
	}

	push(request: BlockRequest): void {
		this.#requests.push(request);
	}

	/** The oldest are done with. */
	drop(count: number): void {
		const end = Math.min(this.#first + count, this.#requests.length);
		for (let at = this.#first; at < end; at++) this.#requests[at] = undefined;
		this.#first = end;
		if (end < this.#requests.length && end < COMPACT_AFTER) return;
		this.#requests.splice(0, end);
		this.#first = 0;
	}

	/** Takes one out of the middle: true when it was there. */
	remove({ piece, offsetBytes, lengthBytes }: BlockRequest): boolean {
		const at = this.#requests.findIndex(
			(queued) =>
				queued?.piece === piece &&
				queued.offsetBytes === offsetBytes &&
				queued.lengthBytes === lengthBytes,
		);
		if (at !== -1) this.#requests.splice(at, 1);
		return at !== -1;
	}

	/** Takes all. */
	clear(): BlockRequest[] {
		const left = this.#requests.filter((request) => request !== undefined);
		this.#requests = [];
		this.#first = 0;
		return left;
	}
}
