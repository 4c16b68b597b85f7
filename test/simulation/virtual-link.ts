/** One side of a virtual connection: what a peer knows of the one at the other end. */
import type { ChokeCandidate } from '../../src/choker/choker.js';
import { RateMeter } from '../../src/primitives/rate-meter.js';
import type { TimedPeer } from './timed-peer.js';

/** As in the program: rates follow the last five seconds. */
const RATE_WINDOW_MS = 5000;

export class LinkEnd {
	readonly owner: TimedPeer;
	readonly connectedAtMs: number;
	amChoking = true;
	amInterested = false;
	isSnubbed = false;
	unchokedAtMs = 0;
	sentAtUnchokeBytes = 0;
	lastBlockAtMs: number;
	blocksReceived = 0;
	readonly download: RateMeter = new RateMeter(RATE_WINDOW_MS);
	readonly upload: RateMeter = new RateMeter(RATE_WINDOW_MS);
	/** When each block was asked for, by piece * blocks of a piece + block; oldest first. */
	readonly outstanding = new Map<number, number>();
	/** What the other end asked us for, oldest first. */
	readonly requests = new Set<number>();
	/** It stands in the owner's line of those that wait to be served. */
	isInLine = false;
	#other: LinkEnd | undefined;

	private constructor(owner: TimedPeer, nowMs: number) {
		this.owner = owner;
		this.connectedAtMs = nowMs;
		this.lastBlockAtMs = nowMs;
	}

	static connect(a: TimedPeer, b: TimedPeer, nowMs: number): readonly [LinkEnd, LinkEnd] {
		const ends = [new LinkEnd(a, nowMs), new LinkEnd(b, nowMs)] as const;
		ends[0].#other = ends[1];
		ends[1].#other = ends[0];
		return ends;
	}

	get other(): LinkEnd {
		if (this.#other === undefined) throw new Error('Not connected');
		return this.#other;
	}

	candidate(nowMs: number): ChokeCandidate<LinkEnd> {
		return {
			key: this,
			isInterested: this.other.amInterested,
			isUnchoked: !this.amChoking,
			isSnubbed: this.isSnubbed,
			downloadRate: this.download.rate(nowMs),
			uploadRate: this.upload.rate(nowMs),
			connectedForMs: nowMs - this.connectedAtMs,
			uploadedSinceUnchokeBytes: this.upload.totalBytes - this.sentAtUnchokeBytes,
			unchokedForMs: this.amChoking ? 0 : nowMs - this.unchokedAtMs,
		};
	}
}
