/** What a torrent is made from and whom it tells. */
import type { Metainfo } from '../metainfo/metainfo.js';
import type { LogLevel } from '../primitives/logger.js';
import type { ResumeRecord } from '../state/resume-record.js';
import type { TorrentStorage } from '../storage/storage.js';
import type { TrackerTransports } from '../tracker/tracker-transports.js';
import type { SharedEngine } from './activity.js';

export interface TorrentOptions {
	readonly metainfo: Metainfo;
	readonly tiers: readonly (readonly string[])[];
	readonly torrentPath: string;
	/** The file or folder people look for. */
	readonly savePath: string;
	readonly storage: TorrentStorage;
	readonly engine: SharedEngine;
	readonly transports: TrackerTransports;
	/** Told to trackers as ours. */
	readonly announceIp: string | undefined;
	readonly record: ResumeRecord | undefined;
	readonly isPaused: boolean;
	readonly isSequential: boolean;
	maxPeers(): number;
	uploadSlots(): number;
	/** Makes the resume record durable, before the first byte of data is written. */
	saveNow(): Promise<void>;
	/** Something the queue or people should know changed. */
	onChange(): void;
	log(level: LogLevel, area: string, message: string): void;
}
