/**
 * The one door to a running session: immutable snapshots out, commands in.
 * The dashboard, headless output, the watched folder and the library use nothing else.
 */
import type { Infohash } from '../primitives/infohash.js';
import type { FilePriority, SessionSnapshot, TorrentDetail } from './snapshot.js';

export interface AddTorrent {
	readonly type: 'add';
	/** Bytes of the `.torrent` file. */
	readonly metainfoBytes: Uint8Array;
	/** The file it came from: decides `--save-as torrent|folder` and the default download folder. */
	readonly torrentPath: string;
	/** Tracker tiers of duplicates of the same infohash, to be merged (never into a private torrent). */
	readonly extraTiers?: readonly (readonly string[])[];
	/** Overrides the session's download folder. */
	readonly downloadDir?: string;
	readonly isPaused?: boolean;
}

/** The `.torrent` of a running torrent changed but its infohash did not, or its duplicates did. */
export interface UpdateTorrent {
	readonly type: 'update';
	readonly infohash: Infohash;
	readonly metainfoBytes: Uint8Array;
	/** The file that now stands for it; its data stays where it is. */
	readonly torrentPath: string;
	readonly extraTiers?: readonly (readonly string[])[];
}

export type SessionCommand =
	| AddTorrent
	| UpdateTorrent
	/** Stops it and tells its trackers; data and `.torrent` stay. */
	| { readonly type: 'remove'; readonly infohash: Infohash }
	| { readonly type: 'pause'; readonly infohash: Infohash }
	| { readonly type: 'resume'; readonly infohash: Infohash }
	| { readonly type: 'recheck'; readonly infohash: Infohash }
	| { readonly type: 'reannounce'; readonly infohash: Infohash }
	/** Lets a torrent use files that are in its way. */
	| { readonly type: 'force'; readonly infohash: Infohash }
	/** To a place in the queue, from 0. */
	| { readonly type: 'move'; readonly infohash: Infohash; readonly position: number }
	| {
			readonly type: 'set-file-priority';
			readonly infohash: Infohash;
			readonly fileIndex: number;
			readonly priority: FilePriority;
	  }
	| { readonly type: 'set-sequential'; readonly infohash: Infohash; readonly isSequential: boolean }
	| { readonly type: 'set-limits'; readonly downloadRate: number; readonly uploadRate: number };

/** What a command did; refusal is a normal outcome and carries a stable code. */
export type CommandResult =
	| { readonly ok: true; readonly infohash?: Infohash }
	| { readonly ok: false; readonly code: string; readonly message: string };

export interface SessionApi {
	/** The newest published snapshot. */
	getSnapshot(): SessionSnapshot;
	/** Calls back after each publication; returns the way to stop. */
	subscribe(listener: () => void): () => void;
	dispatch(command: SessionCommand): Promise<CommandResult>;
	/** Details of one torrent, now and on each publication; returns the way to stop. */
	watchDetail(
		infohash: Infohash,
		listener: (detail: TorrentDetail | undefined) => void,
	): () => void;
	/** Tells trackers, saves state, closes files; resolves within seconds. */
	close(): Promise<void>;
}
