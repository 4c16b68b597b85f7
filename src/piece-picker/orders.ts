/**
 * The pieces that may be opened (wanted, missing, not begun) and the orders to open them in:
 * random for the first ones, rarest first, commonest first for slow peers, or in sequence.
 * Every order serves high priority before normal before low.
 */
import type { Bitfield } from '../primitives/bitfield.js';
import type { Random } from '../primitives/clock.js';
import type { Availability } from './availability.js';
import { PieceSet } from './piece-set.js';
import { RarityOrder } from './rarity-order.js';

export type PickOrder = 'random' | 'rarest' | 'commonest' | 'sequential';

/** Pieces looked at in rarity order for one peer; a peer with very few is searched for by its bits. */
const RARITY_LOOKS = 1024;
/** Pieces looked at for one rarer than those begun. */
const RARER_LOOKS = 128;
/** Pieces compared when searching by the peer's bits. */
const SAMPLE_PIECES = 64;
/** Places looked at for the longest run of pieces, and pieces counted at each. */
const RUN_TRIES = 16;
const RUN_LOOKS = 256;

export class FreshPieces {
	readonly #availability: Availability;
	readonly #priorityOf: (piece: number) => number;
	readonly #pieceCount: number;
	/** By priority, high first. */
	readonly #sets: readonly { readonly priority: number; readonly pieces: PieceSet }[];
	readonly #order: RarityOrder;

