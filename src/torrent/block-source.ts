/** Who gives blocks: what a download needs to know of a peer, or of an HTTP seed, and may ask of it. */
import type { Bitfield } from '../primitives/bitfield.js';
import type { RateMeter } from '../primitives/rate-meter.js';

export interface BlockRequest {
	readonly piece: number;
	readonly offsetBytes: number;
	readonly lengthBytes: number;
}

export interface BlockSource {
	readonly bitfield: Bitfield;
	readonly connectedAtMs: number;
	readonly isClosed: boolean;
	readonly amInterested: boolean;
	readonly peerChoking: boolean;
	/** Pieces it lets us have while it chokes us (BEP 6). */
	readonly allowedFast: ReadonlySet<number>;
	/** Best asked for whole pieces in a row, going on after this one (-1: from anywhere). */
	readonly runAfter: number | undefined;
	readonly download: RateMeter;
	/** Our requests it has not answered: block key -> when asked. In order of asking. */
	readonly outstanding: Map<number, number>;
	blocksReceived: number;
	/** It helped to a verified piece: until then it is trusted with little. */
	isProven: boolean;
	isSnubbed: boolean;
	lastBlockAtMs: number;
	/** It said no to a request: not asked again before. */
	restsUntilMs: number;
	/** How many blocks to have outstanding with it. */
	depth(nowMs: number): number;
	request(blocks: readonly BlockRequest[], nowMs: number): void;
	cancel(block: BlockRequest, nowMs: number): void;
	/** Ends it; `reason` is one line for people. */
	drop(reason: string): void;
}
