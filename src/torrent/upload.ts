/**
 * The upload side of one torrent: takes requests, refuses what it must, and serves blocks in order
 * as fast as the socket and the global upload limit let them go.
 */
import { type PieceLayout, pieceBytes } from '../metainfo/piece-layout.js';
import type { GateMember, RateGate } from '../net/rate-gate.js';
import type { TorrentStorage } from '../storage/storage.js';
import { encodePieceHeader, encodeReject } from '../wire/encoder.js';
import type { BlockRequest, Peer } from './peer.js';

/** What we tell peers they may have outstanding (`reqq`), and what we keep at most. */
export const OUR_REQUEST_QUEUE = 2000;

/** The largest block anybody asks for in practice; BEP 3 clients close above it. */
const MAX_REQUEST_BYTES = 128 * 1024;

/** Refused requests in a row; a deep pipeline that crosses our choke is below it. */
const MAX_REFUSALS = 2 * OUR_REQUEST_QUEUE;

/** Stop reading from disk for a peer that has this much waiting in its socket. */
const SOCKET_HIGH_BYTES = 1024 * 1024;

export interface UploadPorts {
	readonly layout: PieceLayout;
	readonly storage: TorrentStorage;
	readonly gate: RateGate;
	readonly group: object;
	now(): number;
	hasPiece(piece: number): boolean;
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
		const dropped = peer.requests.splice(0);
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
				peer.requests.shift();
				gate.took(request.lengthBytes, this.#ports.group);
				const isWarm = await this.#send(peer, request);
				if (isWarm) continue;
				// The disk took its time: let what is gathered go before reading on.
				connection.stream.uncork();
				connection.stream.cork();
			}
		} finally {
			connection.stream.uncork();
		}
	}

	async #send(peer: Peer, request: BlockRequest): Promise<boolean> {
		const { piece, offsetBytes, lengthBytes } = request;
		const askedAt = this.#ports.now();
		try {
			const lease = await this.#ports.storage.read(piece, offsetBytes, lengthBytes);
			const now = this.#ports.now();
			const { connection } = peer;
			connection.send(encodePieceHeader(piece, offsetBytes, lengthBytes), now);
			connection.send(lease.bytes, now, () => lease.release());
			peer.upload.add(lengthBytes, now);
			this.#ports.onSent(peer, lengthBytes);
			return now - askedAt < 0.2;
		} catch (error) {
			if (peer.connection.supportsFast) peer.send(encodeReject(request), this.#ports.now());
			this.#ports.onReadError(piece, error);
			return false;
		}
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
