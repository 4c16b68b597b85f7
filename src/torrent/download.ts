/**
 * The download side of one torrent: keeps the request pipelines of peers and HTTP seeds full, gathers blocks,
 * has finished pieces hashed and written, and finds out who sent bad ones.
 */
import {
	BLOCK_BYTES,
	blockBytes,
	blockCount,
	type PieceLayout,
	pieceBytes,
} from '../metainfo/piece-layout.js';
import type { BlockRef, PiecePicker } from '../piece-picker/piece-picker.js';
import type { BlockRing, TorrentStorage } from '../storage/storage.js';
import type { BlockRequest, BlockSource } from './block-source.js';
import type { Peer } from './peer.js';
import { PieceBuffers } from './piece-buffers.js';
import { SmartBan } from './smart-ban.js';

/** Without a block for this long, what we asked a peer for is asked of others. */
const SNUB_AFTER_MS = 30_000;

/** Blocks and rejects nobody asked for: a few are misunderstandings, many are an attack. */
const MAX_UNASKED = 500;

/** Answers to requests we took back, still to come, that are not held against a peer. */
const MAX_WITHDRAWN = 2000;

/**
 * What a peer may send before any piece with its help was verified: a liar costs no more. After the
 * time it is trusted all the same, because its pieces may be waiting for others.
 */
const PROBATION_PIECES = 2;
const PROBATION_BLOCKS = 16;
const PROBATION_MS = 10_000;

/** After a refusal: asking the same peer the same thing at once would go in circles. */
const REST_AFTER_REJECT_MS = 1000;

/** Who is best asked for long runs waits for room, unless it has nothing else to do. */
const MIN_RUN_BLOCKS = 16;

/** Of the ring, for the requests of one peer: what it sent must have room too until it is written. */
const MAX_RING_SHARE = 0.5;

/** How much one call for room moves to the disk. */
const SPILL_BLOCKS = 256;

/** Block indexes are packed into one number with the piece; no piece has more blocks than this. */
const BLOCK_SPAN = 65536;

export interface DownloadPorts {
	readonly picker: PiecePicker<BlockSource>;
	readonly layout: PieceLayout;
	readonly ring: BlockRing;
	readonly storage: TorrentStorage;
	now(): number;
	/** True while the global download limit holds peers back: they are not slow by themselves. */
	isThrottled(): boolean;
	peers(): Iterable<BlockSource>;
	/** A piece is verified and written. */
	onPiece(piece: number): void;
	/** Received for nothing: duplicates, unasked blocks, bad pieces. */
	onWaste(bytes: number): void;
	onBadPeer(peer: BlockSource, reason: string): void;
	onDiskError(error: unknown): void;
	onNotice(message: string): void;
	/** The ring is full: every torrent should make room. */
	onPressure(): void;
}

export class Download {
	readonly #ports: DownloadPorts;
	readonly #buffers: PieceBuffers<BlockSource>;
	readonly #smartBan = new SmartBan<BlockSource>();
	/** Answers without a question; below 0 while answers to withdrawn requests may still come. */
	readonly #unasked = new WeakMap<BlockSource, number>();
	#pendingWrites = 0;
	#writingSlots = 0;
	readonly #whenSettled: (() => void)[] = [];
	#isStopped = false;

	constructor(ports: DownloadPorts) {
		this.#ports = ports;
		this.#buffers = new PieceBuffers(ports.layout, ports.ring);
	}

	get pendingWrites(): number {
		return this.#pendingWrites;
	}

	/** Ring slots of finished pieces that are being hashed and written. */
	get writingSlots(): number {
		return this.#writingSlots;
	}

