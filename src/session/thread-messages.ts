/** What the dashboard's thread and the engine's thread say to each other; plain data only. */
import type { Infohash } from '../primitives/infohash.js';
import type { LogEntry } from '../primitives/logger.js';
import type { CommandResult, SessionCommand } from './session-api.js';
import type { SessionSnapshot, TorrentDetail, TorrentSnapshot } from './snapshot.js';

export type ToEngine =
	| { readonly type: 'command'; readonly id: number; readonly command: SessionCommand }
	| { readonly type: 'watch'; readonly id: number; readonly infohash: Infohash }
	| { readonly type: 'unwatch'; readonly id: number }
	/** The last snapshot was taken in: the next may come. */
	| { readonly type: 'ack' }
	| { readonly type: 'close' };

/** A snapshot as what changed since the last one that was sent. */
export interface SnapshotDelta {
	readonly head: Omit<SessionSnapshot, 'torrents'>;
	/** Torrents whose picture changed. */
	readonly changed: readonly TorrentSnapshot[];
	/** Queue order; undefined when it is the same as before. */
	readonly order: readonly Infohash[] | undefined;
}

export type FromEngine =
	| { readonly type: 'started' }
	| { readonly type: 'failed'; readonly code: string; readonly message: string }
	| { readonly type: 'snapshot'; readonly delta: SnapshotDelta }
	| { readonly type: 'result'; readonly id: number; readonly result: CommandResult }
	| { readonly type: 'detail'; readonly id: number; readonly detail: TorrentDetail | undefined }
	| { readonly type: 'log'; readonly entry: LogEntry }
	| { readonly type: 'closed' };
