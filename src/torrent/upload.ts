/**
 * The upload side of one torrent: takes requests, refuses what it must, and serves blocks in order
 * as fast as the socket and the global upload limit let them go.
 */
import { BLOCK_BYTES, blockBytes, type PieceLayout, pieceBytes } from '../metainfo/piece-layout.js';
import type { GateMember, RateGate } from '../net/rate-gate.js';
import type { BlocksLease, TorrentStorage } from '../storage/storage.js';
import { encodePieceHeader, encodeReject, writePieceHeader } from '../wire/encoder.js';
import { PIECE_HEADER_BYTES } from '../wire/message.js';
import type { BlockRequest } from './block-source.js';
import type { Peer } from './peer.js';

/** What we tell peers they may have outstanding (`reqq`), and what we keep at most. */
export const OUR_REQUEST_QUEUE = 2000;

/** The largest block anybody asks for in practice; BEP 3 clients close above it. */
const MAX_REQUEST_BYTES = 128 * 1024;

/** Refused requests in a row; a deep pipeline that crosses our choke is below it. */
const MAX_REFUSALS = 2 * OUR_REQUEST_QUEUE;

/** Stop reading from disk for a peer that has this much waiting in its socket. */
const SOCKET_HIGH_BYTES = 1024 * 1024;

/** Blocks handed to the socket as one piece of memory, while no limit asks for smaller turns. */
const MAX_RUN_BLOCKS = 16;

/** So many requests ahead of what is sent the disk is asked to read: 1 MiB of blocks. */
const PREFETCH_REQUESTS = 64;
/** Asked for together: small pieces that lie here and there cost a message to the disk thread each. */
const PREFETCH_BATCH = 16;

export interface UploadPorts {
	readonly layout: PieceLayout;
	readonly storage: TorrentStorage;
	readonly gate: RateGate;
	readonly group: object;
	now(): number;
	readonly hasPiece: (piece: number) => boolean;
	onSent(peer: Peer, bytes: number): void;
	onReadError(piece: number, error: unknown): void;
}

export class Upload {
	readonly #ports: UploadPorts;
	readonly #members = new WeakMap<Peer, GateMember>();
	readonly #refusals = new WeakMap<Peer, number>();

	constructor(ports: UploadPorts) {
		this.#ports = ports;
	}

	/** A peer asks for a block. */
	requested(peer: Peer, request: BlockRequest): void {
		if (!this.#isServable(peer, request)) {
			this.#refuse(peer, request);
			return;
		}
		this.#refusals.delete(peer);
		peer.requests.push(request);
		this.pump(peer);
	}

