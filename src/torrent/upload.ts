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
import type { RequestQueue } from './request-queue.js';

/** What we tell peers they may have outstanding (`reqq`), and what we keep at most. */
export const OUR_REQUEST_QUEUE = 2000;

/** The largest block anybody asks for in practice; BEP 3 clients close above it. */
const MAX_REQUEST_BYTES = 128 * 1024;

/** Refused requests in a row; a deep pipeline that crosses our choke is below it. */
const MAX_REFUSALS = 2 * OUR_REQUEST_QUEUE;

/** Stop reading from disk for a peer that has this much waiting in its socket. */
const SOCKET_HIGH_BYTES = 1024 * 1024;

/** Blocks handed to the socket as one piece of memory; under a limit no more than a turn allows. */
const MAX_RUN_BLOCKS = 16;

/** So many requests ahead of what is sent the disk is asked to read: 1 MiB of blocks. */
const PREFETCH_REQUESTS = 64;
/** Asked for together: a line of the read cache, when pieces are small. */
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

	constructor(ports: UploadPorts) {
		this.#ports = ports;
	}

	/** A peer asks for a block. */
	requested(peer: Peer, request: BlockRequest): void {
		if (!this.#isServable(peer, request)) {
			this.#refuse(peer, request);
			return;
		}
		peer.refusals = 0;
		peer.requests.push(request);
		this.#planPump(peer);
	}

	cancelled(peer: Peer, request: BlockRequest): void {
		if (!peer.requests.remove(request)) return;
		// BEP 6: every request is answered, a cancelled one with a reject.
		if (peer.connection.supportsFast) peer.send(encodeReject(request), this.#ports.now());
	}

	/** We choke this peer: what it still waits for is void. */
	choked(peer: Peer): void {
		peer.prefetchedRequests = 0;
		for (const request of peer.requests.clear()) {
			if (peer.grantedFast.has(request.piece)) peer.requests.push(request);
			else if (peer.connection.supportsFast) peer.send(encodeReject(request), this.#ports.now());
		}
	}

	/** Sends as much as may go now. */
	pump(peer: Peer): void {
		if (peer.isServing || peer.requests.length === 0) return;
		const { connection } = peer;
		connection.stream.cork();
		try {
			while (this.#serveNext(peer));
		} catch (error) {
			connection.close(error instanceof Error ? error.message : 'upload failed');
		} finally {
			connection.stream.uncork();
		}
	}

	peerLeft(peer: Peer): void {
		peer.requests.clear();
		peer.prefetchedRequests = 0;
		if (peer.uploadTurn !== undefined) this.#ports.gate.leave(peer.uploadTurn);
	}

	/** Requests come many in a chunk: they are looked at together when all are read. */
	#planPump(peer: Peer): void {
		if (peer.isServing || peer.isServingPlanned) return;
		if (peer.connection.stream.bufferedBytes >= SOCKET_HIGH_BYTES) return;
		peer.isServingPlanned = true;
		queueMicrotask(() => {
			peer.isServingPlanned = false;
			this.pump(peer);
		});
	}

	/** Answers the first request, and those after it that follow in memory; false: enough for now. */
	#serveNext(peer: Peer): boolean {
		const { connection, requests } = peer;
		if (connection.isClosed || connection.stream.bufferedBytes >= SOCKET_HIGH_BYTES) return false;
		const { gate, storage, group } = this.#ports;
		const request = requests.at(0);
		if (request === undefined || !gate.enter(this.#member(peer))) return false;
		gate.took(request.lengthBytes, group);
		this.#prefetch(peer);
		const most = Math.min(MAX_RUN_BLOCKS, Math.floor(gate.turnBytes / BLOCK_BYTES));
		const count = this.#wholeBlocks(requests, most);
		if (count === 0) {
			this.#whenRead(peer, request, this.#sendRange(peer, request));
			return false;
		}
		const ready = storage.lease(requests, count);
		if (!(ready instanceof Promise)) {
			this.#sendBlocks(peer, ready.blockCount, ready);
			return true;
		}
		peer.comingUploadBytes = (count - 1) * BLOCK_BYTES;
		const wanted = Array.from({ length: count }, (_, at) => requests.at(at));
		const sent = ready.then((lease) => {
			// While the disk was read, requests may have been cancelled or refused.
			let still = 0;
			while (still < lease.blockCount && requests.at(still) === wanted[still]) still++;
			if (still > 0 && !connection.isClosed) this.#sendBlocks(peer, still, lease);
			else lease.release();
		});
		this.#whenRead(peer, request, sent);
		return false;
	}

	/** The disk takes its time: what is gathered goes meanwhile, and then the rest. */
	#whenRead(peer: Peer, request: BlockRequest, sent: Promise<void>): void {
		peer.isServing = true;
		sent
			.catch((error: unknown) => {
				if (peer.requests.at(0) === request) {
					this.#dropFirst(peer, 1);
					if (peer.connection.supportsFast) peer.send(encodeReject(request), this.#ports.now());
				}
				this.#ports.onReadError(request.piece, error);
			})
			.catch((error: unknown) => {
				peer.connection.close(error instanceof Error ? error.message : 'upload failed');
			})
			.finally(() => {
				peer.isServing = false;
				peer.comingUploadBytes = 0;
				this.pump(peer);
			});
	}

	/** Writes the heads into the frames and hands both over as one. */
	#sendBlocks(peer: Peer, count: number, lease: BlocksLease): void {
		const now = this.#ports.now();
		const firstBytes = peer.requests.at(0)?.lengthBytes ?? 0;
		let bytes = 0;
		for (let at = 0; at < count; at++) {
			const request = peer.requests.at(at);
			if (request === undefined) break;
			writePieceHeader(lease.frames, bytes, request);
			bytes += PIECE_HEADER_BYTES + request.lengthBytes;
		}
		this.#dropFirst(peer, count);
		const payloadBytes = bytes - count * PIECE_HEADER_BYTES;
		// The first was counted when the turn began.
		this.#ports.gate.took(payloadBytes - firstBytes, this.#ports.group);
		const isAll = bytes === lease.frames.byteLength;
		const frames = isAll ? lease.frames : lease.frames.subarray(0, bytes);
		peer.connection.send(frames, now, () => lease.release());
		peer.upload.add(payloadBytes, now);
		this.#ports.onSent(peer, payloadBytes);
	}

	/** A range that is not a whole block: no client in wide use asks for one. */
	async #sendRange(peer: Peer, request: BlockRequest): Promise<void> {
		const { piece, offsetBytes, lengthBytes } = request;
		const bytes = await this.#ports.storage.read(piece, offsetBytes, lengthBytes);
		if (peer.requests.at(0) !== request) return;
		this.#dropFirst(peer, 1);
		const now = this.#ports.now();
		peer.send(encodePieceHeader(piece, offsetBytes, lengthBytes), now);
		peer.send(bytes, now);
		peer.upload.add(lengthBytes, now);
		this.#ports.onSent(peer, lengthBytes);
	}

	/** How many of the first requests are whole blocks. */
	#wholeBlocks(requests: RequestQueue, most: number): number {
		for (let count = 0; count < most; count++) {
			const request = requests.at(count);
			if (request === undefined || !this.#isWholeBlock(request)) return count;
		}
		return most;
	}

	#isWholeBlock({ piece, offsetBytes, lengthBytes }: BlockRequest): boolean {
		const block = offsetBytes / BLOCK_BYTES;
		return Number.isInteger(block) && lengthBytes === blockBytes(this.#ports.layout, piece, block);
	}

	/** Has the disk read what this peer will get next. */
	#prefetch(peer: Peer): void {
		const from = peer.prefetchedRequests;
		if (from > PREFETCH_REQUESTS - PREFETCH_BATCH) return;
		const to = Math.min(PREFETCH_REQUESTS, peer.requests.length);
		if (to <= from) return;
		this.#ports.storage.prefetch(peer.requests, from, to);
		peer.prefetchedRequests = to;
	}

	/** The first requests are done with, however they ended. */
	#dropFirst(peer: Peer, count: number): void {
		peer.prefetchedRequests = Math.max(0, peer.prefetchedRequests - count);
		peer.requests.drop(count);
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
		if (++peer.refusals > MAX_REFUSALS) {
			peer.connection.close('asks for what it cannot have, again and again');
		} else if (peer.connection.supportsFast) {
			peer.send(encodeReject(request), this.#ports.now());
		}
	}

	#member(peer: Peer): GateMember {
		peer.uploadTurn ??= {
			group: this.#ports.group,
			onTurn: () => this.pump(peer),
			get comingBytes() {
				return peer.comingUploadBytes;
			},
		};
		return peer.uploadTurn;
	}
}
