/**
 * Which blocks to ask which peer for: the front door of the folder. Pure: it is told what peers
 * have, what was asked, what came and what was verified, and answers `pick`.
 *
 * Every piece is in exactly one state:
 *
 *     off or had ──setPriorities, pieceLost──> fresh ──pick──> partial ──pieceVerified──> had
 *                                                ^                │
 *                                                └─ pieceFailed, all its requests released
 *
 * - `needed` has the pieces wanted and not had: what makes a peer interesting.
 * - `FreshPieces` (orders.ts) has those nobody was asked for. They stand in one array sorted by
 *   priority and availability with an index by piece (rarity-order.ts): a HAVE is two swaps, and
 *   the rarest is at the front of its range, so nothing is ever sorted for a pick.
 * - `InFlight` has those begun, with a linked list of all requests in the order they were made.
 *
 * Seeds are one number (availability.ts), so are the pieces of a peer that has all.
 *
 * @see BEP 3 (rarest first, endgame), BEP 6 (allowed fast)
 */
import {
	blockCount as layoutBlockCount,
	type PieceLayout,
	pieceBytes,
} from '../metainfo/piece-layout.js';
import { Bitfield } from '../primitives/bitfield.js';
import type { Random } from '../primitives/clock.js';
import { Availability } from './availability.js';
import { BlockChooser } from './block-chooser.js';
import type { BlockRef, PickOptions } from './block-ref.js';
import { InFlight, type Received } from './in-flight.js';
import { FreshPieces, type PickOrder } from './orders.js';
import type { PartialPiece } from './partial-piece.js';
import { forEachPiece, PieceSet } from './piece-set.js';

export type { BlockRef, PickOptions, PickPriority } from './block-ref.js';

/** A new downloader needs any whole piece soon, to have something to trade. */
const RANDOM_FIRST_PIECES = 4;
/** A block nobody was asked for may begin a piece only while fewer than this many are begun. */
const MAX_PARTIALS_FOR_UNASKED = 256;
/** Pieces shorter than this are asked for in runs of neighbours of this length. */
const RUN_BYTES = 256 * 1024;
/** A torrent has at least so many runs: peers are to begin at different places. */
const MIN_RUNS = 64;
/** A field with more than one piece in this many is counted first and sorted once. */
const BULK_SHARE = 16;

const NORMAL = 2;
const NOT_WANTED: Received<never> = { isNew: false, others: [], isPieceComplete: false };

export interface PiecePickerOptions {
	readonly layout: PieceLayout;
	readonly random: Random;
	/** Pieces to verify before rarest first begins; 4 by default. */
	readonly randomFirstPieces?: number;
}

/** A piece that was begun; counts in blocks. */
export interface PartialPieceInfo {
	readonly piece: number;
	readonly received: number;
	readonly requested: number;
	readonly blockCount: number;
}

/**
 * Picks blocks for the peers of one torrent. `K` tells peers apart: a number, or an object by
 * identity. Call `releaseAll` when a peer chokes us or goes, or its requests stay reserved.
 */
export class PiecePicker<K> {
	/** Verified pieces; changed by this class alone. */
	readonly have: Bitfield;
	readonly #layout: PieceLayout;
	readonly #randomFirstPieces: number;
	readonly #availability: Availability;
	readonly #needed: PieceSet;
	readonly #fresh: FreshPieces;
	readonly #inFlight = new InFlight<K>();
	readonly #chooser: BlockChooser<K>;
	/** Pieces whose data was bad at least once and that are still missing. */
	readonly #failed = new Set<number>();
	/** Undefined while all are normal. */
	#priorities: Uint8Array | undefined;
	#isSequential = false;
	#wantedBytes = 0;
	#wantedDoneBytes = 0;

