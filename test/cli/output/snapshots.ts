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
			eventLoopLag: { p50Ms: 0.1, p99Ms: 3.4, maxMs: 18.2 },
			ringSlots: 4096,
			ringFreeSlots: 4000,
			diskQueue: 3,
			diskQueueBytes: 49_152,
			diskWorkers: 1,
			readCache: { bytes: 4096, usedBytes: 3072, pinnedBytes: 1024, hits: 98, misses: 2 },
			connections: 7,
			halfOpen: 1,
			maxConnections: 500,
			rssBytes: 123_000_000,
			uptimeSeconds: 75,
			skippedSnapshots: 0,
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
