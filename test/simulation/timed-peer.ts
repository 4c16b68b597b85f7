/** A peer on a virtual clock: the program's picker, choker and request depth, and an uplink. */
import { Choker } from '../../src/choker/choker.js';
import { blockBytes, blockCount, type PieceLayout } from '../../src/metainfo/piece-layout.js';
import { requestDepth } from '../../src/peer/request-depth.js';
import { PiecePicker } from '../../src/piece-picker/piece-picker.js';
import { Bitfield } from '../../src/primitives/bitfield.js';
import type { Random } from '../../src/primitives/clock.js';
import type { LinkEnd } from './virtual-link.js';

/** The program's times, see torrent/swarm.ts and torrent/download.ts. */
const CHOKE_ROUND_MS = 10_000;
const EXTRA_ROUND_MS = 1000;
const FULL_ROUND_MS = 3000;
const SNUB_AFTER_MS = 30_000;

export interface TimedPlan {
	readonly isSeed: boolean;
	readonly uploadBytesPerSecond: number;
	readonly uploadSlots: number;
}

export interface TimedPorts {
	readonly layout: PieceLayout;
	readonly random: Random;
	now(): number;
	/** Cancels arrive with the next step, not at once. */
	cancel(at: LinkEnd, key: number): void;
}

export class TimedPeer {
	readonly plan: TimedPlan;
	readonly picker: PiecePicker<LinkEnd>;
	readonly links: LinkEnd[] = [];
	completedAtMs: number | undefined;
	receivedBytes = 0;
	wastedBytes = 0;
	sentBytes = 0;
	readonly #ports: TimedPorts;
	readonly #choker: Choker<LinkEnd>;
	readonly #blocksPerPiece: number;
	/** Those that wait for blocks, next one first. */
	#line: LinkEnd[] = [];
	#creditBytes = 0;
	#nextRoundMs: number;
	#lastRoundMs = Number.NEGATIVE_INFINITY;

	constructor(plan: TimedPlan, ports: TimedPorts) {
		this.plan = plan;
		this.#ports = ports;
		this.picker = new PiecePicker<LinkEnd>({ layout: ports.layout, random: ports.random });
		if (plan.isSeed) this.picker.restore(Bitfield.full(ports.layout.pieceCount));
		this.#choker = new Choker<LinkEnd>({ random: ports.random });
		this.#blocksPerPiece = blockCount(ports.layout, 0);
		this.#nextRoundMs = ports.random() * EXTRA_ROUND_MS;
	}

	/** A connection was made; both sides have sent their fields. */
	joined(link: LinkEnd): void {
		this.links.push(link);
		this.picker.peerHas(link.other.owner.picker.have);
	}

	/** Once both sides know the link. */
	lookAt(link: LinkEnd): void {
		const isInteresting = this.picker.isInteresting(link.other.owner.picker.have);
		if (isInteresting === link.amInterested) return;
		link.amInterested = isInteresting;
		link.other.owner.#interestChanged(link.other);
		if (isInteresting) this.fill(link);
	}

