/**
 * The blocks of unfinished pieces while they are gathered: which ring slot each one has, who is
 * writing into it and who sent it. Memory is promised when a block is asked for, so a block that
 * arrives always has its place; it gets the place itself when it arrives.
 */
import { BLOCK_BYTES, blockBytes, blockCount, type PieceLayout } from '../metainfo/piece-layout.js';
import type { BlockRing, BlockSlots } from '../storage/storage.js';

/** In `slots`: on disk already (as `BlockSlots` says it); nothing yet; a slot is promised. */
const SPILLED = -1;
const NO_SLOT = -2;
const PROMISED = -3;

/** Blocks that are given neighbouring slots: as many as the ring looks for at once. */
const RUN_BLOCKS = 64;

/** Plain arrays: small pieces come by the ten thousand, and typed ones cost many times as much. */
interface OpenPiece<K> {
	readonly piece: number;
	readonly slots: number[];
	/** For each run of blocks the slot of its first one; `NO_SLOT` until its first block arrives. */
	readonly runs: number[];
	/** Of blocks that are received. */
	readonly senders: (K | undefined)[];
	readonly writers: (K | undefined)[];
	touchedAtMs: number;
}

export interface FinishedPiece<K> {
	readonly slots: BlockSlots;
	readonly senders: readonly (K | undefined)[];
}

export interface SpillJob {
	readonly piece: number;
	readonly block: number;
	readonly slot: number;
}

export class PieceBuffers<K> {
	readonly #layout: PieceLayout;
	readonly #ring: BlockRing;
	readonly #pieces = new Map<number, OpenPiece<K>>();

	constructor(layout: PieceLayout, ring: BlockRing) {
		this.#layout = layout;
		this.#ring = ring;
	}

	get openPieces(): number {
		return this.#pieces.size;
	}

