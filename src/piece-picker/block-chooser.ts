/**
 * Which blocks to ask a peer for next. Things considered, in this order; check them again when
 * changing anything:
 *
 * 1. the piece this peer owns (it is slow, or the piece was bad and one peer is to answer for it)
 * 2. a piece that was bad, for this peer alone
 * 3. pieces already begun, by priority, then rarest, then most done (sequential mode: first in the
 *    torrent); but a new one that is rarer comes before them, while few are begun
 * 4. a new piece: random at first, then rarest, or in sequence; slow peers take common ones. Small
 *    pieces as rare as the rarest are taken in runs of neighbours: both disks like that
 * 5. pieces of slow peers, when nothing else is left
 * 6. endgame: blocks others were asked for, longest-waiting first
 *
 * Rarity in 3 is what makes a swarm fast: a peer that has everything would otherwise be asked to
 * finish pieces that many could send, while what it alone has waits.
 *
 * Sources that are best asked for long runs get 1, 2, then new pieces in a row, then 3, 5 and 6.
 *
 * Slow peers do 4 before 3 and take from the end of others' pieces, so that they hold up nobody.
 */
import type { Bitfield } from '../primitives/bitfield.js';
import type { Random } from '../primitives/clock.js';
import type { Availability } from './availability.js';
import type { BlockRef, PickOptions } from './block-ref.js';
import type { InFlight } from './in-flight.js';
import type { FreshPieces, PickOrder } from './orders.js';
import type { PartialPiece } from './partial-piece.js';
import type { BlockRequest } from './request-queue.js';

/** Peers asked for one block at the same time, at most. */
const MAX_COPIES = 3;
/** A peer with this many requests out is given no copies: its own blocks come first. */
const ENDGAME_DEPTH = 8;
/** Outstanding blocks looked at for one endgame pick. */
const ENDGAME_LOOKS = 4096;
/** Bad pieces asked again from one peer each, at most; more are asked from everybody. */
const MAX_EXCLUSIVE = 16;
/** Bad pieces looked through for one that this peer has. */
const MAX_FAILED_LOOKS = 64;
/** Pieces begun before all is done to finish some: so many, and more for each peer that sends. */
const FEW_PARTIALS = 4;
const PARTIALS_PER_PEER = 1.5;
/** Peers with nothing to do that an exclusive piece sends away before it is shared after all. */
const MAX_REFUSALS = 256;

export interface BlockSources<K> {
	readonly inFlight: InFlight<K>;
	readonly fresh: FreshPieces;
	readonly availability: Availability;
	readonly random: Random;
	readonly blockCount: (piece: number) => number;
	/** Small pieces that make one run; 1 when each is long enough by itself. */
	readonly runPieces: number;
	readonly priorityOf: (piece: number) => number;
	/** Missing pieces that were bad before. */
	readonly failed: ReadonlySet<number>;
	readonly order: () => PickOrder;
}

/** One call of `choose` while it runs. */
interface Pick<K> {
	readonly peer: K;
	readonly peerHas: Bitfield;
	readonly count: number;
	readonly only: ReadonlySet<number> | undefined;
	readonly refs: BlockRef[];
	readonly isSlow: boolean;
	newPieces: number;
	/** For long runs: the piece to go on after; undefined for everybody else. */
	runAfter: number | undefined;
}

export class BlockChooser<K> {
	readonly #sources: BlockSources<K>;

	constructor(sources: BlockSources<K>) {
		this.#sources = sources;
	}

	/** Up to `count` blocks for a peer, noted as requested from it. */
	choose(peer: K, peerHas: Bitfield, count: number, options: PickOptions): BlockRef[] {
		const pick: Pick<K> = {
			peer,
			peerHas,
			count,
			only: options.onlyPieces,
			refs: [],
			isSlow: options.isSnubbed || options.isSlow === true,
			newPieces: options.maxNewPieces ?? Number.POSITIVE_INFINITY,
			runAfter: options.runAfter,
		};
		this.#fromOwned(pick);
		if (pick.isSlow) this.#forSlowPeer(pick);
		else if (pick.runAfter !== undefined) this.#forRuns(pick);
		else this.#forFastPeer(pick);
		if (pick.refs.length < count) {
			this.#countRefusals(pick);
			if (this.isEndgame) this.#endgame(pick);
		}
		return pick.refs;
	}

	/** Every block that some peer could send was asked for. */
	get isEndgame(): boolean {
		const { inFlight, fresh, availability } = this.#sources;
		if (inFlight.queue.size === 0 || fresh.hasAvailable()) return false;
		const isAvailable = (partial: PartialPiece<K>): boolean => availability.of(partial.piece) > 0;
		return !inFlight.shared.some(isAvailable) && !inFlight.owned.some(isAvailable);
	}

	#fromOwned(pick: Pick<K>): void {
		const { inFlight } = this.#sources;
		const partial = inFlight.ownedBy(pick.peer);
		if (partial === undefined) return;
		if (pick.isSlow && partial.isExclusive) inFlight.endExclusive(partial);
		if (!pick.isSlow && pick.runAfter === undefined && !partial.isExclusive) {
			// The peer is not slow any more, or others are let in: the piece is like any other.
			inFlight.share(partial);
			return;
		}
		if (partial.listIndex >= 0 && this.#mayAsk(pick, partial.piece)) this.#take(pick, partial);
	}

