/**
 * The memory that received blocks travel through: one shared array of 16 KiB slots.
 * When it is used up, nothing more is asked from peers: this bounds the memory of all downloads.
 */
import { BLOCK_BYTES } from '../metainfo/piece-layout.js';
import type { BlockRing } from './storage.js';

/** A run that starts anew leaves this many slots behind the last start, to grow into: 1 MiB. */
const RUN_SLOTS = 64;

/** See {@link BlockRing}. Workers see the same bytes through `buffer`. */
export class SharedBlockRing implements BlockRing {
	readonly slotCount: number;
	readonly buffer: SharedArrayBuffer;
	/** 1 for each taken slot. */
	readonly #taken: Uint8Array;
	readonly #views: (Uint8Array | undefined)[];
	#freeCount: number;
	#cursor = 0;
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

	/**
	 * Takes a slot. Pass the slot after the one that holds the piece's previous block; leave it out
	 * for the first block. A run that cannot go on starts anew some way off, so that pieces
	 * arriving at the same time do not cut each other's runs into single slots.
	 */
	take(preferred?: number): number | undefined {
		if (this.#freeCount === 0) return undefined;
		if (preferred !== undefined && this.#taken[preferred] === 0) return this.#mark(preferred);
		let slot = this.#taken.indexOf(0, this.#cursor);
		if (slot === -1) slot = this.#taken.indexOf(0);
		this.#cursor = (slot + RUN_SLOTS) % this.slotCount;
		return this.#mark(slot);
	}

	/** True for a slot that was taken and not given back. */
	isTaken(slot: number): boolean {
		return this.#taken[slot] === 1;
	}

	/** @throws {RangeError} when the slot was not taken: it would be handed out twice */
	free(slot: number): void {
		if (this.#taken[slot] !== 1) throw new RangeError(`Ring slot ${slot} is not taken`);
		this.#taken[slot] = 0;
		this.#freeCount++;
		if (this.#waiters.length > 0) this.#planWake();
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
		// A slot may have come back between the failed take and this call.
		if (this.#freeCount > 0) this.#planWake();
	}

	#mark(slot: number): number {
		this.#taken[slot] = 1;
		this.#freeCount--;
		return slot;
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
