/** What a torrent is made from and whom it tells. */
import type { Metainfo } from '../metainfo/metainfo.js';
import type { LogLevel } from '../primitives/logger.js';
import type { ResumeRecord } from '../state/resume-record.js';
import type { TorrentStorage } from '../storage/storage.js';
import type { TrackerServices } from '../tracker/tracker-services.js';
import type { SharedEngine } from './activity.js';
import type { Torrent } from './torrent.js';

/** What the session does for its torrents. One object for all of them. */
export interface TorrentHost {
	maxPeers(torrent: Torrent): number;
	uploadSlots(torrent: Torrent): number;
	/** Makes the resume record durable, before the first byte of data is written. */
	saveNow(torrent: Torrent): Promise<void>;
	/** Something the queue and people should know changed. */
	onChange(torrent: Torrent): void;
	/** Something only people should know changed. */
	onNews(torrent: Torrent): void;
	/** Its resume record is out of date. */
	onDirty(torrent: Torrent): void;
	/** From now on, until it is told otherwise, it wants `tick` once a second. */
	onAwake(torrent: Torrent, isAwake: boolean): void;
	log(torrent: Torrent, level: LogLevel, area: string, message: string): void;
}

export interface TorrentOptions {
	readonly metainfo: Metainfo;
	readonly tiers: readonly (readonly string[])[];
	readonly torrentPath: string;
	/** The file or folder people look for. */
	readonly savePath: string;
	readonly storage: TorrentStorage;
	readonly engine: SharedEngine;
	readonly trackers: TrackerServices;
	readonly record: ResumeRecord | undefined;
	/** Time spent seeding in earlier runs, when more is known than the record says. */
	readonly seedingMs: number;
	readonly isPaused: boolean;
	readonly isSequential: boolean;
	readonly host: TorrentHost;
}
