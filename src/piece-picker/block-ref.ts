/** What the picker is asked and what it answers. */

/** One block of 16 KiB (the last of a piece may be shorter); `block` counts within the piece. */
export interface BlockRef {
	readonly piece: number;
	readonly block: number;
}

/** 0 off, 1 low, 2 normal, 3 high. */
export type PickPriority = 0 | 1 | 2 | 3;

export interface PickOptions {
	/** The peer sent nothing for long: it gets a piece of its own, or the tail of one. */
	readonly isSnubbed: boolean;
	/** The peer is far slower than the others: treated like a snubbed one. */
	readonly isSlow?: boolean;
	/**
	 * The source is best asked for long runs (HTTP seeds): it gets new pieces in a row, going on after
	 * this one (-1: from anywhere), and blocks of begun ones only when there are none.
	 */
	readonly runAfter?: number;
	/** Only these pieces, such as the allowed-fast ones while choked (BEP 6). */
	readonly onlyPieces?: ReadonlySet<number>;
	/** Most pieces to begin in this call; memory for them is the caller's. No limit by default. */
	readonly maxNewPieces?: number;
}