	#forFastPeer(pick: Pick<K>): void {
		const { inFlight } = this.#sources;
		while (pick.refs.length < pick.count) {
			const partial =
				this.#openFailed(pick) ??
				this.#begunOrRarer(pick) ??
				this.#openNext(pick, this.#sources.order()) ??
				this.#best(pick, inFlight.owned);
			if (partial === undefined) return;
			if (partial.isExclusive) inFlight.own(partial, pick.peer);
			this.#take(pick, partial);
		}
	}

	#forSlowPeer(pick: Pick<K>): void {
		const { inFlight } = this.#sources;
		const order = this.#sources.order();
		while (pick.refs.length < pick.count) {
			const own = this.#openNext(pick, order === 'rarest' ? 'commonest' : order);
			if (own !== undefined) {
				this.#take(pick, own);
				continue;
			}
			const partial = this.#best(pick, inFlight.shared) ?? this.#best(pick, inFlight.owned);
			if (partial === undefined) return;
			const block = partial.lastBlock();
			if (block < 0) return;
			this.#request(pick, partial, block);
		}
	}

	/** Whole pieces in a row: each is the source's own, so that peers begin others. */
	#forRuns(pick: Pick<K>): void {
		const { inFlight } = this.#sources;
		while (pick.refs.length < pick.count) {
			const partial =
				this.#openFailed(pick) ??
				this.#openInRun(pick) ??
				this.#best(pick, inFlight.shared) ??
				this.#best(pick, inFlight.owned);
			if (partial === undefined) return;
			if (partial.isExclusive) inFlight.own(partial, pick.peer);
			this.#take(pick, partial);
		}
	}

	/** A piece to go on with, or a new one that fewer peers have; undefined when none was begun. */
	#begunOrRarer(pick: Pick<K>): PartialPiece<K> | undefined {
		const { inFlight, fresh, availability, random } = this.#sources;
		const begun = this.#best(pick, inFlight.shared);
		if (begun === undefined || !this.#goesByRarity) return begun;
		if (pick.newPieces <= 0 || pick.only !== undefined) return begun;
		const count = availability.countOf(begun.piece);
		const rarer = fresh.rarerThan(count, begun.priority, pick.peerHas, random);
		return rarer < 0 ? begun : this.#open(pick, rarer, false);
	}

	/** Not at first, not in sequence, and not while too many pieces are begun. */
	get #goesByRarity(): boolean {
		const { inFlight, order } = this.#sources;
		const most = FEW_PARTIALS + inFlight.peerCount * PARTIALS_PER_PEER;
		return inFlight.partialCount < most && order() === 'rarest';
	}

	/** The piece of a list to go on with. */
	#best(pick: Pick<K>, list: readonly PartialPiece<K>[]): PartialPiece<K> | undefined {
		const isSequential = this.#sources.order() === 'sequential';
		const rarity = this.#goesByRarity ? this.#sources.availability : undefined;
		let best: PartialPiece<K> | undefined;
		for (const partial of list) {
			if (best !== undefined && !isBefore(partial, best, isSequential, rarity)) continue;
			if (!this.#mayAsk(pick, partial.piece)) continue;
			// An exclusive piece has an owner already, or waits for one that is not slow.
			if (partial.isExclusive && (pick.isSlow || partial.owner !== undefined)) continue;
			best = partial;
		}
		return best;
	}

	/** Begins the next piece; undefined when there is none for this peer. */
	#openNext(pick: Pick<K>, order: PickOrder): PartialPiece<K> | undefined {
		if (pick.newPieces <= 0) return undefined;
		const piece =
			pick.only === undefined ? this.#nextNew(pick, order) : this.#nextOf(pick, pick.only);
		if (piece < 0) return undefined;
		const isExclusive = this.#mayOwn(pick) && this.#sources.failed.has(piece);
		return this.#open(pick, piece, isExclusive);
	}

	/** The piece to begin next by its order, and of equally rare ones a neighbour of the last. */
	#nextNew(pick: Pick<K>, order: PickOrder): number {
		const { fresh, random, runPieces, inFlight } = this.#sources;
		const piece = fresh.next(order, pick.peerHas, random);
		if (piece < 0 || order !== 'rarest' || runPieces < 2) return piece;
		const chosen = fresh.neighbourOf(piece, inFlight.runAfter(pick.peer), pick.peerHas, runPieces);
		inFlight.setRunAfter(pick.peer, chosen);
		return chosen;
	}

	/** Begins the next piece of the run, or of another one; undefined when there is none. */
	#openInRun(pick: Pick<K>): PartialPiece<K> | undefined {
		if (pick.newPieces <= 0 || pick.runAfter === undefined || pick.only !== undefined)
			return undefined;
		const { fresh, random, order } = this.#sources;
		const piece =
			order() === 'sequential'
				? fresh.next('sequential', pick.peerHas, random)
				: fresh.nextInRun(pick.runAfter, pick.peerHas, random);
		if (piece < 0) return undefined;
		pick.runAfter = piece;
		const partial = this.#open(pick, piece, this.#mayOwn(pick) && this.#sources.failed.has(piece));
		this.#sources.inFlight.own(partial, pick.peer);
		return partial;
	}

	/**
	 * Begins a bad piece again, from this one peer alone. It comes before everything else: the
	 * sooner it is known who spoiled it, the fewer pieces a liar has part in.
	 */
	#openFailed(pick: Pick<K>): PartialPiece<K> | undefined {
		const { failed, fresh } = this.#sources;
		if (failed.size === 0 || pick.newPieces <= 0 || !this.#mayOwn(pick)) return undefined;
		let looks = MAX_FAILED_LOOKS;
		for (const piece of failed) {
			if (looks-- === 0) break;
			if (fresh.has(piece) && this.#mayAsk(pick, piece)) return this.#open(pick, piece, true);
		}
		return undefined;
	}

	#open(pick: Pick<K>, piece: number, isExclusive: boolean): PartialPiece<K> {
		const { fresh, inFlight, blockCount, priorityOf } = this.#sources;
		pick.newPieces--;
		fresh.remove(piece);
		return inFlight.open(
			piece,
			blockCount(piece),
			priorityOf(piece),
			pick.isSlow || isExclusive ? pick.peer : undefined,
			isExclusive,
		);
	}

	/** Whether the peer may be given a bad piece for itself. */
	#mayOwn(pick: Pick<K>): boolean {
		return !pick.isSlow && this.#sources.inFlight.exclusive.size < MAX_EXCLUSIVE;
	}

	/** The rarest new piece of a few given ones, by priority; -1 without any. */
	#nextOf(pick: Pick<K>, pieces: ReadonlySet<number>): number {
		const { fresh, availability, priorityOf } = this.#sources;
		let best = -1;
		for (const piece of pieces) {
			if (!fresh.has(piece) || !pick.peerHas.has(piece)) continue;
			const order =
				best < 0
					? 1
					: priorityOf(piece) - priorityOf(best) ||
						availability.countOf(best) - availability.countOf(piece);
			if (order > 0) best = piece;
		}
		return best;
	}

	#take(pick: Pick<K>, partial: PartialPiece<K>): void {
		while (pick.refs.length < pick.count) {
			const block = partial.nextBlock(pick.peer);
			if (block < 0) return;
			this.#request(pick, partial, block);
		}
	}

	#request(pick: Pick<K>, partial: PartialPiece<K>, block: number): void {
		this.#sources.inFlight.request(partial, block, pick.peer);
		pick.refs.push({ piece: partial.piece, block });
	}

	#endgame(pick: Pick<K>): void {
		const { inFlight } = this.#sources;
		// A slow peer gets a copy only to show that it is alive.
		const depth = pick.isSlow ? 1 : ENDGAME_DEPTH;
		const wanted = Math.min(pick.count - pick.refs.length, depth - inFlight.outstanding(pick.peer));
		const chosen: BlockRequest<K>[] = [];
		let request = inFlight.queue.first;
		for (let looks = 0; request !== undefined && looks < ENDGAME_LOOKS; looks++) {
			if (chosen.length >= wanted) break;
			if (this.#mayCopy(pick, request)) chosen.push(request);
			request = request.next;
		}
		for (const copied of chosen) {
			inFlight.duplicate(copied, pick.peer);
			pick.refs.push({ piece: copied.piece, block: copied.block });
		}
	}

	#mayCopy(pick: Pick<K>, request: BlockRequest<K>): boolean {
		if (request.peers.length >= MAX_COPIES || request.peers.includes(pick.peer)) return false;
		if (!this.#mayAsk(pick, request.piece)) return false;
		const partial = this.#sources.inFlight.get(request.piece);
		return partial !== undefined && partial.priority > 0 && !partial.isExclusive;
	}

	/** An exclusive piece must not hold up the end of a download for ever. */
	#countRefusals(pick: Pick<K>): void {
		const { inFlight } = this.#sources;
		for (const partial of inFlight.exclusive) {
			if (partial.owner === pick.peer || !pick.peerHas.has(partial.piece)) continue;
			partial.refusals++;
			if (partial.refusals > MAX_REFUSALS) inFlight.endExclusive(partial);
		}
	}

	#mayAsk(pick: Pick<K>, piece: number): boolean {
		return pick.peerHas.has(piece) && (pick.only === undefined || pick.only.has(piece));
	}
}

/** @param rarity - undefined: does not matter */
function isBefore<K>(
	a: PartialPiece<K>,
	b: PartialPiece<K>,
	isSequential: boolean,
	rarity: Availability | undefined,
): boolean {
	if (a.priority !== b.priority) return a.priority > b.priority;
	if (isSequential) return a.piece < b.piece;
	if (rarity !== undefined) {
		const difference = rarity.countOf(a.piece) - rarity.countOf(b.piece);
		if (difference !== 0) return difference < 0;
	}
	if (a.received !== b.received) return a.received > b.received;
	return a.requested > b.requested;
}