	/** Makes sure the block has a slot when it arrives; false when memory is used up. */
	reserve(piece: number, block: number, nowMs: number): boolean {
		const open = this.#open(piece, nowMs);
		if (open.slots[block] !== NO_SLOT) return true;
		if (!this.#ring.reserve()) return false;
		open.slots[block] = PROMISED;
		return true;
	}

	/** Gives back the memory of a block nobody is asked for any more, unless it is in use. */
	unreserve(piece: number, block: number): void {
		const open = this.#pieces.get(piece);
		if (open === undefined || open.senders[block] !== undefined) return;
		if (open.writers[block] !== undefined) return;
		this.#giveBack(open, block);
		this.#dropIfEmpty(open);
	}

	/** The memory `writer` may fill; undefined when the block is not wanted or somebody is at it. */
	startBlock(piece: number, block: number, writer: K, nowMs: number): Uint8Array | undefined {
		const open = this.#pieces.get(piece);
		if (open === undefined || open.senders[block] !== undefined) return undefined;
		if (open.writers[block] !== undefined || !this.reserve(piece, block, nowMs)) return undefined;
		open.writers[block] = writer;
		const slot = open.slots[block] ?? NO_SLOT;
		const place = slot === PROMISED ? this.#place(open, block) : slot;
		return this.#ring.view(place, blockBytes(this.#layout, piece, block));
	}

	/** True when `writer` was the one filling this block; it is received now. */
	endBlock(piece: number, block: number, writer: K, nowMs: number): boolean {
		const open = this.#pieces.get(piece);
		if (open === undefined || open.writers[block] !== writer) return false;
		open.writers[block] = undefined;
		open.senders[block] = writer;
		open.touchedAtMs = nowMs;
		return true;
	}

	/** The peer is gone in the middle of a block: its half-filled slots go back. */
	abandon(writer: K): void {
		for (const open of this.#pieces.values()) {
			for (let block = 0; block < open.writers.length; block++) {
				if (open.writers[block] !== writer) continue;
				open.writers[block] = undefined;
				this.unreserve(open.piece, block);
			}
		}
	}

	/** Throws away the blocks of unfinished pieces that `sender` sent. */
	forget(sender: K): { readonly piece: number; readonly block: number }[] {
		const forgotten: { piece: number; block: number }[] = [];
		for (const open of this.#pieces.values()) {
			for (let block = 0; block < open.senders.length; block++) {
				if (open.senders[block] !== sender) continue;
				this.#giveBack(open, block);
				open.slots[block] = NO_SLOT;
				open.senders[block] = undefined;
				forgotten.push({ piece: open.piece, block });
			}
			this.#dropIfEmpty(open);
		}
		return forgotten;
	}

	/** Hands over a piece whose blocks are all received; its slots are the storage's from now on. */
	finish(piece: number): FinishedPiece<K> | undefined {
		const open = this.#pieces.get(piece);
		if (open === undefined || open.senders.includes(undefined)) return undefined;
		this.#pieces.delete(piece);
		return { slots: open.slots, senders: open.senders };
	}

	/** Throws away everything that is not being written to this moment (the torrent stops). */
	clear(): void {
		for (const open of this.#pieces.values()) {
			for (const block of open.slots.keys()) this.#giveBack(open, block);
		}
		this.#pieces.clear();
	}

	/**
	 * Received blocks to move to the disk to make room, those of the longest untouched pieces first.
	 * They are marked as spilled: the caller must write them.
	 */
	takeSpill(maxBlocks: number, touchedBeforeMs: number): SpillJob[] {
		const jobs: SpillJob[] = [];
		const idle = [...this.#pieces.values()]
			.filter((open) => open.touchedAtMs <= touchedBeforeMs)
			.sort((a, b) => a.touchedAtMs - b.touchedAtMs);
		for (const open of idle) {
			for (let block = 0; block < open.slots.length && jobs.length < maxBlocks; block++) {
				const slot = open.slots[block] ?? NO_SLOT;
				if (slot < 0 || open.senders[block] === undefined) continue;
				open.slots[block] = SPILLED;
				jobs.push({ piece: open.piece, block, slot });
			}
		}
		return jobs;
	}

	#open(piece: number, nowMs: number): OpenPiece<K> {
		const known = this.#pieces.get(piece);
		if (known !== undefined) return known;
		const blocks = blockCount(this.#layout, piece);
		const open: OpenPiece<K> = {
			piece,
			slots: Array<number>(blocks).fill(NO_SLOT),
			runs: Array<number>(Math.ceil(blocks / RUN_BLOCKS)).fill(NO_SLOT),
			senders: Array<K | undefined>(blocks).fill(undefined),
			writers: Array<K | undefined>(blocks).fill(undefined),
			touchedAtMs: nowMs,
		};
		this.#pieces.set(piece, open);
		return open;
	}

	/** Beside its neighbours where that is possible. */
	#place(open: OpenPiece<K>, block: number): number {
		if (open.slots.length === 1) {
			const slot = this.#ring.take();
			open.slots[0] = slot;
			return slot;
		}
		const run = Math.floor(block / RUN_BLOCKS);
		const inRun = block % RUN_BLOCKS;
		let start = open.runs[run] ?? NO_SLOT;
		if (start === NO_SLOT) {
			start = this.#ring.findRun(Math.min(RUN_BLOCKS, open.slots.length)) ?? NO_SLOT;
			open.runs[run] = start;
		}
		const slot = this.#ring.take(start === NO_SLOT ? undefined : start + inRun);
		open.slots[block] = slot;
		return slot;
	}

	#giveBack(open: OpenPiece<K>, block: number): void {
		const slot = open.slots[block] ?? NO_SLOT;
		if (slot === PROMISED) this.#ring.unreserve();
		else if (slot >= 0) this.#ring.free(slot);
		if (slot !== SPILLED) open.slots[block] = NO_SLOT;
	}

	#dropIfEmpty(open: OpenPiece<K>): void {
		if (open.slots.every((slot) => slot === NO_SLOT)) this.#pieces.delete(open.piece);
	}
}

/** A block's place in its piece. */
export function blockOffset(block: number): number {
	return block * BLOCK_BYTES;
}