	constructor(options: PiecePickerOptions) {
		const { layout, random } = options;
		this.#layout = layout;
		this.#randomFirstPieces = options.randomFirstPieces ?? RANDOM_FIRST_PIECES;
		this.have = new Bitfield(layout.pieceCount);
		this.#availability = new Availability(layout.pieceCount);
		this.#needed = new PieceSet(layout.pieceCount);
		const priorityOf = (piece: number): number => this.#priorityOf(piece);
		this.#fresh = new FreshPieces(layout.pieceCount, this.#availability, priorityOf);
		this.#chooser = new BlockChooser<K>({
			inFlight: this.#inFlight,
			fresh: this.#fresh,
			availability: this.#availability,
			random,
			priorityOf,
			blockCount: (piece) => layoutBlockCount(layout, piece),
			runPieces: Math.floor(
				Math.min(RUN_BYTES / layout.pieceLengthBytes, layout.pieceCount / MIN_RUNS),
			),
			failed: this.#failed,
			order: () => this.#order(),
		});
		this.#recount();
	}

	/** A peer came with these pieces, or sent its first field. */
	peerHas(bitfield: Bitfield): void {
		if (bitfield.count === 0) return;
		if (bitfield.isFull) {
			this.#availability.addSeed();
			return;
		}
		const isBulk = this.#isBulk(bitfield);
		if (isBulk) this.#fresh.availabilityChanged();
		forEachPiece(bitfield, (piece) => {
			this.#availability.raise(piece);
			if (!isBulk) this.#fresh.availabilityRaised(piece);
		});
	}

	/** A peer announced one more piece, which it has in its field by now. Tell once per piece. */
	peerGained(piece: number): void {
		if (!this.#isPiece(piece)) return;
		this.#availability.raise(piece);
		this.#fresh.availabilityRaised(piece);
	}

	/** A peer with these pieces went (or sent another field: call `peerHas` with that one). */
	peerLeft(bitfield: Bitfield): void {
		if (bitfield.count === 0) return;
		if (bitfield.isFull) {
			if (this.#availability.removeSeed()) this.#fresh.availabilityChanged();
			return;
		}
		const isBulk = this.#isBulk(bitfield);
		if (isBulk) this.#fresh.availabilityChanged();
		forEachPiece(bitfield, (piece) => {
			if (this.#availability.countOf(piece) === 0) {
				if (this.#availability.lower(piece)) this.#fresh.availabilityChanged();
				return;
			}
			this.#availability.lower(piece);
			if (!isBulk) this.#fresh.availabilityLowered(piece);
		});
	}

	/** Connected peers that have the piece. */
	availability(piece: number): number {
		return this.#availability.of(piece);
	}

	/** Copies of the torrent among connected peers, such as 1.25; see `Availability`. */
	distributedCopies(): number {
		return this.#availability.distributedCopies();
	}

	/**
	 * Sets what is wanted, one `PickPriority` a piece; copied. Pieces switched off while they are
	 * begun keep their blocks and outstanding requests, and are asked for no further.
	 * @throws {RangeError} when there is not one priority a piece
	 */
	setPriorities(priorities: Uint8Array): void {
		if (priorities.length !== this.#layout.pieceCount)
			throw new RangeError(
				`Got ${priorities.length} priorities, expected ${this.#layout.pieceCount}`,
			);
		this.#priorities = priorities.map((priority) => Math.min(3, priority));
		for (const partial of this.#inFlight.partials())
			this.#inFlight.setPriority(partial, this.#priorityOf(partial.piece));
		this.#recount();
	}

	/** Not switched off; says nothing about having it. */
	isWanted(piece: number): boolean {
		return this.#isPiece(piece) && this.#priorityOf(piece) > 0;
	}

	/** Whether the peer has a piece we want and lack. Nearly free to ask again. */
	isInteresting(bitfield: Bitfield): boolean {
		return this.#needed.hasCommon(bitfield);
	}

	/** Pieces in the order of the payload, for playing while downloading. */
	setSequential(on: boolean): void {
		this.#isSequential = on;
	}

	/**
	 * Up to `count` blocks to ask this peer for now, contiguous ones in ascending order; they
	 * count as requested from it until `received`, `release` or `releaseAll`.
	 */
	pick(peer: K, peerHas: Bitfield, count: number, options: PickOptions): BlockRef[] {
		if (count <= 0 || this.#needed.count === 0) return [];
		return this.#chooser.choose(peer, peerHas, count, options);
	}

	/** A request is void: rejected, timed out, no memory. Unknown ones are ignored. */
	release(peer: K, piece: number, block: number): void {
		const partial = this.#inFlight.get(piece);
		if (partial !== undefined && this.#inFlight.release(peer, piece, block))
			this.#giveUpIfIdle(partial);
	}

	/** All requests to a peer are void: it choked us or went. */
	releaseAll(peer: K): void {
		for (const partial of this.#inFlight.releaseAll(peer)) this.#giveUpIfIdle(partial);
	}

	/**
	 * A block arrived. Late ones, after `release`, are welcome while they are still missing.
	 * @returns `isNew`: keep its bytes; `others`: their requests for it are void, send cancels;
	 * `isPieceComplete`: it was the last one missing, check the piece
	 */
	received(peer: K, piece: number, block: number): Received<K> {
		let partial = this.#inFlight.get(piece);
		if (partial === undefined) {
			if (!this.#fresh.has(piece)) return NOT_WANTED;
			if (this.#inFlight.partialCount >= MAX_PARTIALS_FOR_UNASKED) return NOT_WANTED;
			const blockCount = layoutBlockCount(this.#layout, piece);
			if (!isIndex(block, blockCount)) return NOT_WANTED;
			this.#fresh.remove(piece);
			partial = this.#inFlight.open(piece, blockCount, this.#priorityOf(piece), undefined, false);
		}
		if (!isIndex(block, partial.blockCount)) return NOT_WANTED;
		return this.#inFlight.received(partial, block, peer);
	}

	/**
	 * A block that came is missing after all: its memory was lost, or its sender has been proven
	 * to lie. Not for pieces that are being checked. Unknown ones are ignored.
	 */
	discard(piece: number, block: number): void {
		const partial = this.#inFlight.get(piece);
		if (partial !== undefined && this.#inFlight.discard(partial, block))
			this.#giveUpIfIdle(partial);
	}

	/** The hash of a piece was right: we have it. */
	pieceVerified(piece: number): void {
		if (!this.#isPiece(piece)) return;
		const partial = this.#inFlight.get(piece);
		if (partial !== undefined) this.#inFlight.drop(partial);
		this.#failed.delete(piece);
		if (!this.have.set(piece)) return;
		this.#fresh.remove(piece);
		if (this.#needed.delete(piece)) this.#wantedDoneBytes += pieceBytes(this.#layout, piece);
		if (this.#needed.count === 0) this.#fresh.shrink();
	}

	/**
	 * The hash of a piece was wrong: all its blocks are wanted again, from one peer if one can
	 * give them all, so that a liar answers alone for what it sends.
	 */
	pieceFailed(piece: number): void {
		const partial = this.#inFlight.get(piece);
		if (partial !== undefined) this.#inFlight.drop(partial);
		if (!this.#needed.has(piece)) return;
		this.#failed.add(piece);
		this.#fresh.add(piece);
	}

	/** We had the piece and the disk lost it. */
	pieceLost(piece: number): void {
		if (!this.have.clear(piece) || this.#priorityOf(piece) === 0) return;
		this.#wantedDoneBytes -= pieceBytes(this.#layout, piece);
		this.#needed.add(piece);
		this.#fresh.add(piece);
	}

	/** What a check or a resume record says we have, copied. Everything in flight is void. */
	restore(have: Bitfield): void {
		this.#inFlight.dropAll();
		this.#failed.clear();
		this.have.clearAll();
		forEachPiece(have, (piece) => this.have.set(piece));
		this.#recount();
	}

	/** All wanted pieces are verified. */
	get isComplete(): boolean {
		return this.#needed.count === 0;
	}

	/** Every wanted block that a connected peer could send was asked for. */
	get isEndgame(): boolean {
		return this.#needed.count > 0 && this.#chooser.isEndgame;
	}

	/** Bytes of the pieces that are not off. */
	wantedBytes(): number {
		return this.#wantedBytes;
	}

	/** Verified bytes of the pieces that are not off. */
	wantedDoneBytes(): number {
		return this.#wantedDoneBytes;
	}

	/** The peers a block was asked from and has not come from; a copy. */
	requestedBy(piece: number, block: number): readonly K[] {
		return this.#inFlight.get(piece)?.request(block)?.peers.slice() ?? [];
	}

	/** The pieces that were begun, for people to look at. */
	partialPieces(): readonly PartialPieceInfo[] {
		const infos: PartialPieceInfo[] = [];
		for (const { piece, received, requested, blockCount } of this.#inFlight.partials())
			infos.push({ piece, received, requested, blockCount });
		return infos;
	}

	#order(): PickOrder {
		if (this.#isSequential) return 'sequential';
		return this.have.count < this.#randomFirstPieces ? 'random' : 'rarest';
	}

	#priorityOf(piece: number): number {
		return this.#priorities === undefined ? NORMAL : (this.#priorities[piece] ?? 0);
	}

	#isPiece(piece: number): boolean {
		return isIndex(piece, this.#layout.pieceCount);
	}

	#isBulk(bitfield: Bitfield): boolean {
		return bitfield.count * BULK_SHARE > this.#layout.pieceCount;
	}

	#giveUpIfIdle(partial: PartialPiece<K>): void {
		if (!partial.isIdle) return;
		this.#inFlight.drop(partial);
		if (this.#needed.has(partial.piece)) this.#fresh.add(partial.piece);
	}

	/** Works out from priorities, `have` and partial pieces what is needed, fresh and done. */
	#recount(): void {
		this.#needed.clear();
		this.#wantedBytes = 0;
		this.#wantedDoneBytes = 0;
		for (let piece = 0; piece < this.#layout.pieceCount; piece++) {
			if (this.#priorityOf(piece) === 0) continue;
			const bytes = pieceBytes(this.#layout, piece);
			this.#wantedBytes += bytes;
			if (this.have.has(piece)) this.#wantedDoneBytes += bytes;
			else this.#needed.add(piece);
		}
		this.#fresh.rebuild(
			(piece) => this.#needed.has(piece) && this.#inFlight.get(piece) === undefined,
		);
	}
}

function isIndex(value: number, count: number): boolean {
	return Number.isInteger(value) && value >= 0 && value < count;
}
