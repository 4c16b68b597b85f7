/**
 * What the session looks like at one moment: plain, immutable data for the dashboard,
 * headless output, `--json` and library users. Published snapshots are never changed.
 */
import type { Infohash } from '../primitives/infohash.js';
import type { LagSummary } from '../primitives/lag-samples.js';
import type { ReadCacheStats } from '../storage/storage.js';
import type { TorrentSnapshot } from '../torrent/torrent-snapshot.js';

export type {
	FilePriority,
	FileSnapshot,
	PeerSnapshot,
	TorrentDetail,
	TorrentProblem,
	TorrentSnapshot,
	TorrentState,
	TrackerSnapshot,
} from '../torrent/torrent-snapshot.js';
export { FILE_PRIORITIES, TORRENT_STATES } from '../torrent/torrent-snapshot.js';
export type { TrackerState } from '../tracker/tracker-status.js';

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
	/** Of the thread the sockets are on. */
	readonly eventLoopLag: LagSummary;
	/** Blocks of 16 KiB between network and disk. */
	readonly ringSlots: number;
	readonly ringFreeSlots: number;
	/** Jobs of all disk threads, waiting or running. */
	readonly diskQueue: number;
	/** Payload of those jobs. */
	readonly diskQueueBytes: number;
	/** Threads that read and write blocks. */
	readonly diskWorkers: number;
	readonly readCache: ReadCacheStats;
	readonly connections: number;
	readonly halfOpen: number;
	/** 0 is no limit. */
	readonly maxConnections: number;
	/** Memory of the whole process. */
	readonly rssBytes: number;
	/** Since the session was started. */
	readonly uptimeSeconds: number;
	/** Publications that another thread did not take in time; a newer one took their place. */
	readonly skippedSnapshots: number;
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
