/**
 * How many connected peers have each piece.
 *
 * Peers that have everything are one number, so a seed costs O(1) when it comes and goes and a
 * swarm of seeds needs no memory per piece. The sum is linear: it does not matter which peer was
 * counted in which way, so a leecher that became a seed may leave as one.
 */

/** Counts stop here; no torrent has as many connections. */
const MAX_COUNT = 65535;

export class Availability {
	readonly #pieceCount: number;
	#seeds = 0;
	/** Peers that have each piece, without seeds; taken when the first other peer comes. */
	#counts: Uint16Array | undefined;
	/** How many pieces have each count. */
	#piecesByCount: Int32Array = new Int32Array(8);

	constructor(pieceCount: number) {
		this.#pieceCount = pieceCount;
		this.#piecesByCount[0] = pieceCount;
	}

	get seeds(): number {
		return this.#seeds;
	}

	/** Peers that have the piece, seeds included. */
	of(piece: number): number {
		return this.#seeds + this.countOf(piece);
	}

	/** Peers that have the piece, without seeds: the same order as `of`. */
	countOf(piece: number): number {
		return this.#counts?.[piece] ?? 0;
	}

	addSeed(): void {
		this.#seeds++;
	}

	/** A peer with everything left. @returns true when counts of all pieces changed */
	removeSeed(): boolean {
		if (this.#seeds > 0) {
			this.#seeds--;
			return false;
		}
		// It had been counted piece by piece.
		for (let piece = 0; piece < this.#pieceCount; piece++) this.#lowerCount(piece);
		return true;
	}

	/** One more peer has the piece; indexes out of range are ignored. */
	raise(piece: number): void {
		if (!(piece >= 0 && piece < this.#pieceCount)) return;
		this.#counts ??= new Uint16Array(this.#pieceCount);
		const count = this.#counts[piece] ?? 0;
		if (count >= MAX_COUNT) return;
		this.#counts[piece] = count + 1;
		this.#moveInHistogram(count, count + 1);
	}

	/** One peer fewer has the piece. @returns true when counts of all pieces changed */
	lower(piece: number): boolean {
		if (!(piece >= 0 && piece < this.#pieceCount)) return false;
		if (this.countOf(piece) > 0) {
			this.#lowerCount(piece);
			return false;
		}
		if (this.#seeds === 0) return false;
		// It had been counted as a seed: count one seed piece by piece instead.
		this.#seeds--;
		for (let other = 0; other < this.#pieceCount; other++) this.raise(other);
		this.#lowerCount(piece);
		return true;
	}

	/**
	 * Whole copies of the torrent among connected peers, plus the share of pieces that have one
	 * copy more than the rarest: 1.25 when every piece is there and a quarter of them twice.
	 */
	distributedCopies(): number {
		if (this.#pieceCount === 0) return this.#seeds;
		let lowest = 0;
		while (lowest < this.#piecesByCount.length && this.#piecesByCount[lowest] === 0) lowest++;
		const rarest = this.#piecesByCount[lowest] ?? 0;
		return this.#seeds + lowest + (this.#pieceCount - rarest) / this.#pieceCount;
	}

	#lowerCount(piece: number): void {
		const count = this.countOf(piece);
		if (count === 0 || this.#counts === undefined) return;
		this.#counts[piece] = count - 1;
		this.#moveInHistogram(count, count - 1);
	}

	#moveInHistogram(from: number, to: number): void {
		if (to >= this.#piecesByCount.length) {
			const grown = new Int32Array(this.#piecesByCount.length * 2);
			grown.set(this.#piecesByCount);
			this.#piecesByCount = grown;
		}
		this.#piecesByCount[from] = (this.#piecesByCount[from] ?? 0) - 1;
		this.#piecesByCount[to] = (this.#piecesByCount[to] ?? 0) + 1;
	}
}
