/**
 * What the session looks like at one moment: plain, immutable data for the dashboard,
 * headless output, `--json` and library users. Published snapshots are never changed.
 */
import type { Infohash } from '../primitives/infohash.js';
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
