/**
 * The memory that received blocks travel through: one shared array of 16 KiB slots.
 * When it is used up, nothing more is asked from peers: this bounds the memory of all downloads.
 */
import { BLOCK_BYTES } from '../metainfo/piece-layout.js';
import type { BlockRing } from './storage.js';

/** The longest run that is looked for: 1 MiB. */
const MAX_RUN_SLOTS = 64;

/** See {@link BlockRing}. Workers see the same bytes through `buffer`. */
export class SharedBlockRing implements BlockRing {
	readonly slotCount: number;
	readonly buffer: SharedArrayBuffer;
	/** 1 for each taken slot. */
	readonly #taken: Uint8Array;
	readonly #views: (Uint8Array | undefined)[];
	/** No slot before this one is free. */
	#lowest = 0;
	#freeCount: number;
	#promised = 0;
	#waiters: (() => void)[] = [];
	#isWakePlanned = false;

	/** @param ringBytes - rounded down to whole slots, at least one */
	constructor(ringBytes: number) {
		this.slotCount = Math.max(1, Math.floor(ringBytes / BLOCK_BYTES));
		this.buffer = new SharedArrayBuffer(this.slotCount * BLOCK_BYTES);
		this.#taken = new Uint8Array(this.slotCount);
		this.#views = Array<Uint8Array | undefined>(this.slotCount).fill(undefined);
		this.#freeCount = this.slotCount;
	}

	get freeCount(): number {
		return this.#freeCount;
	}

	reserve(): boolean {
		if (this.#freeCount === 0) return false;
		this.#freeCount--;
		this.#promised++;
		return true;
	}

	unreserve(): void {
		if (this.#promised === 0) throw new RangeError('No ring slot was promised');
		this.#promised--;
		this.#freed();
	}

	take(preferred?: number): number {
		if (this.#promised === 0) throw new RangeError('No ring slot was promised');
		const isPreferredFree = preferred !== undefined && this.#taken[preferred] === 0;
		const slot = isPreferredFree ? preferred : this.#lowestFree();
		this.#promised--;
		this.#taken[slot] = 1;
		return slot;
	}

	/** Runs start at multiples of their length, so that a run begun by others is not cut into. */
	findRun(blocks: number): number | undefined {
		const length = Math.min(MAX_RUN_SLOTS, 2 ** Math.ceil(Math.log2(Math.max(1, blocks))));
		for (let from = this.#lowest; ; ) {
			const free = this.#taken.indexOf(0, from);
			const start = Math.ceil(free / length) * length;
			if (free === -1 || start + length > this.slotCount) return undefined;
			const used = this.#taken.indexOf(1, start);
			if (used === -1 || used >= start + length) return start;
			from = used + 1;
		}
	}

	/** True for a slot that was taken and not given back. */
	isTaken(slot: number): boolean {
		return this.#taken[slot] === 1;
	}

	/** @throws {RangeError} when the slot was not taken: it would be handed out twice */
	free(slot: number): void {
		if (this.#taken[slot] !== 1) throw new RangeError(`Ring slot ${slot} is not taken`);
		this.#taken[slot] = 0;
		if (slot < this.#lowest) this.#lowest = slot;
		this.#freed();
	}

	view(slot: number, lengthBytes: number): Uint8Array {
		let view = this.#views[slot];
		if (view === undefined) {
			if (slot < 0 || slot >= this.slotCount) throw new RangeError(`No ring slot ${slot}`);
			view = Buffer.from(this.buffer, slot * BLOCK_BYTES, BLOCK_BYTES);
			this.#views[slot] = view;
		}
		return lengthBytes === BLOCK_BYTES ? view : view.subarray(0, lengthBytes);
	}

	onFree(callback: () => void): void {
		this.#waiters.push(callback);
		// A slot may have come back between the failed promise and this call.
		if (this.#freeCount > 0) this.#planWake();
	}

	#lowestFree(): number {
		while (this.#taken[this.#lowest] === 1) this.#lowest++;
		return this.#lowest;
	}

	#freed(): void {
		this.#freeCount++;
		if (this.#waiters.length > 0) this.#planWake();
	}

	/** One wake-up for all slots that one batch of finished jobs gives back. */
	#planWake(): void {
		if (this.#isWakePlanned) return;
		this.#isWakePlanned = true;
		queueMicrotask(() => {
			this.#isWakePlanned = false;
			const waiters = this.#waiters;
			this.#waiters = [];
			for (const wake of waiters) wake();
		});
	}
}
