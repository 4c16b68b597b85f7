/**
 * The HTTP seeds of one torrent (BEP 17, BEP 19): a few of them are asked beside the peers, the
 * others stand by. One that fails rests, longer each time; one that lies is not asked again.
 */
import { HttpSeed } from '../http-seed/http-seed.js';
import { httpSeedParts } from '../http-seed/http-seed-parts.js';
import type { SeedFailure } from '../http-seed/seed-failure.js';
import type { PlanParts } from '../http-seed/seed-part.js';
import { reachBesideTrackers } from '../http-seed/seed-reach.js';
import { webSeedParts } from '../http-seed/web-seed-parts.js';
import type { Metainfo } from '../metainfo/metainfo.js';
import { filePieces } from '../metainfo/piece-layout.js';
import type { HttpReach } from '../net/http-agents.js';
import type { HttpStreamer } from '../net/http-stream.js';
import type { RateGate } from '../net/rate-gate.js';
import type { Resolver } from '../net/resolver.js';
import { backoffMs } from '../primitives/backoff.js';
import { Bitfield } from '../primitives/bitfield.js';
import { cleanText } from '../primitives/clean-text.js';
import type { Clock, Random } from '../primitives/clock.js';
import type { BlockRequest } from './block-source.js';

/** Asked at one time; more would not be faster than a few good ones. */
const MAX_ACTIVE = 4;

/** After a failure; the longest rest still finds a server that comes back. */
const BACKOFF = { firstMs: 2000, maxMs: 30 * 60_000 };

/** Files a web seed may lack; each is found out with a request. */
const MAX_MISSING_FILES = 50;

/** How HTTP seeds are reached; one object for all torrents. */
export interface HttpSeedAccess {
	readonly streamer: HttpStreamer;
	readonly resolver: Resolver;
	/** Addresses of this machine and network are allowed for every torrent. */
	readonly allowsLocal: boolean;
}

export interface HttpSeedsPorts {
	readonly metainfo: Metainfo;
	/** 20 bytes. */
	readonly infohash: Uint8Array;
	readonly access: HttpSeedAccess;
	readonly gate: RateGate;
	readonly clock: Clock;
	readonly random: Random;
	/** Bandwidth turns are shared by this object. */
	readonly group: object;
	takeConnection(): boolean;
	freeConnection(): void;
	onJoined(seed: HttpSeed): void;
	onLeft(seed: HttpSeed): void;
	/** The bytes are valid during the call only. */
	onBlock(seed: HttpSeed, block: BlockRequest, bytes: Uint8Array): void;
	onWaste(bytes: number): void;
	onNotice(message: string): void;
}

/** One URL of the torrent and what is known of it. */
interface Candidate {
	readonly host: string;
	readonly planParts: PlanParts;
	bitfield: Bitfield;
	missingFiles: number;
	failures: number;
	restsUntilMs: number;
}

export class HttpSeeds {
	readonly #ports: HttpSeedsPorts;
	/** Those that may be asked, in the file's order. */
	readonly #candidates = new Set<Candidate>();
	readonly #active = new Map<HttpSeed, Candidate>();
	#reach: HttpReach;
	#isReachFinal: boolean;
	#isClosed = false;

	constructor(ports: HttpSeedsPorts) {
		this.#ports = ports;
		const { metainfo, infohash, access } = ports;
		this.#reach = access.allowsLocal ? 'anywhere' : 'public';
		this.#isReachFinal = access.allowsLocal;
		for (const url of metainfo.webSeeds) this.#add(url, webSeedParts(url, metainfo));
		for (const url of metainfo.httpSeeds) this.#add(url, httpSeedParts(url, infohash, metainfo));
	}

	/** Those that are asked at this moment. */
	get active(): Iterable<HttpSeed> {
		return this.#active.keys();
	}

	get activeCount(): number {
		return this.#active.size;
	}

	/** Once a second, and when a place became free. */
	tick(nowMs: number): void {
		for (const candidate of this.#candidates) {
			if (this.#isClosed || this.#active.size >= MAX_ACTIVE) return;
			if (candidate.restsUntilMs > nowMs) continue;
			if (!this.#ports.takeConnection()) return;
			this.#open(candidate, nowMs);
		}
	}

	/** It sent bad data: it is not asked again. */
	ban(seed: HttpSeed, reason: string): void {
		seed.close();
		this.#failed(seed, { type: 'refused', reason });
	}

	/** Ends all requests; no more are made. */
	close(): void {
		this.#isClosed = true;
		for (const seed of this.#active.keys()) {
			seed.close();
			this.#leave(seed);
		}
	}

	#add(url: string, planParts: PlanParts): void {
		this.#candidates.add({
			host: cleanText(new URL(url).host),
			planParts,
			bitfield: Bitfield.full(this.#ports.metainfo.pieceCount),
			missingFiles: 0,
			failures: 0,
			restsUntilMs: 0,
		});
	}

