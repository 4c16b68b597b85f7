/** What headless output tells: the same events as text lines and as `--json` objects. */
import type { TorrentState } from '../../session/snapshot.js';

/** Said of one torrent. */
interface AboutTorrent {
	readonly infohash: string;
	readonly name: string;
}

/** The torrent is new here. */
export interface AddedEvent extends AboutTorrent {
	readonly type: 'added';
	readonly totalBytes: number;
	readonly torrentPath: string;
	readonly savePath: string;
	readonly isPrivate: boolean;
}

/** It changed to this state; `error` has its own event. */
export interface StateEvent extends AboutTorrent {
	readonly type: Exclude<TorrentState, 'error'>;
	/** 0 to 1. */
	readonly progress: number;
}

/** Its last wanted byte was downloaded and verified. */
export interface CompletedEvent extends AboutTorrent {
	readonly type: 'completed';
	readonly totalBytes: number;
	readonly downloadedBytes: number;
	readonly savePath: string;
}

export interface ErrorEvent extends AboutTorrent {
	readonly type: 'error';
	/** Stable, such as `STORAGE_DISK_FULL`. */
	readonly code: string;
	readonly message: string;
	readonly resumesByItself: boolean;
	readonly canForce: boolean;
}

export interface RemovedEvent extends AboutTorrent {
	readonly type: 'removed';
}

/** A tracker failed or warned. */
export interface TrackerEvent extends AboutTorrent {
	readonly type: 'tracker';
	readonly host: string | undefined;
	readonly message: string;
}

/** The session says something worth reading. */
export interface NoticeEvent {
	readonly type: 'notice';
	readonly level: 'info' | 'warn' | 'error';
	readonly area: string;
	readonly message: string;
	readonly infohash: string | undefined;
}

/** Something happened to a file of the watched folder. */
export interface FileEvent {
	readonly type: 'file';
	readonly path: string;
	/** The ledger's word. */
	readonly outcome: string;
	readonly message: string;
	readonly infohash: string | undefined;
}

/** Peers can reach us. */
export interface ListeningEvent {
	readonly type: 'listening';
	readonly port: number;
}

/** How everything stands. Rates in bytes per second. */
export interface SummaryEvent {
	readonly type: 'summary';
	readonly torrents: Readonly<Record<TorrentState, number>>;
	readonly totalBytes: number;
	readonly doneBytes: number;
	readonly downloadRate: number;
	readonly uploadRate: number;
	readonly peers: number;
	readonly seeds: number;
	/** Of all downloads; undefined when unknown or nothing downloads. */
	readonly etaSeconds: number | undefined;
	readonly diskFreeBytes: number | undefined;
}

/** How the program itself is doing; in `--json` only. See `EngineStats` for what each means. */
export interface StatsEvent {
	readonly type: 'stats';
	readonly eventLoopLagP50Ms: number;
	readonly eventLoopLagP99Ms: number;
	readonly eventLoopLagMaxMs: number;
	readonly ringSlots: number;
	readonly ringUsedSlots: number;
	readonly diskQueueJobs: number;
	readonly diskQueueBytes: number;
	readonly diskWorkers: number;
	readonly readCacheBytes: number;
	readonly readCacheUsedBytes: number;
	readonly readCachePinnedBytes: number;
	readonly readCacheHits: number;
	readonly readCacheMisses: number;
	readonly connections: number;
	readonly halfOpen: number;
	/** 0 is no limit. */
	readonly maxConnections: number;
	readonly rssBytes: number;
	readonly uptimeSeconds: number;
}

/** The program starts or ends; `message` says why. */
export interface ProgramEvent {
	readonly type: 'started' | 'stopping' | 'stopped';
	readonly message: string;
}

export type TorrentEvent =
	| AddedEvent
	| StateEvent
	| CompletedEvent
	| ErrorEvent
	| RemovedEvent
	| TrackerEvent;

export type OutputEvent =
	| TorrentEvent
	| NoticeEvent
	| FileEvent
	| ListeningEvent
	| SummaryEvent
	| StatsEvent
	| ProgramEvent;
