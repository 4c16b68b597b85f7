/** What a torrent knows of one connected peer: the protocol's four flags, its pieces, its requests. */
import type { PeerConnection } from '../peer/peer-connection.js';
import { Bitfield } from '../primitives/bitfield.js';
import { clientName } from '../primitives/peer-id.js';
import { RateMeter } from '../primitives/rate-meter.js';

export interface BlockRequest {
	readonly piece: number;
	readonly offsetBytes: number;
	readonly lengthBytes: number;
}

export type PeerSource = 'tracker' | 'incoming' | 'option' | 'resume';

/** What the other side may have outstanding at us unless it says otherwise (BEP 10 `reqq`). */
const DEFAULT_REQUEST_QUEUE = 250;

/** Rates decide chokes and request depth: long enough to be calm, short enough to follow. */
const RATE_WINDOW_MS = 5000;

export class Peer {
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

	readonly download: RateMeter = new RateMeter(RATE_WINDOW_MS);
	readonly upload: RateMeter = new RateMeter(RATE_WINDOW_MS);

	/** Our requests it has not answered: block key -> when asked. In order of asking. */
	readonly outstanding: Map<number, number> = new Map();
	blocksReceived = 0;
	/** It helped to a verified piece: until then it is trusted with little. */
	isProven = false;
	lastBlockAtMs: number;
	/** It said no to a request: not asked again before. */
	restsUntilMs = 0;

	/** Its requests we have not served, oldest first. */
	readonly requests: BlockRequest[] = [];
	isServing = false;
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

	send(bytes: Uint8Array, nowMs: number): void {
		this.connection.send(bytes, nowMs);
	}
}