	#open(candidate: Candidate, nowMs: number): void {
		const { access, gate, group, clock, metainfo } = this.#ports;
		candidate.restsUntilMs = Number.POSITIVE_INFINITY;
		const seed = new HttpSeed(
			{
				streamer: access.streamer,
				gate,
				group,
				reach: this.#reach,
				pieceLengthBytes: metainfo.pieceLengthBytes,
				planParts: candidate.planParts,
				now: () => clock.now(),
				takeConnection: () => this.#ports.takeConnection(),
				freeConnection: () => this.#ports.freeConnection(),
				onBlock: (from, block, bytes) => this.#ports.onBlock(from, block, bytes),
				onWaste: (bytes) => this.#ports.onWaste(bytes),
				onFailed: (from, failure) => this.#failed(from, failure),
			},
			{ host: candidate.host, bitfield: candidate.bitfield, nowMs },
		);
		this.#active.set(seed, candidate);
		this.#ports.onJoined(seed);
	}

	#failed(seed: HttpSeed, failure: SeedFailure): void {
		const candidate = this.#active.get(seed);
		if (candidate === undefined) return;
		const nowMs = this.#ports.clock.now();
		this.#leave(seed);
		// One that sends something is not getting worse.
		candidate.failures = seed.blocksReceived > 0 ? 1 : candidate.failures + 1;
		const rest = backoffMs(candidate.failures, BACKOFF, this.#ports.random);
		switch (failure.type) {
			case 'refused':
				this.#giveUp(candidate, failure.reason);
				break;
			case 'forbidden':
				this.#forbidden(candidate, failure.reason);
				break;
			case 'missing':
				this.#missing(candidate, failure, nowMs + rest);
				break;
			case 'busy':
				candidate.restsUntilMs = nowMs + Math.max(failure.waitMs ?? rest, BACKOFF.firstMs / 2);
				break;
			case 'broken':
				candidate.restsUntilMs = nowMs + rest;
				break;
		}
		this.tick(nowMs);
	}

	/** What a server lacks is not asked of it again; the rest of its files is. */
	#missing(
		candidate: Candidate,
		{ fileIndex, reason }: Extract<SeedFailure, { type: 'missing' }>,
		restsUntilMs: number,
	): void {
		const pieces =
			fileIndex === undefined ? undefined : filePieces(this.#ports.metainfo, fileIndex);
		if (pieces === undefined) {
			// A program that does not know the torrent may know it later.
			candidate.restsUntilMs = restsUntilMs;
			this.#ports.onNotice(`HTTP seed ${candidate.host} ${reason}`);
			return;
		}
		const bitfield = candidate.bitfield.clone();
		for (let piece = pieces.first; piece <= pieces.last; piece++) bitfield.clear(piece);
		candidate.bitfield = bitfield;
		if (++candidate.missingFiles > MAX_MISSING_FILES || bitfield.count === 0) {
			this.#giveUp(candidate, `${reason} for what it should have`);
		} else {
			candidate.restsUntilMs = 0;
		}
	}

	/** Where the torrent's tracker is, its HTTP seeds may be: found out when one needs it. */
	#forbidden(candidate: Candidate, reason: string): void {
		if (this.#isReachFinal) {
			this.#giveUp(candidate, `${reason}: refused without --allow-local`);
			return;
		}
		const { access, metainfo, clock } = this.#ports;
		const decide = (reach: HttpReach): void => {
			this.#isReachFinal = true;
			this.#reach = reach;
			candidate.restsUntilMs = 0;
			if (!this.#isClosed) this.tick(clock.now());
		};
		reachBesideTrackers(metainfo.tiers, access.resolver).then(decide, () => decide('public'));
	}

	#giveUp(candidate: Candidate, reason: string): void {
		this.#candidates.delete(candidate);
		this.#ports.onNotice(`HTTP seed ${candidate.host} ${reason}: not used any more`);
	}

	#leave(seed: HttpSeed): void {
		if (!this.#active.delete(seed)) return;
		this.#ports.freeConnection();
		this.#ports.onLeft(seed);
	}
}
