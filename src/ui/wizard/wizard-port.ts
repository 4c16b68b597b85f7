/** Everything the wizard needs from the disk; the screen knows nothing else about it. */
import type { AnnouncePlan } from '../../tools/announce-plan.js';
import type { MakeProgress } from '../../tools/make-torrent.js';
import type { FolderListing } from './file-browser.js';

/** Trackers under a name; `.thost` on disk. */
export interface TrackerProfile {
	readonly name: string;
	readonly trackers: Trackers;
}

export interface Trackers {
	readonly announce: string | undefined;
	readonly tiers: readonly (readonly string[])[];
}

/** A file or folder that will become a torrent. */
export interface PlannedItem {
	/** Absolute. */
	readonly inputPath: string;
	readonly name: string;
	readonly totalBytes: number;
	readonly fileCount: number;
	/** Why it cannot be made. */
	readonly problem: string | undefined;
}

export interface MakeRequest {
	readonly inputPath: string;
	/** Folder for the `.torrent`; blank for beside the data. */
	readonly outputFolder: string;
	/** A `.torrent` that is there already is replaced. */
	readonly isForced: boolean;
	readonly trackers: AnnouncePlan;
	/** Undefined: by size. */
	readonly pieceLengthBytes: number | undefined;
	readonly isPrivate: boolean;
	readonly source: string;
	readonly comment: string;
	readonly webSeeds: readonly string[];
	readonly httpSeeds: readonly string[];
}

export interface MadeItem {
	readonly inputPath: string;
	/** Where the file or folder lies. */
	readonly dataFolder: string;
	readonly torrentPath: string;
	readonly infohash: string;
	readonly magnet: string;
	readonly metainfoBytes: Uint8Array;
	/** What the user should know, a sentence each. */
	readonly notes: readonly string[];
}

/** What of an existing torrent can be changed. */
export interface EditableTorrent {
	readonly trackers: Trackers;
	readonly comment: string;
}

/** Only what is to be changed. */
export interface TorrentChanges {
	readonly trackers?: AnnouncePlan;
	/** Blank takes it away. */
	readonly comment?: string;
}

/** Every method rejects with an AppError whose message is for the user. */
export interface WizardPort {
	/** @param folder - undefined for where the user is */
	listFolder(folder: string | undefined): Promise<FolderListing>;
	/** @param isPerEntry - one item for each entry of a folder instead of one for all of it */
	measure(
		paths: readonly string[],
		isPerEntry: boolean,
		signal: AbortSignal,
	): Promise<readonly PlannedItem[]>;
	make(
		request: MakeRequest,
		onProgress: (progress: MakeProgress) => void,
		signal: AbortSignal,
	): Promise<MadeItem>;
	profiles(): Promise<readonly TrackerProfile[]>;
	saveProfile(profile: TrackerProfile): Promise<void>;
	removeProfile(name: string): Promise<void>;
	/** Of a `.torrent` or a `.thost`. */
	readTrackers(filePath: string): Promise<Trackers>;
	readTorrent(torrentPath: string): Promise<EditableTorrent>;
	/** @returns the whole file as it is now */
	changeTorrent(torrentPath: string, changes: TorrentChanges): Promise<Uint8Array>;
	/** Ends its threads. */
	close(): Promise<void>;
}
