/** What a torrent knows of one connected peer: the protocol's four flags, its pieces, its requests. */
import type { GateMember } from '../net/rate-gate.js';
import type { PeerConnection } from '../peer/peer-connection.js';
import { requestDepth } from '../peer/request-depth.js';
import { Bitfield } from '../primitives/bitfield.js';
import { clientName } from '../primitives/peer-id.js';
import { RateMeter } from '../primitives/rate-meter.js';
import { encodeCancel, encodeRequests } from '../wire/encoder.js';
import type { BlockRequest, BlockSource } from './block-source.js';
import { RequestQueue } from './request-queue.js';

export type PeerSource = 'tracker' | 'incoming' | 'option' | 'resume';

/** What the other side may have outstanding at us unless it says otherwise (BEP 10 `reqq`). */
const DEFAULT_REQUEST_QUEUE = 250;

/** Rates decide chokes and request depth: long enough to be calm, short enough to follow. */
const RATE_WINDOW_MS = 5000;

export class Peer implements BlockSource {
	readonly connection: PeerConnection;
	readonly source: PeerSource;
	readonly connectedAtMs: number;
	bitfield: Bitfield;
	/** True once it told its pieces in any way. */
	hasToldPieces = false;

	amChoking = true;
	amInterested = false;
	peerChoking = true;
	peerInterested = false;
	isOptimistic = false;
	isSnubbed = false;
	/** BEP 21: it will not download. */
	isUploadOnly = false;

	/** Cleaned when shown; from the extension handshake, else from the peer id. */
	client: string;
	/** Its `reqq`: how many of our requests it keeps. */
	requestQueueLimit: number = DEFAULT_REQUEST_QUEUE;
	/** Pieces it lets us have while it chokes us, and pieces we let it have (BEP 6). */
	readonly allowedFast: Set<number> = new Set();
	readonly grantedFast: Set<number> = new Set();

	/** Blocks of any piece are as good to it as others. */
	readonly runAfter = undefined;
	readonly download: RateMeter = new RateMeter(RATE_WINDOW_MS);
	readonly upload: RateMeter = new RateMeter(RATE_WINDOW_MS);

	readonly outstanding: Map<number, number> = new Map();
	blocksReceived = 0;
	isProven = false;
	lastBlockAtMs: number;
	restsUntilMs = 0;

	/** Its requests we have not served, oldest first. */
	readonly requests: RequestQueue = new RequestQueue();
	/** How many of the first of them the disk was asked to read ahead. */
	prefetchedRequests = 0;
	/** The disk reads what it gets next. */
	isServing = false;
	/** It is served at the end of this turn. */
	isServingPlanned = false;
	/** Requests in a row that were refused. */
	refusals = 0;
	/** Messages of it that made us look at every piece. */
	costlyMessages = 0;
	/** Its place in the line for the upload limit; made with its first request. */
	uploadTurn: GateMember | undefined;
	/** What it will be sent when the disk has read it, beyond the first block. */
	comingUploadBytes = 0;
	unchokedAtMs = 0;
	uploadedAtUnchokeBytes = 0;
	/** Neither side wants anything since. */
	idleSinceMs: number;

	constructor(
		connection: PeerConnection,
		options: { readonly source: PeerSource; readonly pieceCount: number; readonly nowMs: number },
	) {
		this.connection = connection;
		this.source = options.source;
		this.connectedAtMs = options.nowMs;
		this.lastBlockAtMs = options.nowMs;
		this.idleSinceMs = options.nowMs;
		this.bitfield = new Bitfield(options.pieceCount);
		this.client = clientName(connection.peerId);
	}

	get isSeed(): boolean {
		return this.bitfield.isFull;
	}

	get isClosed(): boolean {
		return this.connection.isClosed;
	}

	depth(nowMs: number): number {
		return requestDepth({
			rateBytesPerSecond: this.download.rate(nowMs),
			blocksReceived: this.blocksReceived,
			peerReqq: this.requestQueueLimit,
			isSnubbed: this.isSnubbed,
		});
	}

	request(blocks: readonly BlockRequest[], nowMs: number): void {
		this.send(encodeRequests(blocks), nowMs);
	}

	cancel(block: BlockRequest, nowMs: number): void {
		this.send(encodeCancel(block), nowMs);
	}

	drop(reason: string): void {
		this.connection.close(reason);
	}

	send(bytes: Uint8Array, nowMs: number): void {
		this.connection.send(bytes, nowMs);
	}
}
