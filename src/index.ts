/**
 * The library: create a session, add torrents, watch its snapshots, stop.
 *
 * ```ts
 * const session = await startSession(defaultSessionOptions('/var/lib/my-app'), { logger: silentLogger });
 * session.subscribe(() => console.log(session.getSnapshot().torrents));
 * await session.dispatch({ type: 'add', metainfoBytes, torrentPath: '/srv/a.torrent' });
 * await session.close();
 * ```
 */
export { buildMetainfo } from './metainfo/build-metainfo.js';
export type { Metainfo, TorrentFile } from './metainfo/metainfo.js';
export { parseMetainfo } from './metainfo/parse-metainfo.js';
export { AppError } from './primitives/app-error.js';
export { type Infohash, parseInfohash } from './primitives/infohash.js';
export { type LogEntry, type Logger, type LogLevel, silentLogger } from './primitives/logger.js';
export { type SessionDeps, startSession } from './session/session.js';
export type {
	AddTorrent,
	CommandResult,
	SessionApi,
	SessionCommand,
	UpdateTorrent,
} from './session/session-api.js';
export { defaultSessionOptions, type SessionOptions } from './session/session-options.js';
export type {
	EngineStats,
	FilePriority,
	FileSnapshot,
	Notice,
	PeerSnapshot,
	SessionSnapshot,
	TorrentDetail,
	TorrentProblem,
	TorrentSnapshot,
	TorrentState,
	TrackerSnapshot,
	TrackerState,
} from './session/snapshot.js';
export { startThreadSession } from './session/thread-session.js';
export { startWatchFolder, type WatchFolder } from './watch/watch-folder.js';
