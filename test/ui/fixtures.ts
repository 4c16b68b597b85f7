/** A session full of torrents that never change, for frames that can be compared. */
import { type Infohash, parseInfohash } from '../../src/primitives/infohash.js';
import type {
	EngineStats,
	Notice,
	SessionSnapshot,
	TorrentDetail,
	TorrentSnapshot,
} from '../../src/session/snapshot.js';
import type { ScreenStats } from '../../src/ui/screen-meter.js';
import type { ScreenModel } from '../../src/ui/screen-model.js';
import { makeTheme, type ThemeOptions } from '../../src/ui/theme.js';
import { reduceKey } from '../../src/ui/view-actions.js';
import { initialView, type ViewData, withData } from '../../src/ui/view-state.js';
import { makeDetail } from './detail-fixtures.js';

/** 2026-11-21 14:02:11 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 21, 14, 2, 11);

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** The infohash number `index`. */
export function fakeInfohash(index: number): Infohash {
	const infohash = parseInfohash(
		`08ada5a7a6183aae1e09d831df6748d5660${(0x95000 + index).toString(16)}`,
	);
	if (infohash === undefined) throw new Error('not an infohash');
	return infohash;
}

/** A torrent number `index`, half of it there, with whatever a test wants to be different. */
export function makeTorrent(
	index: number,
	changes: Partial<TorrentSnapshot> = {},
): TorrentSnapshot {
	const totalBytes = changes.totalBytes ?? GIB;
	const progress = changes.progress ?? 0.5;
	return {
		infohash: fakeInfohash(index),
		name: `torrent-${index}`,
		state: 'downloading',
		queuePosition: index,
		totalBytes,
		wantedBytes: totalBytes,
		doneBytes: Math.floor(totalBytes * progress),
		progress,
		downloadRate: 0,
		uploadRate: 0,
		downloadedBytes: Math.floor(totalBytes * progress),
		uploadedBytes: Math.floor(totalBytes * 0.25),
		wastedBytes: 0,
		ratio: 0.5,
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
		addedAtMs: NOW_MS - 86_400_000,
		completedAtMs: undefined,
		torrentPath: `/home/ann/torrents/torrent-${index}.torrent`,
		savePath: `/home/ann/torrents/torrent-${index}`,
		...changes,
	};
}

/** One of every state, with names in several scripts. */
export function makeTorrents(): readonly TorrentSnapshot[] {
	const seeds: readonly Partial<TorrentSnapshot>[] = [
		{
			name: 'debian-13.1.0-amd64-DVD-1.iso',
			totalBytes: 4.7 * GIB,
			progress: 0.4512,
			downloadRate: 3.44 * MIB,
			uploadRate: 291 * 1024,
			etaSeconds: 1324,
			seeds: 47,
			peers: 9,
			swarmSeeds: 1204,
			swarmPeers: 87,
			availability: 48.21,
			ratio: 0.88,
			trackerHost: 'bttracker.debian.org:6969',
			nextAnnounceSeconds: 761,
		},
		{
			name: 'Big Buck Bunny (2008) 4K 60fps',
			state: 'error',
			totalBytes: 933 * MIB,
			progress: 0.465,
			ratio: 2.64,
			problem: {
				code: 'STORAGE_DISK_FULL',
				message: 'disk full: /srv/media has 0 B free, needs 499M',
				resumesByItself: true,
				canForce: false,
			},
			trackerHost: 'bt.example.net',
		},
		{
			name: 'wikipedia_en_all_maxi_2026-10.zim',
			state: 'seeding',
			totalBytes: 109 * GIB,
			progress: 1,
			uploadRate: 1.13 * MIB,
			ratio: 12.24,
			peers: 36,
			trackerHost: 'tracker.kiwix.org',
			nextAnnounceSeconds: 4,
			completedAtMs: NOW_MS - 3_600_000,
		},
		{
			name: '映画アーカイブ 2026年 第3巻 ドキュメンタリー',
			totalBytes: 5.99 * GIB,
			progress: 0.855,
			downloadRate: 371 * 1024,
			uploadRate: 282 * 1024,
			etaSeconds: 2439,
			ratio: 1.43,
			seeds: 49,
			peers: 7,
			trackerHost: 'tracker.example.jp',
			nextAnnounceSeconds: 1609,
		},
		{
			name: 'Internet Archive – 78rpm collection',
			state: 'checking',
			totalBytes: 931 * MIB,
			progress: 0.835,
			ratio: 1.31,
		},
		{
			name: 'Blender Open Movies 🎬 complete',
			state: 'seeding',
			totalBytes: 4.89 * GIB,
			progress: 1,
			ratio: 1.98,
			peers: 4,
			trackerHost: 'tracker.example.org',
			trackerMessage: 'HTTP 503 Service Unavailable',
			nextAnnounceSeconds: 190,
		},
		{
			name: 'openSUSE-Leap-16.1-DVD-x86_64.iso',
			state: 'queued',
			totalBytes: 4.4 * GIB,
			progress: 0,
		},
		{
			name: 'Bücher – gemeinfrei – Sammlung',
			state: 'paused',
			totalBytes: 59.6 * GIB,
			progress: 0.952,
		},
		{ name: 'freebsd-15.0-RELEASE-amd64.iso', state: 'finished', totalBytes: GIB, progress: 1 },
		{
			name: 'photos-2026',
			state: 'error',
			totalBytes: 25 * MIB,
			progress: 0,
			ratio: 0,
			problem: {
				code: 'STORAGE_IN_THE_WAY',
				message: 'photos-2026/a.jpg exists and differs',
				resumesByItself: false,
				canForce: true,
			},
		},
	];
	return seeds.map((seed, index) => makeTorrent(index, seed));
}