	cancelled(peer: Peer, request: BlockRequest): void {
		const at = peer.requests.findIndex(
			(queued) =>
				queued.piece === request.piece &&
				queued.offsetBytes === request.offsetBytes &&
				queued.lengthBytes === request.lengthBytes,
		);
		if (at === -1) return;
		peer.requests.splice(at, 1);
		// BEP 6: every request is answered, a cancelled one with a reject.
		if (peer.connection.supportsFast) peer.send(encodeReject(request), this.#ports.now());
	}

	/** We choke this peer: what it still waits for is void. */
	choked(peer: Peer): void {
		const dropped = this.#takeFirst(peer, peer.requests.length);
		const kept = dropped.filter((request) => peer.grantedFast.has(request.piece));
		peer.requests.push(...kept);
		if (!peer.connection.supportsFast) return;
		for (const request of dropped) {
			if (!peer.grantedFast.has(request.piece)) peer.send(encodeReject(request), this.#ports.now());
		}
	}

	/** Sends as much as may go now. */
	pump(peer: Peer): void {
		if (peer.isServing || peer.requests.length === 0) return;
		peer.isServing = true;
		this.#serve(peer)
			.catch((error: unknown) => {
				peer.connection.close(error instanceof Error ? error.message : 'upload failed');
			})
			.finally(() => {
				peer.isServing = false;
			});
	}

	peerLeft(peer: Peer): void {
		peer.requests.length = 0;
		peer.prefetchedRequests = 0;
		const member = this.#members.get(peer);
		if (member !== undefined) this.#ports.gate.leave(member);
	}

	async #serve(peer: Peer): Promise<void> {
		const { connection } = peer;
		const { gate } = this.#ports;
		connection.stream.cork();
		try {
			while (!connection.isClosed && connection.stream.bufferedBytes < SOCKET_HIGH_BYTES) {
				const request = peer.requests[0];
				if (request === undefined || !gate.enter(this.#member(peer))) return;
				gate.took(request.lengthBytes, this.#ports.group);
				const maxBlocks = gate.isLimited ? 1 : MAX_RUN_BLOCKS;
				const isWarm = await this.#send(peer, request, maxBlocks);
				if (isWarm) continue;
				// The disk took its time: let what is gathered go before reading on.
				connection.stream.uncork();
				connection.stream.cork();
			}
		} finally {
			connection.stream.uncork();
		}
	}

	/** Answers the first request, and those after it that follow in memory; true without waiting. */
	async #send(peer: Peer, request: BlockRequest, maxBlocks: number): Promise<boolean> {
		try {
			this.#prefetch(peer);
			const run = this.#runLength(peer.requests, maxBlocks);
			if (run === 0) return await this.#sendRange(peer, request);
			const { storage, hasPiece } = this.#ports;
			const block = request.offsetBytes / BLOCK_BYTES;
			const ready = storage.lease(request.piece, block, run, hasPiece);
			const lease = ready instanceof Promise ? await ready : ready;
			// While the disk was read, requests may have been cancelled or refused.
			const count = Math.min(lease.blockCount, this.#runLength(peer.requests, run));
			if (peer.requests[0] === request && !peer.connection.isClosed)
				this.#sendBlocks(peer, this.#takeFirst(peer, count), lease);
			else lease.release();
			return lease === ready;
		} catch (error) {
			if (peer.requests[0] === request) {
				this.#takeFirst(peer, 1);
				if (peer.connection.supportsFast) peer.send(encodeReject(request), this.#ports.now());
			}
			this.#ports.onReadError(request.piece, error);
			return false;
		}
	}

	/** Writes the heads into the frames and hands both over as one. */
	#sendBlocks(peer: Peer, requests: readonly BlockRequest[], lease: BlocksLease): void {
		const now = this.#ports.now();
		let bytes = 0;
		for (const request of requests) {
			writePieceHeader(lease.frames, bytes, request);
			bytes += PIECE_HEADER_BYTES + request.lengthBytes;
		}
		const payloadBytes = bytes - requests.length * PIECE_HEADER_BYTES;
		peer.connection.send(lease.frames.subarray(0, bytes), now, () => lease.release());
		peer.upload.add(payloadBytes, now);
		this.#ports.onSent(peer, payloadBytes);
	}

	/** A range that is not a whole block: no client in wide use asks for one. */
	async #sendRange(peer: Peer, request: BlockRequest): Promise<boolean> {
		const { piece, offsetBytes, lengthBytes } = request;
		const bytes = await this.#ports.storage.read(piece, offsetBytes, lengthBytes);
		if (peer.requests[0] !== request) return false;
		this.#takeFirst(peer, 1);
		const now = this.#ports.now();
		peer.send(encodePieceHeader(piece, offsetBytes, lengthBytes), now);
		peer.send(bytes, now);
		peer.upload.add(lengthBytes, now);
		this.#ports.onSent(peer, lengthBytes);
		return false;
	}

	/** How many requests from `first` on are whole blocks that follow each other in the payload. */
	#runLength(requests: readonly BlockRequest[], maxBlocks: number, first = 0): number {
		let expected: number | undefined;
		for (let run = 0; run < maxBlocks; run++) {
			const request = requests[first + run];
			if (request === undefined || !this.#isWholeBlock(request)) return run;
			const start = request.piece * this.#ports.layout.pieceLengthBytes + request.offsetBytes;
			if (expected !== undefined && start !== expected) return run;
			expected = start + request.lengthBytes;
		}
		return maxBlocks;
	}

	#isWholeBlock({ piece, offsetBytes, lengthBytes }: BlockRequest): boolean {
		const block = offsetBytes / BLOCK_BYTES;
		return Number.isInteger(block) && lengthBytes === blockBytes(this.#ports.layout, piece, block);
	}

	/** Has the disk read what this peer will get next. */
	#prefetch(peer: Peer): void {
		if (peer.prefetchedRequests > PREFETCH_REQUESTS - PREFETCH_BATCH) return;
		const { storage, hasPiece } = this.#ports;
		const { requests } = peer;
		const end = Math.min(PREFETCH_REQUESTS, requests.length);
		for (let at = peer.prefetchedRequests; at < end; ) {
			const run = this.#runLength(requests, MAX_RUN_BLOCKS, at);
			const request = requests[at];
			if (request === undefined) break;
			const block = Math.floor(request.offsetBytes / BLOCK_BYTES);
			storage.prefetch(request.piece, block, run, hasPiece);
			at += Math.max(1, run);
		}
		peer.prefetchedRequests = Math.max(peer.prefetchedRequests, end);
	}

	/** The first requests are done with, however they ended. */
	#takeFirst(peer: Peer, count: number): BlockRequest[] {
		peer.prefetchedRequests = Math.max(0, peer.prefetchedRequests - count);
		return peer.requests.splice(0, count);
	}

	#isServable(peer: Peer, request: BlockRequest): boolean {
		const { piece, offsetBytes, lengthBytes } = request;
		return (
			lengthBytes > 0 &&
			lengthBytes <= MAX_REQUEST_BYTES &&
			offsetBytes + lengthBytes <= pieceBytes(this.#ports.layout, piece) &&
			this.#ports.hasPiece(piece) &&
			(!peer.amChoking || peer.grantedFast.has(piece)) &&
			peer.requests.length < OUR_REQUEST_QUEUE
		);
	}

	#refuse(peer: Peer, request: BlockRequest): void {
		const refusals = (this.#refusals.get(peer) ?? 0) + 1;
		this.#refusals.set(peer, refusals);
		if (refusals > MAX_REFUSALS) {
			peer.connection.close('asks for what it cannot have, again and again');
		} else if (peer.connection.supportsFast) {
			peer.send(encodeReject(request), this.#ports.now());
		}
	}

	#member(peer: Peer): GateMember {
		const known = this.#members.get(peer);
		if (known !== undefined) return known;
		const member: GateMember = { group: this.#ports.group, onTurn: () => this.pump(peer) };
		this.#members.set(peer, member);
		return member;
	}
}
