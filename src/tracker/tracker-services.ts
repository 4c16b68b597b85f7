/** What a torrent's tracker session needs around it: what all of them share, and the torrent itself. */
import type { Clock, Random } from '../primitives/clock.js';
import type { Endpoint } from '../primitives/endpoint.js';
import type { Infohash } from '../primitives/infohash.js';
import type { LogLevel } from '../primitives/logger.js';
import type { AnnounceTotals } from './announce.js';
import type { AnnounceLine } from './announce-line.js';
import type { DueTimes } from './due-times.js';
import type { TrackerTransport } from './tracker-transports.js';

/** What the tracker sessions of all torrents share. */
export interface TrackerServices {
	/** 20 bytes. */
	readonly peerId: Uint8Array;
	readonly transports: TrackerTransport;
	readonly clock: Clock;
	readonly random: Random;
	/** Told to trackers as ours. */
	readonly ip: string | undefined;
	/** Who announces now. */
	readonly line: AnnounceLine;
	/** When who is due. */
	readonly dueTimes: DueTimes;
	/** Undefined until the listener is up. */
	port(): number | undefined;
}

/** The torrent that is announced. */
export interface AnnouncedTorrent {
	readonly infohash: Infohash;
	totals(): AnnounceTotals;
	/** 0 means enough peers. */
	numWant(): number;
	/** `trackerUrl` is unredacted: an identity, not for people. Our own endpoint may be among them. */
	onPeers(peers: readonly Endpoint[], trackerUrl: string): void;
	/** `status()` may have changed. */
	onChange(): void;
	log(level: LogLevel, message: string): void;
}
