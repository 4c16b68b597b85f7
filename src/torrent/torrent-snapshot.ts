/**
 * What one torrent looks like at one moment: plain, immutable data. Text in it that came from
 * strangers is already cleaned for the terminal.
 */
import type { Infohash } from '../primitives/infohash.js';
import type { TrackerStatus } from '../tracker/tracker-status.js';

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
	/** Connected peers that are not seeds; connected seeds, HTTP seeds that are asked among them. */
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

/** One tracker URL, as the tracker client tells it. */
export type TrackerSnapshot = TrackerStatus;

export interface PeerSnapshot {
	/** `1.2.3.4:6881` or `[::1]:6881`; the host, and a port that is not usual, of an HTTP seed. */
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
	/** tracker, incoming, option, resume; http for an HTTP seed. */
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
