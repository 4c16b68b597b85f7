/**
 * What the session looks like at one moment: plain, immutable data for the dashboard,
 * headless output, `--json` and library users. Published snapshots are never changed.
 */
import type { Infohash } from '../primitives/infohash.js';

export const TORRENT_STATES = [
	'queued',
	'checking',
	'downloading',
	'seeding',
	'paused',
	'finished',
	'error',
] as const;
/** `finished`: complete and its seed goal reached, or complete and not seeding. */
export type TorrentState = (typeof TORRENT_STATES)[number];

export const FILE_PRIORITIES = ['off', 'low', 'normal', 'high'] as const;
export type FilePriority = (typeof FILE_PRIORITIES)[number];

/** Why a torrent is in the `error` state. `code` is stable (`STORAGE_DISK_FULL`, …). */
export interface TorrentProblem {
	readonly code: string;
	readonly message: string;
	/** The session tries again by itself when the cause goes away. */
	readonly resumesByItself: boolean;
	/** `force` would let it run (existing data in the way). */
	readonly canForce: boolean;
}

/** One line of the list. All rates in bytes per second, all sizes in bytes. */
export interface TorrentSnapshot {
	readonly infohash: Infohash;
	/** Cleaned for the terminal already. */
	readonly name: string;
	readonly state: TorrentState;
	/** Place in the queue, from 0. */
	readonly queuePosition: number;
	readonly totalBytes: number;
	/** Bytes of the files that are not switched off. */
	readonly wantedBytes: number;
	/** Verified bytes of the wanted files. */
	readonly doneBytes: number;
	/** 0 to 1: of the check while checking, of the wanted bytes otherwise. */
	readonly progress: number;
	readonly downloadRate: number;
	readonly uploadRate: number;
	/** Lifetime payload totals. */
	readonly downloadedBytes: number;
	readonly uploadedBytes: number;
	/** Received twice, unasked or with a bad hash. */
	readonly wastedBytes: number;
	/** Uploaded over downloaded (over size when it was never downloaded); 0 when nothing moved. */
	readonly ratio: number;
	/** Undefined when unknown. */
	readonly etaSeconds: number | undefined;
	/** Connected peers that are not seeds, connected seeds. */
	readonly peers: number;
	readonly seeds: number;
	/** What the trackers' last scrape or announce said; undefined when none told. */
	readonly swarmSeeds: number | undefined;
	readonly swarmPeers: number | undefined;
	/** Distributed copies among connected peers. */
	readonly availability: number;
	readonly problem: TorrentProblem | undefined;
	/** The last tracker error or warning, cleaned; undefined when all is well. */
	readonly trackerMessage: string | undefined;
	/** Host of the tracker in use, and seconds to its next announce. */
	readonly trackerHost: string | undefined;
	readonly nextAnnounceSeconds: number | undefined;
	readonly isPrivate: boolean;
	readonly isSequential: boolean;
	/** Milliseconds since 1970. */
	readonly addedAtMs: number;
	readonly completedAtMs: number | undefined;
	/** The `.torrent` it came from and where its data goes. */
	readonly torrentPath: string;
	readonly savePath: string;
}

export type TrackerState =
	| 'idle'
	| 'announcing'
	| 'ok'
	| 'warning'
	| 'failed'
	| 'standby'
	| 'unsupported';

export interface TrackerSnapshot {
	/** From 1, as people count. */
	readonly tier: number;
	/** URL without secrets: path and query keys that look like a passkey are `****`. */
	readonly url: string;
	/** The one in use of its tier. */
	readonly isActive: boolean;
	readonly state: TrackerState;
	readonly nextAnnounceSeconds: number | undefined;
	/** Seconds since the last answer. */
	readonly lastAnswerSeconds: number | undefined;
	readonly failures: number;
	/** Error or warning in the tracker's words, cleaned. */
	readonly message: string | undefined;
	/** Peers in the last answer. */
	readonly peers: number | undefined;
	readonly seeds: number | undefined;
	readonly leechers: number | undefined;
	readonly downloads: number | undefined;
}

export interface PeerSnapshot {
	/** `1.2.3.4:6881` or `[::1]:6881`. */
	readonly endpoint: string;
	/** Cleaned. */
	readonly client: string;
	readonly isIncoming: boolean;
	readonly amChoking: boolean;
	readonly amInterested: boolean;
	readonly peerChoking: boolean;
	readonly peerInterested: boolean;
	readonly isOptimistic: boolean;
	readonly isSnubbed: boolean;
	readonly isSeed: boolean;
	/** tracker, incoming, option, resume. */
	readonly source: string;
	/** 0 to 1. */
	readonly progress: number;
	readonly downloadRate: number;
	readonly uploadRate: number;
	readonly downloadedBytes: number;
	readonly uploadedBytes: number;
	/** Blocks we asked for and wait for; blocks they asked for and wait for. */
	readonly requestsOut: number;
	readonly requestsIn: number;
}

export interface FileSnapshot {
	/** Cleaned, `/` between elements. */
	readonly path: string;
	readonly lengthBytes: number;
	readonly doneBytes: number;
	readonly priority: FilePriority;
}

/** Everything the detail view shows; made only for torrents somebody watches. */
export interface TorrentDetail {
	readonly infohash: Infohash;
	readonly trackers: readonly TrackerSnapshot[];
	readonly peers: readonly PeerSnapshot[];
	readonly files: readonly FileSnapshot[];
	readonly pieceCount: number;
	readonly pieceLengthBytes: number;
	readonly havePieces: number;
	readonly comment: string | undefined;
}

export interface Notice {
	/** Grows by one each. */
	readonly id: number;
	readonly atMs: number;
	readonly level: 'info' | 'warn' | 'error';
	readonly area: string;
	readonly message: string;
	readonly infohash: Infohash | undefined;
}

/** How the engine itself is doing. */
export interface EngineStats {
	readonly eventLoopLagMs: number;
	readonly ringSlots: number;
	readonly ringFreeSlots: number;
	readonly diskQueue: number;
	readonly connections: number;
	readonly halfOpen: number;
}

export interface SessionSnapshot {
	/** Grows with every published snapshot. */
	readonly revision: number;
	readonly atMs: number;
	/** In queue order. Unchanged torrents keep their object from one snapshot to the next. */
	readonly torrents: readonly TorrentSnapshot[];
	readonly downloadRate: number;
	readonly uploadRate: number;
	readonly downloadLimit: number;
	readonly uploadLimit: number;
	/** The TCP port peers reach us on; undefined until it listens. */
	readonly port: number | undefined;
	/** Free bytes where downloads go; undefined when unknown. */
	readonly diskFreeBytes: number | undefined;
	/** The newest at the end; at most 200. */
	readonly notices: readonly Notice[];
	readonly stats: EngineStats;
}