	/** Decides on choking when it is time, and finds peers that send nothing. */
	tick(): void {
		const now = this.#ports.now();
		if (now >= this.#nextRoundMs) this.#chokeRound(now);
		for (const link of this.links) {
			if (link.outstanding.size === 0) {
				if (link.amInterested) this.fill(link);
				continue;
			}
			const [askedAtMs = now] = link.outstanding.values();
			if (now - Math.max(askedAtMs, link.lastBlockAtMs) < SNUB_AFTER_MS) continue;
			link.isSnubbed = true;
			for (const key of link.outstanding.keys()) this.#ports.cancel(link.other, key);
			this.#release(link);
			for (const other of this.links) if (other.amInterested) this.fill(other);
		}
	}

	/** Sends what the uplink takes in `stepMs`, a block to each in turn. */
	send(stepMs: number): void {
		const perStep = (this.plan.uploadBytesPerSecond * stepMs) / 1000;
		this.#creditBytes = Math.min(this.#creditBytes + perStep, Math.max(perStep * 2, 16_384));
		let served = 0;
		while (this.#creditBytes > 0 && served < this.#line.length) {
			const link = this.#line[served++];
			if (link === undefined) break;
			const [key] = link.requests;
			if (key === undefined) {
				link.isInLine = false;
				continue;
			}
			link.requests.delete(key);
			const bytes = this.#bytesOf(key);
			this.#creditBytes -= bytes;
			this.sentBytes += bytes;
			link.upload.add(bytes, this.#ports.now());
			this.#line.push(link);
			link.other.owner.#receive(link.other, key, bytes);
		}
		this.#line = this.#line.slice(served);
		// Nothing to send now: an idle uplink is not made up for later.
		if (this.#line.length === 0) this.#creditBytes = Math.min(this.#creditBytes, 0);
	}

	/** Asks a peer for more when its pipeline has run half empty. */
	fill(link: LinkEnd): void {
		if (!link.amInterested || link.other.amChoking) return;
		const now = this.#ports.now();
		const depth = requestDepth({
			rateBytesPerSecond: link.download.rate(now),
			blocksReceived: link.blocksReceived,
			peerReqq: 2000,
			isSnubbed: link.isSnubbed,
		});
		const outstanding = link.outstanding.size;
		if (outstanding > 0 && outstanding > depth / 2) return;
		const { isSnubbed } = link;
		const field = link.other.owner.picker.have;
		for (const { piece, block } of this.picker.pick(link, field, depth - outstanding, {
			isSnubbed,
		})) {
			const key = piece * this.#blocksPerPiece + block;
			link.outstanding.set(key, now);
			link.other.owner.#requested(link.other, key);
		}
	}

	#requested(link: LinkEnd, key: number): void {
		link.requests.add(key);
		if (link.isInLine) return;
		link.isInLine = true;
		this.#line.push(link);
	}

	#receive(link: LinkEnd, key: number, bytes: number): void {
		const now = this.#ports.now();
		link.download.add(bytes, now);
		link.outstanding.delete(key);
		link.lastBlockAtMs = now;
		link.isSnubbed = false;
		this.receivedBytes += bytes;
		const piece = Math.floor(key / this.#blocksPerPiece);
		const block = key % this.#blocksPerPiece;
		const { isNew, others, isPieceComplete } = this.picker.received(link, piece, block);
		if (isNew) link.blocksReceived++;
		else this.wastedBytes += bytes;
		for (const other of others) {
			other.outstanding.delete(key);
			this.#ports.cancel(other.other, key);
		}
		if (isPieceComplete) this.#verified(piece, now);
		this.fill(link);
	}

	#verified(piece: number, now: number): void {
		this.picker.pieceVerified(piece);
		if (this.picker.isComplete) this.completedAtMs ??= now;
		for (const link of this.links) {
			const neighbour = link.other.owner;
			neighbour.picker.peerGained(piece);
			if (!link.other.amInterested) neighbour.lookAt(link.other);
			if (link.amInterested) this.lookAt(link);
		}
	}

	#chokeRound(now: number): void {
		this.#lastRoundMs = now;
		this.#nextRoundMs = now + CHOKE_ROUND_MS;
		const { unchoked } = this.#choker.plan(
			this.links.map((link) => link.candidate(now)),
			{ slots: this.plan.uploadSlots, isSeeding: this.picker.isComplete, nowMs: now },
		);
		for (const link of this.links) {
			const isChoking = !unchoked.has(link);
			if (link.amChoking === isChoking) continue;
			link.amChoking = isChoking;
			if (isChoking) {
				link.requests.clear();
				link.other.owner.#release(link.other);
			} else {
				link.unchokedAtMs = now;
				link.sentAtUnchokeBytes = link.upload.totalBytes;
				link.other.blocksReceived = 0;
				link.other.owner.fill(link.other);
			}
		}
	}

	/** The other end began or ended to be interested. */
	#interestChanged(link: LinkEnd): void {
		const isInterested = link.other.amInterested;
		if (isInterested !== link.amChoking) return;
		const now = this.#ports.now();
		const used = this.links.reduce((count, one) => count + (one.amChoking ? 0 : 1), 0);
		const isFull = isInterested && used >= this.plan.uploadSlots;
		const soonMs = isFull ? now + FULL_ROUND_MS : this.#lastRoundMs + EXTRA_ROUND_MS;
		this.#nextRoundMs = Math.min(this.#nextRoundMs, soonMs);
	}

	#release(link: LinkEnd): void {
		link.outstanding.clear();
		this.picker.releaseAll(link);
	}

	#bytesOf(key: number): number {
		const piece = Math.floor(key / this.#blocksPerPiece);
		return blockBytes(this.#ports.layout, piece, key % this.#blocksPerPiece);
	}
}
