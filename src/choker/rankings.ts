/** Who deserves an upload slot more: comparisons for the choker, pure. */

/** What the choker knows of a peer. Rates in bytes per second. */
export interface ChokeCandidate<K> {
	readonly key: K;
	/** The peer wants something we have. */
	readonly isInterested: boolean;
	/** We do not choke it now. */
	readonly isUnchoked: boolean;
	/** It owes us blocks and has sent none for a while. */
	readonly isSnubbed: boolean;
	/** From the peer to us. */
	readonly downloadRate: number;
	/** From us to the peer. */
	readonly uploadRate: number;
	readonly connectedForMs: number;
	/** Payload sent to it since we last unchoked it; not read while it is choked. */
	readonly uploadedSinceUnchokeBytes: number;
	/** Since we last unchoked it; not read while it is choked. */
	readonly unchokedForMs: number;
}

/** A candidate and since when it waits for a turn: the choker's memory. */
export interface Ranked<K> {
	readonly candidate: ChokeCandidate<K>;
	/** When its last turn ended, or when it came if it had none; monotonic milliseconds. */
	readonly waitingSinceMs: number;
}

/** Negative when `a` goes first. */
export type Ranking<K> = (a: Ranked<K>, b: Ranked<K>) => number;

/** A turn of the round robin ends after this much time ... */
const TURN_MS = 60_000;
/** ... or this much payload: a fast peer has its share early ... */
const TURN_BYTES = 8 * 1024 * 1024;
/** ... but not before the connection had time to get up to speed. */
const SHORTEST_TURN_MS = 20_000;

/** A challenger must give a quarter more than the peer it pushes out, or slots would flap. */
const INCUMBENT_BONUS = 1.25;

/** Below this, a rate is noise and no gift. */
const SMALLEST_RATE = 128;

/** Has the peer had its quantum of time or bytes since it was unchoked? */
export function hasHadItsTurn(candidate: ChokeCandidate<unknown>): boolean {
	if (!candidate.isUnchoked) return false;
	if (candidate.unchokedForMs >= TURN_MS) return true;
	return (
		candidate.uploadedSinceUnchokeBytes >= TURN_BYTES && candidate.unchokedForMs >= SHORTEST_TURN_MS
	);
}

/**
 * Leeching: those who give us most, in steps that keep the present ones; among those who give
 * nothing, round robin.
 */
export function byDownloadRate<K>(a: Ranked<K>, b: Ranked<K>): number {
	const difference = giftOf(b.candidate) - giftOf(a.candidate);
	return difference === 0 ? byTurns(a, b) : difference;
}

/**
 * Seeding: peers in mid-turn, then those who wait (the longest first), then those who had their
 * turn; among equals, those we can send to fastest.
 */
export function byTurns<K>(a: Ranked<K>, b: Ranked<K>): number {
	const stage = stageOf(a.candidate) - stageOf(b.candidate);
	if (stage !== 0) return stage;
	if (!a.candidate.isUnchoked && a.waitingSinceMs !== b.waitingSinceMs) {
		return a.waitingSinceMs - b.waitingSinceMs;
	}
	return finite(b.candidate.uploadRate) - finite(a.candidate.uploadRate);
}

function stageOf(candidate: ChokeCandidate<unknown>): number {
	if (!candidate.isUnchoked) return 1;
	return hasHadItsTurn(candidate) ? 2 : 0;
}

function giftOf(candidate: ChokeCandidate<unknown>): number {
	const rate = finite(candidate.downloadRate);
	if (rate < SMALLEST_RATE) return 0;
	return candidate.isUnchoked ? rate * INCUMBENT_BONUS : rate;
}

function finite(rate: number): number {
	return Number.isFinite(rate) ? rate : 0;
}
