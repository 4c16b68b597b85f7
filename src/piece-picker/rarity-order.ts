/**
 * All pieces in one array, rarest first within each priority: the counting sort of the classic
 * clients, kept sorted by single swaps.
 *
 * Layout: for each priority (high, normal, low), for each availability, first the pieces that may
 * be opened ("fresh"), then the others:
 *
 *     high: | 0 fresh | 0 other | 1 fresh | 1 other | ...   normal: ...   low: ...
 *
 * `starts[bucket]` is where a bucket begins and `places[piece]` where a piece stands. One more or
 * less peer moves a piece across two borders, opening it across one: two swaps, never a search.
 * A change of many pieces marks the order stale; the next reader sorts again, once, in O(pieces).
 */
import type { Random } from '../primitives/clock.js';

/** What the order reads when it sorts. */
export interface OrderedPieces {
	/** 1 low to 3 high; pieces that are off may be given any. */
	priorityOf(piece: number): number;
	/** Peers that have the piece. */
	countOf(piece: number): number;
	isFresh(piece: number): boolean;
}

const PRIORITIES = 3;
/** Availabilities told apart at first; grows to what is met. */
const FIRST_LEVELS = 16;
/** Pieces with more peers than this are all the same. */
const MAX_LEVELS = 4096;

export class RarityOrder {
	readonly #pieceCount: number;
	readonly #source: OrderedPieces;
	#pieces: Uint32Array = new Uint32Array(0);
	#places: Uint32Array = new Uint32Array(0);
	#starts: Int32Array = new Int32Array(0);
	#levels = FIRST_LEVELS;
	#isStale = true;

	constructor(pieceCount: number, source: OrderedPieces) {
		this.#pieceCount = pieceCount;
		this.#source = source;
	}

	/** Many pieces changed: sort again before the next answer. */
	invalidate(): void {
		this.#isStale = true;
	}

	/** Gives the memory back until somebody asks again. */
	shrink(): void {
		this.#isStale = true;
		this.#pieces = new Uint32Array(0);
		this.#places = new Uint32Array(0);
	}

