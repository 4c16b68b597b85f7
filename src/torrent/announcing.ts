/** A running torrent as its trackers see it: what they are told of it, what becomes of their peers. */
import { type Endpoint, formatEndpoint } from '../primitives/endpoint.js';
import type { Infohash } from '../primitives/infohash.js';
import type { LogLevel } from '../primitives/logger.js';
import type { AnnounceTotals } from '../tracker/announce.js';
import type { AnnouncedTorrent } from '../tracker/tracker-services.js';
import { TrackerSession } from '../tracker/tracker-session.js';
import type { Torrent } from './torrent.js';
import type { RunOptions } from './torrent-run.js';

/** Peers asked for in one announce, as long as there is room for them. */
const NUM_WANT = 80;

export function makeTrackers(torrent: Torrent, options: RunOptions): TrackerSession {
	const announced = new Announced(torrent, options);
	return new TrackerSession(announced, torrent.tiers, options.trackers);
}

class Announced implements AnnouncedTorrent {
	readonly #torrent: Torrent;
	readonly #options: RunOptions;

	constructor(torrent: Torrent, options: RunOptions) {
		this.#torrent = torrent;
		this.#options = options;
	}

	get infohash(): Infohash {
		return this.#torrent.infohash;
	}

	totals(): AnnounceTotals {
		const { pieces, totals } = this.#torrent;
		return {
			uploadedBytes: totals.sessionUploadedBytes,
			downloadedBytes: totals.sessionDownloadedBytes,
			leftBytes: Math.max(0, pieces.wantedBytes - pieces.wantedDoneBytes),
		};
	}

	numWant(): number {
		const connected = this.#torrent.activity?.swarm.size ?? 0;
		return connected < this.#options.host.maxPeers(this.#torrent) ? NUM_WANT : 0;
	}

	onPeers(peers: readonly Endpoint[]): void {
		const { ownEndpoints } = this.#options.engine;
		this.#torrent.found(peers.filter((peer) => !ownEndpoints.has(formatEndpoint(peer))));
	}

	onChange(): void {
		this.#options.host.onNews(this.#torrent);
	}

	log(level: LogLevel, message: string): void {
		this.#options.host.log(this.#torrent, level, 'tracker', message);
	}
}
