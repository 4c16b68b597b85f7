/** What is asked of a tracker and what comes back, whatever the transport (BEP 3, 15, 48). */
import type { Endpoint } from '../primitives/endpoint.js';
import type { Infohash } from '../primitives/infohash.js';

/** Bytes of payload since `started`, and bytes of wanted pieces still missing. */
export interface AnnounceTotals {
	readonly uploadedBytes: number;
	readonly downloadedBytes: number;
	readonly leftBytes: number;
}

export type AnnounceEvent = 'started' | 'completed' | 'stopped';

export interface AnnounceRequest extends AnnounceTotals {
	readonly infohash: Infohash;
	/** 20 bytes. */
	readonly peerId: Uint8Array;
	/** TCP port peers reach us on. */
	readonly port: number;
	/** Address to be told to peers instead of the one the tracker sees; most trackers ignore it. */
	readonly ip: string | undefined;
	/** 8 hex digits that prove to the tracker who we are when our address changes. */
	readonly key: string;
	readonly event: AnnounceEvent | undefined;
	readonly numWant: number;
	/** From an earlier answer, one character per byte. */
	readonly trackerId: string | undefined;
	/** Give up after this time even when the transport would wait longer: another tracker is next. */
	readonly patienceMs?: number | undefined;
}

export interface AnnounceResponse {
	/** 60 to 86,400. */
	readonly intervalSeconds: number;
	/** 1 to 86,400; undefined when the tracker set none. */
	readonly minIntervalSeconds: number | undefined;
	/** At most 1000, none with port 0. */
	readonly peers: readonly Endpoint[];
	/** Seeders and leechers of the swarm; undefined when not told. */
	readonly complete: number | undefined;
	readonly incomplete: number | undefined;
	/** Finished downloads ever. */
	readonly downloaded: number | undefined;
	readonly trackerId: string | undefined;
	/** Cleaned. */
	readonly warning: string | undefined;
}

export interface ScrapeResponse {
	readonly complete: number | undefined;
	readonly incomplete: number | undefined;
	readonly downloaded: number | undefined;
}

/** Most peers taken from one answer. */
export const MAX_PEERS = 1000;

const MIN_INTERVAL_SECONDS = 60;
const MAX_INTERVAL_SECONDS = 86_400;
/** What trackers mean when they say nothing. */
const DEFAULT_INTERVAL_SECONDS = 1800;

/** The announce interval in bounds, whatever the tracker said. */
export function clampInterval(seconds: number | undefined): number {
	if (seconds === undefined || !Number.isFinite(seconds)) return DEFAULT_INTERVAL_SECONDS;
	return Math.min(MAX_INTERVAL_SECONDS, Math.max(MIN_INTERVAL_SECONDS, seconds));
}

/** The `min interval` in bounds; undefined when there is none. */
export function clampMinInterval(seconds: number | undefined): number | undefined {
	if (seconds === undefined || !(seconds > 0)) return undefined;
	return Math.min(MAX_INTERVAL_SECONDS, seconds);
}
