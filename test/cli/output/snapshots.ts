/** Snapshots for tests: a torrent and a session with nothing special about them. */
import { parseInfohash } from '../../../src/primitives/infohash.js';
import type { Notice, SessionSnapshot, TorrentSnapshot } from '../../../src/session/snapshot.js';

export function torrentSnapshot(
	digit: string,
	changes: Partial<TorrentSnapshot> = {},
): TorrentSnapshot {
	return {
		infohash: parseInfohash(digit.repeat(40))!,
		name: `torrent ${digit}`,
		state: 'downloading',
		queuePosition: 0,
		totalBytes: 1000,
		wantedBytes: 1000,
		doneBytes: 0,
		progress: 0,
		downloadRate: 0,
		uploadRate: 0,
		downloadedBytes: 0,
		uploadedBytes: 0,
		wastedBytes: 0,
		ratio: 0,
		etaSeconds: undefined,
		peers: 0,
		seeds: 0,
		swarmSeeds: undefined,
		swarmPeers: undefined,
		availability: 0,
		problem: undefined,
		trackerMessage: undefined,
		trackerHost: undefined,
		nextAnnounceSeconds: undefined,
		isPrivate: false,
		isSequential: false,
		addedAtMs: 0,
		completedAtMs: undefined,
		torrentPath: `/t/${digit}.torrent`,
		savePath: `/d/${digit}`,
		...changes,
	};
}

export function sessionSnapshot(changes: Partial<SessionSnapshot> = {}): SessionSnapshot {
	return {
		revision: 1,
		atMs: 1000,
		torrents: [],
		downloadRate: 0,
		uploadRate: 0,
		downloadLimit: 0,
		uploadLimit: 0,
		port: undefined,
		diskFreeBytes: undefined,
		notices: [],
		stats: {
			eventLoopLagMs: 0,
			ringSlots: 0,
			ringFreeSlots: 0,
			diskQueue: 0,
			connections: 0,
			halfOpen: 0,
		},
		...changes,
	};
}

export function notice(id: number, changes: Partial<Notice> = {}): Notice {
	return {
		id,
		atMs: 0,
		level: 'warn',
		area: 'peer',
		message: `notice ${id}`,
		infohash: undefined,
		...changes,
	};
}