	/** Called after the piece became one that may be opened. */
	freshened(piece: number): void {
		if (this.#isStale) return;
		const bucket = this.#bucket(piece, this.#source.countOf(piece));
		this.#stepDown(piece, bucket + 1);
	}

	/** Called after the piece stopped being one that may be opened. */
	taken(piece: number): void {
		if (this.#isStale) return;
		const bucket = this.#bucket(piece, this.#source.countOf(piece));
		this.#stepUp(piece, bucket);
	}

	/** Called after one more peer has the piece. */
	raised(piece: number): void {
		if (this.#isStale) return;
		const count = this.#source.countOf(piece);
		if (count >= this.#levels) {
			// Sorting again makes room for it; above the maximum all counts are one level.
			if (this.#levels < MAX_LEVELS) this.#isStale = true;
			return;
		}
		const bucket = this.#bucket(piece, count - 1) + (this.#source.isFresh(piece) ? 0 : 1);
		this.#stepUp(piece, bucket);
		this.#stepUp(piece, bucket + 1);
	}

	/** Called after one peer fewer has the piece. */
	lowered(piece: number): void {
		if (this.#isStale) return;
		const count = this.#source.countOf(piece);
		if (count + 1 >= this.#levels) return;
		const bucket = this.#bucket(piece, count + 1) + (this.#source.isFresh(piece) ? 0 : 1);
		this.#stepDown(piece, bucket);
		this.#stepDown(piece, bucket - 1);
	}

	/** How many fresh pieces no counted peer has. */
	freshWithoutPeers(): number {
		this.#refresh();
		let count = 0;
		for (let rank = 0; rank < PRIORITIES; rank++) {
			const bucket = rank * this.#levels * 2;
			count += (this.#starts[bucket + 1] ?? 0) - (this.#starts[bucket] ?? 0);
		}
		return count;
	}

	/**
	 * The rarest (or commonest) fresh piece of one priority that `accepts` takes, a random one
	 * among equals.
	 * @param budget - most pieces to look at
	 * @param levels - so many availabilities are looked at, all by default
	 * @returns -1 when none was met within the budget
	 */
	find(
		priority: number,
		commonestFirst: boolean,
		budget: number,
		random: Random,
		accepts: (piece: number) => boolean,
		levels: number = Number.POSITIVE_INFINITY,
	): number {
		this.#refresh();
		const base = (PRIORITIES - priority) * this.#levels * 2;
		let left = budget;
		for (let step = 0; step < Math.min(levels, this.#levels) && left > 0; step++) {
			const level = commonestFirst ? this.#levels - 1 - step : step;
			const start = this.#starts[base + level * 2] ?? 0;
			const size = (this.#starts[base + level * 2 + 1] ?? 0) - start;
			if (size <= 0) continue;
			const looks = Math.min(size, left);
			left -= looks;
			let at = start + Math.floor(random() * size);
			for (let i = 0; i < looks; i++) {
				const piece = this.#pieces[at] ?? 0;
				if (accepts(piece)) return piece;
				at = at + 1 === start + size ? start : at + 1;
			}
		}
		return -1;
	}

	#bucket(piece: number, count: number): number {
		const rank = PRIORITIES - this.#source.priorityOf(piece);
		return (rank * this.#levels + Math.min(count, this.#levels - 1)) * 2;
	}

	/** Moves a piece from the end of its bucket to the start of the next. */
	#stepUp(piece: number, bucket: number): void {
		const border = (this.#starts[bucket + 1] ?? 0) - 1;
		this.#swap(this.#places[piece] ?? 0, border);
		this.#starts[bucket + 1] = border;
	}

	/** Moves a piece from the start of its bucket to the end of the one before. */
	#stepDown(piece: number, bucket: number): void {
		const border = this.#starts[bucket] ?? 0;
		this.#swap(this.#places[piece] ?? 0, border);
		this.#starts[bucket] = border + 1;
	}

	#swap(a: number, b: number): void {
		if (a === b) return;
		const pieceA = this.#pieces[a] ?? 0;
		const pieceB = this.#pieces[b] ?? 0;
		this.#pieces[a] = pieceB;
		this.#places[pieceB] = a;
		this.#pieces[b] = pieceA;
		this.#places[pieceA] = b;
	}

	#refresh(): void {
		if (!this.#isStale) return;
		this.#isStale = false;
		const source = this.#source;
		let highest = 0;
		for (let piece = 0; piece < this.#pieceCount; piece++)
			highest = Math.max(highest, source.countOf(piece));
		while (this.#levels <= highest && this.#levels < MAX_LEVELS) this.#levels *= 2;
		if (this.#pieces.length !== this.#pieceCount) {
			this.#pieces = new Uint32Array(this.#pieceCount);
			this.#places = new Uint32Array(this.#pieceCount);
		}
		const starts = new Int32Array(PRIORITIES * this.#levels * 2 + 1);
		for (let piece = 0; piece < this.#pieceCount; piece++) {
			const bucket = this.#bucket(piece, source.countOf(piece)) + (source.isFresh(piece) ? 0 : 1);
			starts[bucket + 1] = (starts[bucket + 1] ?? 0) + 1;
		}
		for (let bucket = 1; bucket < starts.length; bucket++)
			starts[bucket] = (starts[bucket] ?? 0) + (starts[bucket - 1] ?? 0);
		const next = starts.slice();
		for (let piece = 0; piece < this.#pieceCount; piece++) {
			const bucket = this.#bucket(piece, source.countOf(piece)) + (source.isFresh(piece) ? 0 : 1);
			const place = next[bucket] ?? 0;
			next[bucket] = place + 1;
			this.#pieces[place] = piece;
			this.#places[piece] = place;
		}
		this.#starts = starts;
	}
}
