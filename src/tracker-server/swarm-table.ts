/**
 * Who is in which swarm: the memory of a tracker. Pure; time and chance are arguments.
 * Bounded: peers that stay silent expire, and the swarm that was asked about longest ago makes room.
 */
import type { Random } from '../primitives/clock.js';
import { compactEndpoint, type Endpoint } from '../primitives/endpoint.js';
import type { Infohash } from '../primitives/infohash.js';
import type { AnnounceEvent } from '../tracker/announce.js';
import { type ListedPeer, PeerList } from './peer-list.js';

export interface SwarmLimits {
	/** Over all swarms. */
	readonly maxPeers: number;
	readonly maxTorrents: number;
	/** Most peers in one answer. */
	readonly maxNumWant: number;
	/** A peer that does not announce for this long is gone. */
	readonly peerLifetimeMs: number;
}

export interface SwarmAnnounce {
	readonly infohash: Infohash;
	/** 20 bytes. */
	readonly peerId: Uint8Array;
	/** Where it listens; the port is not 0. Two families are two peers. */
	readonly endpoint: Endpoint;
	readonly leftBytes: number;
	readonly event: AnnounceEvent | undefined;
	/** Negative leaves it to the tracker. */
	readonly numWant: number;
}

export interface SwarmCounts {
	readonly complete: number;
	readonly incomplete: number;
	/** Downloads finished while we looked. */
	readonly downloaded: number;
}

export interface SwarmAnswer extends SwarmCounts {
	/** Never the asker; a seed gets no seeds. */
	readonly peers: readonly ListedPeer[];
}

const DEFAULT_NUM_WANT = 50;
const NO_COUNTS: SwarmCounts = { complete: 0, incomplete: 0, downloaded: 0 };

interface Peer extends ListedPeer {
	isSeed: boolean;
	hasCompleted: boolean;
	expiresAt: number;
}

interface Swarm {
	/** Oldest announce first. */
	readonly peersByAddress: Map<string, Peer>;
	readonly seeds: PeerList;
	readonly leechers: PeerList;
	downloaded: number;
	expiresAt: number;
}

export class SwarmTable {
	readonly #limits: SwarmLimits;
	readonly #random: Random;
	/** Oldest announce first. */
	readonly #swarms = new Map<Infohash, Swarm>();
	#peerCount = 0;

	constructor(limits: SwarmLimits, random: Random) {
		this.#limits = limits;
		this.#random = random;
	}

	get peerCount(): number {
		return this.#peerCount;
	}

	get torrentCount(): number {
		return this.#swarms.size;
	}

	/** Notes the peer (or forgets it, when it stopped) and draws others for it. */
	announce(request: SwarmAnnounce, nowMs: number): SwarmAnswer {
		const compact = compactEndpoint(request.endpoint);
		const hasStopped = request.event === 'stopped';
		const known = this.#swarms.get(request.infohash);
		if (compact === undefined || (known === undefined && hasStopped)) {
			return { ...NO_COUNTS, peers: [] };
		}
		const swarm = known ?? this.#newSwarm();
		this.#expirePeers(swarm, nowMs);
		const address = Buffer.from(compact).toString('latin1');
		const before = swarm.peersByAddress.get(address);
		if (before !== undefined) this.#remove(swarm, address, before);
		if (hasStopped) return { ...counts(swarm), peers: [] };
		if (request.event === 'completed' && before?.hasCompleted !== true) swarm.downloaded++;
		const isSeed = request.leftBytes === 0;
		const peer: Peer = {
			compact,
			peerId: request.peerId,
			index: 0,
			isSeed,
			hasCompleted: before?.hasCompleted === true || request.event === 'completed',
			expiresAt: nowMs + this.#limits.peerLifetimeMs,
		};
		this.#touch(request.infohash, swarm, nowMs);
		this.#makeRoom();
		this.#add(swarm, address, peer);
		return { ...counts(swarm), peers: this.#draw(swarm, peer, request.numWant) };
	}

	/** Undefined for a torrent nobody announced. */
	scrape(infohash: Infohash, nowMs: number): SwarmCounts | undefined {
		const swarm = this.#swarms.get(infohash);
		if (swarm === undefined) return undefined;
		this.#expirePeers(swarm, nowMs);
		return counts(swarm);
	}

	/** Forgets swarms nobody announced to for a peer's lifetime. Costs only what it forgets. */
	expire(nowMs: number): void {
		for (const [infohash, swarm] of this.#swarms) {
			if (swarm.expiresAt > nowMs) return;
			this.#drop(infohash, swarm);
		}
	}

	#newSwarm(): Swarm {
		return {
			peersByAddress: new Map(),
			seeds: new PeerList(),
			leechers: new PeerList(),
			downloaded: 0,
			expiresAt: 0,
		};
	}

	#touch(infohash: Infohash, swarm: Swarm, nowMs: number): void {
		swarm.expiresAt = nowMs + this.#limits.peerLifetimeMs;
		this.#swarms.delete(infohash);
		this.#swarms.set(infohash, swarm);
	}

	/** For one more peer in the newest swarm. */
	#makeRoom(): void {
		for (const [infohash, swarm] of this.#swarms) {
			const tooManyTorrents = this.#swarms.size > this.#limits.maxTorrents;
			if (!tooManyTorrents && this.#peerCount < this.#limits.maxPeers) return;
			if (tooManyTorrents || this.#swarms.size > 1) this.#drop(infohash, swarm);
			else this.#removeOldest(swarm);
		}
	}

	#drop(infohash: Infohash, swarm: Swarm): void {
		this.#peerCount -= swarm.peersByAddress.size;
		this.#swarms.delete(infohash);
	}

	#removeOldest(swarm: Swarm): void {
		for (const [address, peer] of swarm.peersByAddress) {
			this.#remove(swarm, address, peer);
			return;
		}
	}

	#expirePeers(swarm: Swarm, nowMs: number): void {
		for (const [address, peer] of swarm.peersByAddress) {
			if (peer.expiresAt > nowMs) return;
			this.#remove(swarm, address, peer);
		}
	}

	#add(swarm: Swarm, address: string, peer: Peer): void {
		swarm.peersByAddress.set(address, peer);
		(peer.isSeed ? swarm.seeds : swarm.leechers).add(peer);
		this.#peerCount++;
	}

	#remove(swarm: Swarm, address: string, peer: Peer): void {
		swarm.peersByAddress.delete(address);
		(peer.isSeed ? swarm.seeds : swarm.leechers).remove(peer);
		this.#peerCount--;
	}

	/** Leechers get both kinds in the proportion of the swarm. */
	#draw(swarm: Swarm, asker: Peer, numWant: number): readonly ListedPeer[] {
		const wanted = numWant < 0 ? DEFAULT_NUM_WANT : numWant;
		const count = Math.min(wanted, this.#limits.maxNumWant);
		const { seeds, leechers } = swarm;
		if (asker.isSeed) return leechers.sample(count, asker, this.#random);
		const total = seeds.size + leechers.size;
		const fromSeeds = seeds.sample(
			Math.ceil((count * seeds.size) / Math.max(1, total)),
			asker,
			this.#random,
		);
		const rest = leechers.sample(count - fromSeeds.length, asker, this.#random);
		return [...fromSeeds, ...rest];
	}
}

function counts(swarm: Swarm): SwarmCounts {
	return {
		complete: swarm.seeds.size,
		incomplete: swarm.leechers.size,
		downloaded: swarm.downloaded,
	};
}