	/** @param priorityOf - 0 off to 3 high; call `rebuild` when its answers change */
	constructor(
		pieceCount: number,
		availability: Availability,
		priorityOf: (piece: number) => number,
	) {
		this.#pieceCount = pieceCount;
		this.#availability = availability;
		this.#priorityOf = priorityOf;
		this.#sets = [3, 2, 1].map((priority) => ({ priority, pieces: new PieceSet(pieceCount) }));
		this.#order = new RarityOrder(pieceCount, {
			priorityOf: (piece) => Math.max(1, priorityOf(piece)),
			countOf: (piece) => availability.countOf(piece),
			isFresh: (piece) => this.has(piece),
		});
	}

	get count(): number {
		let count = 0;
		for (const { pieces } of this.#sets) count += pieces.count;
		return count;
	}

	has(piece: number): boolean {
		return this.#setOf(piece)?.has(piece) ?? false;
	}

	/** A wanted piece may be opened (again). */
	add(piece: number): void {
		if (this.#setOf(piece)?.add(piece) === true) this.#order.freshened(piece);
	}

	/** A piece was opened or is no longer missing. */
	remove(piece: number): void {
		if (this.#setOf(piece)?.delete(piece) !== true) return;
		this.#order.taken(piece);
	}

	/** Gives memory back while nothing is missing. */
	shrink(): void {
		this.#order.shrink();
	}

	/** Starts over; needed when priorities change. */
	rebuild(isFresh: (piece: number) => boolean): void {
		for (const { pieces } of this.#sets) pieces.clear();
		this.#order.shrink();
		for (let piece = 0; piece < this.#pieceCount; piece++)
			if (isFresh(piece)) this.#setOf(piece)?.add(piece);
	}

	/** One more peer has the piece (told after it was counted). */
	availabilityRaised(piece: number): void {
		this.#order.raised(piece);
	}

	/** One peer fewer has the piece (told after it was counted). */
	availabilityLowered(piece: number): void {
		this.#order.lowered(piece);
	}

	/** Availability of many pieces changed. */
	availabilityChanged(): void {
		this.#order.invalidate();
	}

	/** Whether any fresh piece is had by a connected peer. */
	hasAvailable(): boolean {
		if (this.count === 0) return false;
		return this.#availability.seeds > 0 || this.count > this.#order.freshWithoutPeers();
	}

	/** The piece to open next for a peer; -1 when it has none of them. */
	next(order: PickOrder, peerHas: Bitfield, random: Random): number {
		for (const { priority, pieces } of this.#sets) {
			if (!pieces.hasCommon(peerHas)) continue;
			if (order === 'sequential') return pieces.firstCommon(peerHas, 0);
			const somewhere = Math.floor(random() * this.#pieceCount);
			if (order === 'random') return pieces.nextCommon(peerHas, somewhere);
			const isCommonestFirst = order === 'commonest';
			const found = this.#order.find(priority, isCommonestFirst, RARITY_LOOKS, random, (piece) =>
				peerHas.has(piece),
			);
			return found >= 0 ? found : this.#sample(pieces, peerHas, somewhere, isCommonestFirst);
		}
		return -1;
	}

	/**
	 * A piece as good to open as `piece` that makes a run: the one behind `after`, or else the first of
	 * the neighbours before `piece` that are as good. Runs end at multiples of `runPieces`.
	 */
	neighbourOf(piece: number, after: number, peerHas: Bitfield, runPieces: number): number {
		const priority = this.#priorityOf(piece);
		const count = this.#availability.countOf(piece);
		const isAsGood = (other: number): boolean =>
			peerHas.has(other) &&
			this.#priorityOf(other) === priority &&
			this.#availability.countOf(other) <= count &&
			this.has(other);
		const next = after + 1;
		if (after >= 0 && next % runPieces > 0 && isAsGood(next)) return next;
		let first = piece;
		while (first % runPieces > 0 && isAsGood(first - 1)) first--;
		return first;
	}

	/**
	 * The piece to open next for one that is best asked for many in a row: the one after `after`, or
	 * the beginning of another run, the longest of a few tried; -1 when it has none of them.
	 */
	nextInRun(after: number, peerHas: Bitfield, random: Random): number {
		for (const { pieces } of this.#sets) {
			if (!pieces.hasCommon(peerHas)) continue;
			const next = after + 1;
			if (after >= 0 && pieces.has(next) && peerHas.has(next)) return next;
			return this.#longestRun(pieces, peerHas, random);
		}
		return -1;
	}

	/**
	 * A fresh piece of this priority that fewer than `count` leechers have, the rarest met; -1 without
	 * any, or while the peer has one of a higher priority.
	 */
	rarerThan(count: number, priority: number, peerHas: Bitfield, random: Random): number {
		if (count === 0) return -1;
		const next = this.#sets.find(({ pieces }) => pieces.hasCommon(peerHas));
		if (next?.priority !== priority) return -1;
		const accepts = (piece: number): boolean => peerHas.has(piece);
		return this.#order.find(priority, false, RARER_LOOKS, random, accepts, count);
	}

	#longestRun(pieces: PieceSet, peerHas: Bitfield, random: Random): number {
		let best = -1;
		let bestLength = 0;
		for (let tries = 0; tries < RUN_TRIES; tries++) {
			const first = pieces.nextCommon(peerHas, Math.floor(random() * this.#pieceCount));
			let end = first + 1;
			while (end - first < RUN_LOOKS && pieces.has(end) && peerHas.has(end)) end++;
			if (end - first <= bestLength) continue;
			best = first;
			bestLength = end - first;
		}
		return best;
	}

	/** The best of some pieces the peer has, from a random place on. */
	#sample(pieces: PieceSet, peerHas: Bitfield, from: number, isCommonestFirst: boolean): number {
		let best = -1;
		let bestCount = 0;
		let piece = pieces.nextCommon(peerHas, from);
		const first = piece;
		for (let looks = 0; looks < SAMPLE_PIECES && piece >= 0; looks++) {
			const count = this.#availability.countOf(piece);
			const isBetter = isCommonestFirst ? count > bestCount : count < bestCount;
			if (best < 0 || isBetter) {
				best = piece;
				bestCount = count;
			}
			piece = pieces.nextCommon(peerHas, piece + 1 < this.#pieceCount ? piece + 1 : 0);
			if (piece === first) break;
		}
		return best;
	}

	#setOf(piece: number): PieceSet | undefined {
		return this.#sets[3 - this.#priorityOf(piece)]?.pieces;
	}
}
