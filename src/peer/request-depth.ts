/**
 * How many requests to keep outstanding with a peer: enough to cover its round trip and its
 * queue, few enough that a slow peer does not reserve what others could send sooner.
 *
 * A new peer starts with 8. Each block that arrives allows one more, which doubles the depth
 * every round trip as TCP's slow start does, up to what the measured rate brings in 3 seconds.
 * The rate may be an average over several seconds: 3 seconds of it still lets the depth grow.
 */

/** Bytes of one request; the size of a block. */
const REQUEST_BYTES = 16384;
/** Covers long round trips and the peer's own upload queue. */
const TARGET_SECONDS = 3;
/** For a peer that has sent little yet. */
const START_DEPTH = 8;
/** A peer is new until it has sent this many blocks. */
const NEW_PEER_BLOCKS = 8;
/** A slow peer still has the next request at hand when one is served. */
const MIN_DEPTH = 4;
/** What a peer is taken to accept when it does not say (`reqq`, BEP 10). */
const DEFAULT_PEER_LIMIT = 250;
/** Whatever the peer says: 32 MB outstanding are enough for any line. */
const MAX_DEPTH = 2000;

export interface RequestDepthInput {
	/** Measured payload rate from this peer. */
	readonly rateBytesPerSecond: number;
	/** Blocks it sent since it last unchoked us. */
	readonly blocksReceived: number;
	/** Its `reqq`; undefined when it named none. Values that are not sensible count as none. */
	readonly peerReqq: number | undefined;
	readonly isSnubbed: boolean;
}

/** Requests to have outstanding; at least 1, at most the peer's limit and 2000. */
export function requestDepth(input: RequestDepthInput): number {
	if (input.isSnubbed) return 1;
	const byRate = Math.ceil((input.rateBytesPerSecond * TARGET_SECONDS) / REQUEST_BYTES);
	const least = input.blocksReceived < NEW_PEER_BLOCKS ? START_DEPTH : MIN_DEPTH;
	const slowStart = START_DEPTH + input.blocksReceived;
	return Math.min(Math.max(least, byRate), slowStart, peerLimit(input.peerReqq));
}

function peerLimit(reqq: number | undefined): number {
	if (reqq === undefined || !Number.isFinite(reqq) || reqq < 1) return DEFAULT_PEER_LIMIT;
	return Math.min(Math.floor(reqq), MAX_DEPTH);
}
