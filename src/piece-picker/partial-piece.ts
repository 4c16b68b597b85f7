/**
 * One piece that was begun: which blocks are here, asked for, or free.
 *
 * Blocks are handed out in runs of 16 (256 KiB): each run goes to one peer in ascending order,
 * as long as there are enough runs, because that is how the peer's disk reads ahead.
 */
import type { BlockRequest } from './request-queue.js';

const RUN_BLOCKS = 16;

/** In place of a request: the block is here. */
const HERE = 'here';

const NO_RUNS: Uint8Array = new Uint8Array(0);
const NO_OWNERS: never[] = [];

export class PartialPiece<K> {
	readonly piece: number;
	readonly blockCount: number;
	/** 0 off to 3 high. */
	priority: number;
	/** A slow peer's piece, or that of the one peer a bad piece is asked from again. */
	owner: K | undefined = undefined;
	/** Nobody but the owner may be asked for blocks. */
	isExclusive = false;
	/** How many times peers with nothing else to do went away because it is exclusive. */
	refusals = 0;
	/** Where it stands in a list of partial pieces; -1 when in none. Kept by that list's owner. */
	listIndex = -1;
	received = 0;
	requested = 0;
	/** By block: who was asked for it, or that it is here; undefined when free. */
	readonly #blocks: (BlockRequest<K> | typeof HERE | undefined)[];
	/** By run: who goes on with it, and its free blocks. None in a piece of a single run. */
	readonly #runOwners: (K | undefined)[];
	readonly #runFree: Uint8Array;

	constructor(piece: number, blockCount: number, priority: number) {
		this.piece = piece;
		this.blockCount = blockCount;
		this.priority = priority;
		this.#blocks = Array<undefined>(blockCount).fill(undefined);
		const runs = blockCount <= RUN_BLOCKS ? 0 : Math.ceil(blockCount / RUN_BLOCKS);
		this.#runOwners = runs === 0 ? NO_OWNERS : Array<K | undefined>(runs).fill(undefined);
		this.#runFree = runs === 0 ? NO_RUNS : new Uint8Array(runs).fill(RUN_BLOCKS);
		if (runs > 0) this.#runFree[runs - 1] = blockCount - (runs - 1) * RUN_BLOCKS;
	}

	/** Blocks neither here nor asked for. */
	get free(): number {
		return this.blockCount - this.received - this.requested;
	}

	get isComplete(): boolean {
		return this.received === this.blockCount;
	}

	/** Nothing here and nothing asked for. */
	get isIdle(): boolean {
		return this.received === 0 && this.requested === 0;
	}

	isReceived(block: number): boolean {
		return this.#blocks[block] === HERE;
	}

	request(block: number): BlockRequest<K> | undefined {
		const state = this.#blocks[block];
		return state === HERE ? undefined : state;
	}

	/** The next block for a peer; -1 when none is free. */
	nextBlock(peer: K): number {
		if (this.#runFree.length === 0) return this.#blocks.indexOf(undefined);
		let run = -1;
		for (let i = 0; i < this.#runFree.length; i++) {
			if ((this.#runFree[i] ?? 0) === 0) continue;
			const owner = this.#runOwners[i];
			if (owner === peer) {
				run = i;
				break;
			}
			const isBetter = run < 0 || (owner === undefined && this.#runOwners[run] !== undefined);
			if (isBetter) run = i;
		}
		if (run < 0) return -1;
		this.#runOwners[run] ??= peer;
		const end = Math.min(this.blockCount, (run + 1) * RUN_BLOCKS);
		for (let block = run * RUN_BLOCKS; block < end; block++) if (this.#isFree(block)) return block;
		return -1;
	}

	/** The last free block, for a peer that would hold up the others; -1 when none is free. */
	lastBlock(): number {
		for (let block = this.blockCount - 1; block >= 0; block--)
			if (this.#isFree(block)) return block;
		return -1;
	}

	/** A free block was asked for. */
	setRequest(block: number, request: BlockRequest<K>): void {
		this.#blocks[block] = request;
		this.requested++;
		this.#addFree(block, -1);
	}

	/** Nobody is asked for the block any more. */
	clearRequest(block: number): void {
		this.#blocks[block] = undefined;
		this.requested--;
		this.#addFree(block, 1);
	}

	/** A block that is not asked for (any more) arrived. */
	setReceived(block: number): void {
		this.#blocks[block] = HERE;
		this.received++;
		this.#addFree(block, -1);
	}

	/** A block that was here is missing after all. */
	clearReceived(block: number): void {
		this.#blocks[block] = undefined;
		this.received--;
		this.#addFree(block, 1);
	}

	/** Others may go on with what a peer had begun. */
	disown(peer: K): void {
		if (this.owner === peer) this.owner = undefined;
		for (let run = 0; run < this.#runOwners.length; run++)
			if (this.#runOwners[run] === peer) this.#runOwners[run] = undefined;
	}

	/** Calls `visit` with every request of the piece. */
	forEachRequest(visit: (request: BlockRequest<K>) => void): void {
		for (const state of this.#blocks) if (state !== undefined && state !== HERE) visit(state);
	}

	#isFree(block: number): boolean {
		return this.#blocks[block] === undefined;
	}

	#addFree(block: number, change: number): void {
		if (this.#runFree.length === 0) return;
		const run = Math.floor(block / RUN_BLOCKS);
		this.#runFree[run] = (this.#runFree[run] ?? 0) + change;
	}
}
