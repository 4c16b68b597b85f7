/** Who gets how many of the session's connections and upload slots, refreshed every few seconds. */
import type { Infohash } from '../primitives/infohash.js';
import type { Torrent } from '../torrent/torrent.js';
import type { SessionOptions } from './session-options.js';
import { type SlotDemand, shareConnections, shareUploadSlots } from './slots.js';

/** What a torrent has before its share is known. */
const FIRST_CONNECTIONS = 20;
const FIRST_UPLOAD_SLOTS = 4;

export class Shares {
	readonly #options: Pick<
		SessionOptions,
		'maxConnections' | 'maxConnectionsPerTorrent' | 'uploadSlots'
	>;
	#connections: ReadonlyMap<Infohash, number> = new Map();
	#uploadSlots: ReadonlyMap<Infohash, number> = new Map();
	/** Connections that are in nobody's share: for whom they come first. */
	#unshared = 0;
	#used = 0;

	constructor(
		options: Pick<SessionOptions, 'maxConnections' | 'maxConnectionsPerTorrent' | 'uploadSlots'>,
	) {
		this.#options = options;
	}

	get usedConnections(): number {
		return this.#used;
	}

	/** Its own share and whatever nobody has a use for: a seed nobody knew of may become wanted. */
	maxPeers(infohash: Infohash): number {
		const { maxConnections, maxConnectionsPerTorrent } = this.#options;
		const own = maxConnectionsPerTorrent > 0 ? maxConnectionsPerTorrent : Number.MAX_SAFE_INTEGER;
		if (maxConnections <= 0) return own;
		const share = this.#connections.get(infohash) ?? FIRST_CONNECTIONS;
		return Math.min(own, share + this.#unshared);
	}

	uploadSlotsOf(infohash: Infohash): number {
		// The choker takes 0 for no limit; a torrent always has one.
		return Math.max(1, this.#uploadSlots.get(infohash) ?? FIRST_UPLOAD_SLOTS);
	}

	takeConnection(): boolean {
		const max = this.#options.maxConnections;
		if (max > 0 && this.#used >= max) return false;
		this.#used++;
		return true;
	}

	freeConnection(): void {
		this.#used--;
	}

	/**
	 * Torrents that are left out have what a new one has.
	 * @param awake - those with peers, or that look for some
	 */
	refresh(awake: Iterable<Torrent>, nowMs: number): void {
		const demands = Array.from(awake, (torrent) => this.#demand(torrent, nowMs));
		this.#connections = shareConnections(demands, this.#options.maxConnections);
		let shared = 0;
		for (const share of this.#connections.values()) shared += share;
		this.#unshared = Math.max(0, this.#options.maxConnections - shared);
		this.#uploadSlots = shareUploadSlots(demands, this.#options.uploadSlots);
	}

	#demand(torrent: Torrent, nowMs: number): SlotDemand {
		const swarm = torrent.activity?.swarm;
		let interestedPeers = 0;
		for (const peer of swarm?.peers ?? []) if (peer.peerInterested) interestedPeers++;
		return {
			infohash: torrent.infohash,
			isComplete: torrent.isComplete,
			connectedPeers: swarm?.size ?? 0,
			knownPeers: torrent.activity?.book.size ?? 0,
			interestedPeers,
			bytesPerSecond: torrent.totals.download.rate(nowMs) + torrent.totals.upload.rate(nowMs),
			maxConnections: this.#options.maxConnectionsPerTorrent,
		};
	}
}
