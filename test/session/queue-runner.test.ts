import test from 'ava';
import type { Infohash } from '../../src/primitives/infohash.js';
import { type QueueOptions, runQueue } from '../../src/session/queue-runner.js';
import type { TorrentState } from '../../src/session/snapshot.js';
import type { Torrent } from '../../src/torrent/torrent.js';

const NO_LIMITS: QueueOptions = {
	activeDownloads: 0,
	activeSeeds: 0,
	activeChecks: 1,
	seedRatio: 0,
	seedTimeMs: 0,
	seedIdleMs: 0,
};

/** As much of a torrent as the queue looks at. */
class FakeTorrent {
	readonly infohash: Infohash;
	volume = 1;
	isPaused = false;
	problem: object | undefined;
	needsCheck = false;
	isComplete = false;
	isReady = true;
	isStuck = false;
	state: TorrentState = 'queued';
	seededMs = 0;
	lastUploadAtMs = 0;
	uploadedBytes = 0;
	readonly metainfo = { totalBytes: 1000 };
	readonly totals = {
		lifetime: () => ({ uploadedBytes: this.uploadedBytes, downloadedBytes: 1000, wastedBytes: 0 }),
	};

	constructor(digit: string, fields: Partial<FakeTorrent> = {}) {
		this.infohash = digit.repeat(40) as Infohash;
		Object.assign(this, fields);
	}

	seedingMs(): number {
		return this.seededMs;
	}

	isStalled(): boolean {
		return this.isStuck;
	}

	enter(state: TorrentState): void {
		this.state = state;
	}
}

function run(torrents: readonly FakeTorrent[], options: Partial<QueueOptions> = {}, nowMs = 0) {
	runQueue(torrents as unknown as Torrent[], { ...NO_LIMITS, ...options }, nowMs);
	return torrents.map(({ state }) => state);
}

test('a stalled download lets the next one begin and goes on itself', (t) => {
	const torrents = [new FakeTorrent('1'), new FakeTorrent('2'), new FakeTorrent('3')];
	t.deepEqual(run(torrents, { activeDownloads: 1 }), ['downloading', 'queued', 'queued']);
	if (torrents[0] !== undefined) torrents[0].isStuck = true;
	t.deepEqual(run(torrents, { activeDownloads: 1 }), ['downloading', 'downloading', 'queued']);
	if (torrents[0] !== undefined) torrents[0].isStuck = false;
	t.deepEqual(run(torrents, { activeDownloads: 1 }), ['downloading', 'queued', 'queued']);
});

test('a torrent whose disk was not looked at yet is left alone', (t) => {
	const torrents = [new FakeTorrent('1', { isReady: false }), new FakeTorrent('2')];
	t.deepEqual(run(torrents, { activeDownloads: 1 }), ['queued', 'downloading']);
});

test('a torrent that nobody wanted for long enough is finished, and stays so', (t) => {
	const torrents = [new FakeTorrent('1', { isComplete: true })];
	t.deepEqual(run(torrents, { seedIdleMs: 1000 }, 500), ['seeding']);
	t.deepEqual(run(torrents, { seedIdleMs: 1000 }, 1000), ['finished']);
	t.deepEqual(run(torrents, { seedIdleMs: 1000 }, 1001), ['finished']);
	t.deepEqual(run(torrents, { seedIdleMs: 1000 }, 9999), ['finished']);
});

test('a torrent that seeded its time or its ratio is finished', (t) => {
	const timed = new FakeTorrent('1', { isComplete: true, seededMs: 60_000 });
	const generous = new FakeTorrent('2', { isComplete: true, uploadedBytes: 2000 });
	const neither = new FakeTorrent('3', { isComplete: true, uploadedBytes: 1999 });
	t.deepEqual(run([timed, generous, neither], { seedTimeMs: 60_000, seedRatio: 2 }), [
		'finished',
		'finished',
		'seeding',
	]);
});

test('who stops makes room before others start', (t) => {
	const order: string[] = [];
	class Watched extends FakeTorrent {
		override enter(state: TorrentState): void {
			order.push(`${this.infohash[0]} ${state}`);
			super.enter(state);
		}
	}
	const torrents = [new Watched('1'), new Watched('2', { state: 'downloading' })];
	run(torrents, { activeDownloads: 1 });
	t.deepEqual(order, ['2 queued', '1 downloading']);
});