	/** Asks a peer for more when its pipeline has run half empty. */
	fill(peer: BlockSource): void {
		const { picker, ring } = this.#ports;
		if (this.#isStopped || !peer.amInterested || peer.isClosed) return;
		const onlyPieces = peer.peerChoking ? peer.allowedFast : undefined;
		if (onlyPieces !== undefined && onlyPieces.size === 0) return;
		const now = this.#ports.now();
		if (now < peer.restsUntilMs) return;
		const depth = Math.min(peer.depth(now), ring.slotCount * MAX_RING_SHARE);
		const outstanding = peer.outstanding.size;
		if (outstanding > depth / 2 && outstanding > 0) return;
		if (ring.freeCount === 0) {
			this.#ports.onPressure();
			return;
		}
		const allowance = this.#allowance(peer, now) - outstanding;
		const count = Math.min(depth - outstanding, allowance, ring.freeCount);
		if (count <= 0) return;
		const { runAfter } = peer;
		if (runAfter !== undefined && count < MIN_RUN_BLOCKS && outstanding > 0) return;
		const picked = picker.pick(peer, peer.bitfield, count, {
			isSnubbed: peer.isSnubbed,
			...(runAfter === undefined ? {} : { runAfter }),
			...(onlyPieces === undefined ? {} : { onlyPieces }),
		});
		this.#request(peer, picked, now);
	}

	fillAll(): void {
		for (const peer of this.#ports.peers()) this.fill(peer);
	}

	/** Where the payload of an arriving block goes; undefined when it is not wanted. */
	blockStart(
		peer: BlockSource,
		piece: number,
		offset: number,
		lengthBytes: number,
	): Uint8Array | undefined {
		const block = offset / BLOCK_BYTES;
		const isWhole =
			Number.isInteger(block) && lengthBytes === blockBytes(this.#ports.layout, piece, block);
		// A newcomer may not push data into pieces that others are asked for: it is on probation.
		const isTrusted = peer.isProven || peer.outstanding.has(piece * BLOCK_SPAN + block);
		const view =
			isWhole && isTrusted && !this.#isStopped
				? this.#buffers.startBlock(piece, block, peer, this.#ports.now())
				: undefined;
		if (view === undefined) {
			this.#ports.onWaste(lengthBytes);
			this.#countUnasked(peer);
		}
		return view;
	}

	blockEnd(peer: BlockSource, piece: number, offset: number, lengthBytes: number): void {
		const now = this.#ports.now();
		const block = offset / BLOCK_BYTES;
		peer.download.add(lengthBytes, now);
		const wasAsked = peer.outstanding.delete(piece * BLOCK_SPAN + block);
		if (!this.#buffers.endBlock(piece, block, peer, now)) {
			if (wasAsked) this.#ports.picker.release(peer, piece, block);
			this.fill(peer);
			return;
		}
		const unasked = this.#unasked.get(peer) ?? 0;
		if (unasked > 0) this.#unasked.set(peer, unasked - 1);
		peer.lastBlockAtMs = now;
		peer.blocksReceived++;
		peer.isSnubbed = false;
		const { others, isPieceComplete } = this.#ports.picker.received(peer, piece, block);
		for (const other of others) this.#cancel(other, piece, block, now);
		if (isPieceComplete) this.#finish(piece);
		this.fill(peer);
	}

	/** The peer said no (BEP 6), or its piece is gone: ask somebody else. */
	rejected(peer: Peer, piece: number, offset: number): void {
		const block = offset / BLOCK_BYTES;
		this.#countUnasked(peer);
		if (!peer.outstanding.delete(piece * BLOCK_SPAN + block)) return;
		peer.restsUntilMs = this.#ports.now() + REST_AFTER_REJECT_MS;
		peer.allowedFast.delete(piece);
		this.#void(peer, piece, block);
	}

	/** It choked us or is to be asked for less: everything outstanding is asked of others. */
	releaseAll(peer: BlockSource): void {
		const keys = [...peer.outstanding.keys()];
		peer.outstanding.clear();
		this.#expectLate(peer, keys.length);
		for (const key of keys) this.#void(peer, Math.floor(key / BLOCK_SPAN), key % BLOCK_SPAN);
	}

	peerLeft(peer: BlockSource): void {
		this.#buffers.abandon(peer);
		this.releaseAll(peer);
		this.#ports.picker.releaseAll(peer);
	}

	/** What a proven liar sent of pieces that are not whole yet is asked of others. */
	distrust(peer: BlockSource): void {
		for (const { piece, block } of this.#buffers.forget(peer)) {
			this.#ports.picker.discard(piece, block);
		}
	}

	/** Once a second: finds snubbing peers and tops up pipelines that stood still. */
	tick(nowMs: number): void {
		for (const peer of this.#ports.peers()) {
			if (peer.outstanding.size === 0) {
				this.fill(peer);
				continue;
			}
			const [askedAtMs = nowMs] = peer.outstanding.values();
			const silentMs = nowMs - Math.max(askedAtMs, peer.lastBlockAtMs);
			if (silentMs < SNUB_AFTER_MS || this.#ports.isThrottled()) continue;
			peer.isSnubbed = true;
			for (const key of peer.outstanding.keys()) {
				const [piece, block] = [Math.floor(key / BLOCK_SPAN), key % BLOCK_SPAN];
				peer.cancel(this.#requestFor(piece, block), nowMs);
			}
			this.releaseAll(peer);
			this.fillAll();
		}
	}

	/** Moves received blocks of unfinished pieces to the disk, to make room in the ring. */
	relieve(untouchedForMs: number): void {
		const before = this.#ports.now() - untouchedForMs;
		for (const job of this.#buffers.takeSpill(SPILL_BLOCKS, before)) {
			this.#ports.storage
				.spill(job.piece, job.block, job.slot)
				.catch((error: unknown) => this.#ports.onDiskError(error));
		}
	}

	/** Nothing is asked or accepted any more; blocks of unfinished pieces are given up. */
	stop(): void {
		const { picker } = this.#ports;
		this.#isStopped = true;
		for (const peer of this.#ports.peers()) peer.outstanding.clear();
		this.#buffers.clear();
		// Their blocks must be asked for again by whoever downloads next.
		picker.restore(picker.have.clone());
	}

	/** Resolves when no piece is being written any more. */
	async settled(): Promise<void> {
		if (this.#pendingWrites > 0)
			await new Promise<void>((resolve) => this.#whenSettled.push(resolve));
	}

	/** A block or a reject that does not help: blocks that do make up for it, one for one. */
	#countUnasked(peer: BlockSource): void {
		const unasked = (this.#unasked.get(peer) ?? 0) + 1;
		this.#unasked.set(peer, unasked);
		if (unasked > MAX_UNASKED) this.#ports.onBadPeer(peer, 'sends what nobody asked for');
	}

	/** Answers to what was taken back may be on their way. */
	#expectLate(peer: BlockSource, answers: number): void {
		const unasked = (this.#unasked.get(peer) ?? 0) - answers;
		this.#unasked.set(peer, Math.max(-MAX_WITHDRAWN, unasked));
	}

	/** How many blocks a peer may have outstanding, as far as trust goes. */
	#allowance(peer: BlockSource, now: number): number {
		if (peer.isProven || now - peer.connectedAtMs > PROBATION_MS) return Number.POSITIVE_INFINITY;
		const pieceBlocks = blockCount(this.#ports.layout, 0);
		const quota = Math.max(PROBATION_BLOCKS, PROBATION_PIECES * pieceBlocks);
		return Math.max(0, quota - peer.blocksReceived);
	}

	#request(peer: BlockSource, picked: readonly BlockRef[], now: number): void {
		const requests: BlockRequest[] = [];
		for (const { piece, block } of picked) {
			if (!this.#buffers.reserve(piece, block, now)) {
				this.#ports.picker.release(peer, piece, block);
				continue;
			}
			peer.outstanding.set(piece * BLOCK_SPAN + block, now);
			requests.push(this.#requestFor(piece, block));
		}
		if (requests.length > 0) peer.request(requests, now);
	}

	#void(peer: BlockSource, piece: number, block: number): void {
		this.#ports.picker.release(peer, piece, block);
		if (this.#ports.picker.requestedBy(piece, block).length === 0) {
			this.#buffers.unreserve(piece, block);
		}
	}

	#cancel(peer: BlockSource, piece: number, block: number, now: number): void {
		if (peer.outstanding.delete(piece * BLOCK_SPAN + block)) {
			this.#expectLate(peer, 1);
			peer.cancel(this.#requestFor(piece, block), now);
		}
	}

	#requestFor(piece: number, block: number): BlockRequest {
		return {
			piece,
			offsetBytes: block * BLOCK_BYTES,
			lengthBytes: blockBytes(this.#ports.layout, piece, block),
		};
	}

	#finish(piece: number): void {
		const finished = this.#buffers.finish(piece);
		if (finished === undefined) return;
		const senders = finished.senders.filter((sender) => sender !== undefined);
		const slots = finished.slots.length;
		const wantBlockHashes = this.#smartBan.needsBlockHashes(piece);
		this.#pendingWrites++;
		this.#writingSlots += slots;
		this.#ports.storage.writePiece(piece, finished.slots, { wantBlockHashes }).then(
			({ isValid, blockHashes }) => {
				this.#written(slots);
				if (isValid) this.#verified(piece, senders, blockHashes);
				else this.#failed(piece, senders, blockHashes);
			},
			(error: unknown) => {
				this.#written(slots);
				this.#ports.picker.pieceFailed(piece);
				this.#ports.onDiskError(error);
			},
		);
	}

	#written(slots: number): void {
		this.#pendingWrites--;
		this.#writingSlots -= slots;
		if (this.#pendingWrites > 0) return;
		for (const settled of this.#whenSettled.splice(0)) settled();
	}

	#verified(
		piece: number,
		senders: readonly BlockSource[],
		blockHashes: Uint8Array | undefined,
	): void {
		this.#ports.picker.pieceVerified(piece);
		const liars = this.#smartBan.pieceVerified(piece, senders, blockHashes);
		for (const peer of liars) this.#ports.onBadPeer(peer, `sent bad data in piece ${piece}`);
		for (const sender of senders) {
			if (sender.isProven) continue;
			sender.isProven = true;
			this.fill(sender);
		}
		this.#ports.onPiece(piece);
	}

	#failed(
		piece: number,
		senders: readonly BlockSource[],
		blockHashes: Uint8Array | undefined,
	): void {
		this.#ports.onWaste(pieceBytes(this.#ports.layout, piece));
		this.#ports.onNotice(`piece ${piece} failed its hash check, downloading it again`);
		this.#ports.picker.pieceFailed(piece);
		for (const sender of senders) sender.blocksReceived = 0;
		if (blockHashes !== undefined) {
			const liars = this.#smartBan.pieceFailed(piece, senders, blockHashes);
			for (const peer of liars) this.#ports.onBadPeer(peer, `sent bad data in piece ${piece}`);
		}
		for (const suspect of this.#smartBan.takeSuspects()) {
			suspect.drop('had a part in too many bad pieces');
		}
		this.fillAll();
	}
}