export function makeNotices(): readonly Notice[] {
	return [
		notice(1, 'info', 'watch', 'started debian-13.1.0-amd64-DVD-1.iso'),
		notice(
			2,
			'warn',
			'peer',
			'piece 1188 failed its hash check; 203.0.113.98:6881 sent the wrong block and is banned',
		),
		notice(
			3,
			'error',
			'tracker',
			'http://old.example.org:6969: HTTP 503 Service Unavailable, next try in 03:10',
		),
	];
}

export function makeSnapshot(
	torrents: readonly TorrentSnapshot[] = makeTorrents(),
	changes: Partial<SessionSnapshot> = {},
): SessionSnapshot {
	return {
		revision: 1,
		atMs: NOW_MS,
		torrents,
		downloadRate: torrents.reduce((sum, torrent) => sum + torrent.downloadRate, 0),
		uploadRate: torrents.reduce((sum, torrent) => sum + torrent.uploadRate, 0),
		downloadLimit: 0,
		uploadLimit: 2 * MIB,
		port: 6881,
		diskFreeBytes: 384 * GIB,
		notices: makeNotices(),
		stats: makeStats(),
		...changes,
	};
}

/** An engine at work. */
export function makeStats(changes: Partial<EngineStats> = {}): EngineStats {
	return {
		eventLoopLag: { p50Ms: 0.1, p99Ms: 3.4, maxMs: 18.2 },
		ringSlots: 4096,
		ringFreeSlots: 3584,
		diskQueue: 3,
		diskQueueBytes: 3 * MIB,
		diskWorkers: 1,
		readCache: {
			bytes: 32 * MIB,
			usedBytes: 24 * MIB,
			pinnedBytes: 2 * MIB,
			hits: 98_200,
			misses: 1800,
		},
		connections: 150,
		halfOpen: 2,
		maxConnections: 500,
		rssBytes: 123 * MIB,
		uptimeSeconds: 7511,
		skippedSnapshots: 12,
		...changes,
	};
}

export function makeScreenStats(changes: Partial<ScreenStats> = {}): ScreenStats {
	return {
		eventLoopLag: { p50Ms: 0, p99Ms: 1.2, maxMs: 6.6 },
		frames: 1234,
		droppedFrames: 5,
		isTerminalBusy: false,
		frameTimes: { p50Ms: 1.4, p99Ms: 4.2, maxMs: 31 },
		writeTimes: { p50Ms: 0.2, p99Ms: 1.1, maxMs: 1460 },
		keyTimes: { p50Ms: 3.1, p99Ms: 14.3, maxMs: 67.5 },
		framesPerSecond: 1.2,
		bytesPerSecond: 1460,
		writtenBytes: 3.4 * MIB,
		...changes,
	};
}

/** Plain signs without colours: what golden frames are compared in. */
export const PLAIN: ThemeOptions = { hasUnicode: true, colours: 'none' };

export interface ModelOptions {
	readonly snapshot?: SessionSnapshot;
	/** Pressed one after another before the frame is taken. */
	readonly keys?: readonly string[];
	readonly theme?: ThemeOptions;
	readonly screen?: ScreenStats;
}

/** The model of a frame after some keys. */
export function makeModel(columns: number, rows: number, options: ModelOptions = {}): ScreenModel {
	const snapshot = options.snapshot ?? makeSnapshot();
	const torrents = new Map(snapshot.torrents.map((torrent) => [torrent.infohash, torrent]));
	const data: ViewData = { snapshot, torrents, detail: undefined, nowMs: 0 };
	let view = withData(initialView({ columns, rows }), data);
	for (const key of options.keys ?? [])
		view = reduceKey(view, key, { ...data, detail: detailOf(view.selected) }).view;
	return {
		...data,
		detail: detailOf(view.selected),
		view,
		theme: makeTheme(options.theme ?? PLAIN),
		title: 'btmany',
		utcOffsetMinutes: 0,
		screen: options.screen ?? makeScreenStats(),
	};
}

const SGR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** A frame without its colours and attributes. */
export function plainText(lines: readonly string[]): readonly string[] {
	return lines.map((line) => line.replaceAll(SGR, ''));
}

/** A name that tries everything: clipboard, title, direction, line breaks. */
export const HOSTILE_NAME = 'x\u001b]52;c;aGk=\u0007\u202egnp.exe\u0000\r\n\u0008';

function notice(id: number, level: Notice['level'], area: string, message: string): Notice {
	return { id, atMs: NOW_MS - 60_000 + id * 1000, level, area, message, infohash: fakeInfohash(0) };
}

function detailOf(infohash: Infohash | undefined): TorrentDetail | undefined {
	return infohash === undefined ? undefined : makeDetail(infohash);
}
