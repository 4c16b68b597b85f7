import test from 'ava';
import type { OutputEvent } from '../../../src/cli/output/output-event.js';
import { snapshotEvents, summaryEvent } from '../../../src/cli/output/snapshot-events.js';
import type { TorrentProblem, TorrentSnapshot } from '../../../src/session/snapshot.js';
import { notice, sessionSnapshot, torrentSnapshot } from './snapshots.js';

const FULL: TorrentProblem = {
	code: 'STORAGE_DISK_FULL',
	message: 'Disk is full',
	resumesByItself: true,
	canForce: false,
};

function between(
	before: TorrentSnapshot | undefined,
	after: TorrentSnapshot | undefined,
): readonly OutputEvent[] {
	return snapshotEvents(
		sessionSnapshot({ torrents: before === undefined ? [] : [before], atMs: 1000 }),
		sessionSnapshot({ torrents: after === undefined ? [] : [after], atMs: 2000, revision: 2 }),
	);
}

function typesOf(events: readonly OutputEvent[]): string[] {
	return events.map((event) => event.type);
}

test('the same snapshot twice has no events', (t) => {
	const snapshot = sessionSnapshot({
		torrents: [torrentSnapshot('a', { problem: FULL, state: 'error', trackerMessage: 'x' })],
		notices: [notice(1)],
		port: 5,
	});
	t.deepEqual(snapshotEvents(snapshot, snapshot), []);
	const copy = structuredClone(snapshot);
	t.deepEqual(snapshotEvents(snapshot, copy), []);
});

test('a new torrent is added, and its state is told', (t) => {
	const [added, state] = between(
		undefined,
		torrentSnapshot('a', { state: 'checking', progress: 0.5 }),
	);
	t.deepEqual(added, {
		type: 'added',
		infohash: 'a'.repeat(40),
		name: 'torrent a',
		totalBytes: 1000,
		torrentPath: '/t/a.torrent',
		savePath: '/d/a',
		isPrivate: false,
	});
	t.deepEqual(state, {
		type: 'checking',
		infohash: 'a'.repeat(40),
		name: 'torrent a',
		progress: 0.5,
	});
});

test('without an earlier snapshot everything is new, but nothing is completed now', (t) => {
	const seeding = torrentSnapshot('a', {
		state: 'seeding',
		completedAtMs: 900,
		downloadedBytes: 9,
	});
	t.deepEqual(typesOf(snapshotEvents(undefined, sessionSnapshot({ torrents: [seeding] }))), [
		'added',
		'seeding',
	]);
});

test('each change of state is told once', (t) => {
	const states = ['queued', 'checking', 'downloading', 'paused', 'finished'] as const;
	let before = torrentSnapshot('a', { state: 'seeding' });
	for (const state of states) {
		const after = torrentSnapshot('a', { state });
		t.deepEqual(typesOf(between(before, after)), [state]);
		before = after;
	}
});

test('progress alone is no event', (t) => {
	const before = torrentSnapshot('a');
	t.deepEqual(between(before, torrentSnapshot('a', { doneBytes: 5, progress: 0.5, peers: 3 })), []);
});

test('a download that ends is completed, then seeds', (t) => {
	const after = torrentSnapshot('a', { state: 'seeding', downloadedBytes: 1000 });
	const events = between(torrentSnapshot('a'), after);
	t.deepEqual(typesOf(events), ['completed', 'seeding']);
	t.like(events[0], { totalBytes: 1000, downloadedBytes: 1000, savePath: '/d/a' });
});

test('a download that was added and done between two snapshots is completed too', (t) => {
	const after = torrentSnapshot('a', { state: 'seeding', completedAtMs: 1500, downloadedBytes: 9 });
	t.deepEqual(typesOf(between(undefined, after)), ['added', 'completed', 'seeding']);
});

test('data that was there before is not a completed download', (t) => {
	const checking = torrentSnapshot('a', { state: 'checking' });
	const found = torrentSnapshot('a', { state: 'seeding', completedAtMs: 1500 });
	t.deepEqual(typesOf(between(checking, found)), ['seeding']);
	const resumed = torrentSnapshot('a', { state: 'seeding', completedAtMs: 5, downloadedBytes: 9 });
	t.deepEqual(typesOf(between(checking, resumed)), ['seeding']);
});

test('an error is told with its reason, again only when the reason changes', (t) => {
	const failed = torrentSnapshot('a', { state: 'error', problem: FULL });
	t.deepEqual(between(torrentSnapshot('a'), failed), [
		{ type: 'error', infohash: 'a'.repeat(40), name: 'torrent a', ...FULL },
	]);
	t.deepEqual(between(failed, torrentSnapshot('a', { state: 'error', problem: { ...FULL } })), []);
	const gone = { ...FULL, code: 'STORAGE_GONE', message: 'Volume is gone' };
	t.deepEqual(typesOf(between(failed, torrentSnapshot('a', { state: 'error', problem: gone }))), [
		'error',
	]);
	t.deepEqual(typesOf(between(failed, torrentSnapshot('a'))), ['downloading']);
});

test('a tracker message is told when it is new', (t) => {
	const failing = torrentSnapshot('a', { trackerMessage: 'timeout', trackerHost: 'tracker.test' });
	const [event] = between(torrentSnapshot('a'), failing);
	t.like(event, { type: 'tracker', host: 'tracker.test', message: 'timeout' });
	t.deepEqual(between(failing, torrentSnapshot('a', { trackerMessage: 'timeout', peers: 1 })), []);
	t.deepEqual(between(failing, torrentSnapshot('a')), []);
});

test('a torrent that is gone is removed, before others are added', (t) => {
	const events = snapshotEvents(
		sessionSnapshot({ torrents: [torrentSnapshot('a'), torrentSnapshot('b')] }),
		sessionSnapshot({ torrents: [torrentSnapshot('c')], revision: 2 }),
	);
	t.deepEqual(typesOf(events), ['removed', 'removed', 'added', 'downloading']);
	t.like(events[0], { infohash: 'a'.repeat(40), name: 'torrent a' });
});

test('warnings are told once, also when older ones were forgotten', (t) => {
	const before = sessionSnapshot({ notices: [notice(1), notice(2)] });
	const after = sessionSnapshot({ notices: [notice(2), notice(3), notice(4)], revision: 2 });
	const events = snapshotEvents(before, after);
	t.deepEqual(
		events.map((event) => (event.type === 'notice' ? event.message : event.type)),
		['notice 3', 'notice 4'],
	);
});

test('a notice that only repeats another event is left out', (t) => {
	const torrent = torrentSnapshot('a', { state: 'error', problem: FULL });
	const events = snapshotEvents(
		sessionSnapshot({ torrents: [torrent] }),
		sessionSnapshot({
			torrents: [torrent],
			notices: [
				notice(1, { level: 'info' }),
				notice(2, {
					level: 'error',
					message: 'torrent a: Disk is full',
					infohash: torrent.infohash,
				}),
				notice(3, { level: 'error', message: 'something else', infohash: torrent.infohash }),
			],
		}),
	);
	t.deepEqual(
		events.map((event) => (event.type === 'notice' ? event.message : event.type)),
		['something else'],
	);
});

test('the port is told when it is known and when it changes', (t) => {
	const [event] = snapshotEvents(sessionSnapshot(), sessionSnapshot({ port: 6881 }));
	t.deepEqual(event, { type: 'listening', port: 6881 });
	t.is(snapshotEvents(sessionSnapshot({ port: 1 }), sessionSnapshot({ port: 2 })).length, 1);
});

test('snapshots are never changed', (t) => {
	const freeze = <T>(value: T): T => {
		if (typeof value === 'object' && value !== null) {
			for (const inner of Object.values(value)) freeze(inner);
			Object.freeze(value);
		}
		return value;
	};
	const before = freeze(sessionSnapshot({ torrents: [torrentSnapshot('a')] }));
	const after = freeze(sessionSnapshot({ torrents: [torrentSnapshot('b', { problem: FULL })] }));
	t.notThrows(() => snapshotEvents(before, after));
	t.notThrows(() => summaryEvent(after));
});

test('the summary counts states and adds up bytes and peers', (t) => {
	const summary = summaryEvent(
		sessionSnapshot({
			torrents: [
				torrentSnapshot('a', { doneBytes: 500, peers: 2, seeds: 1, etaSeconds: 10 }),
				torrentSnapshot('b', { state: 'seeding', doneBytes: 1000, peers: 3 }),
				torrentSnapshot('c', { state: 'error', problem: FULL }),
			],
			downloadRate: 7,
			diskFreeBytes: 5,
		}),
	);
	t.like(summary, {
		totalBytes: 3000,
		doneBytes: 1500,
		peers: 5,
		seeds: 1,
		downloadRate: 7,
		etaSeconds: 10,
		diskFreeBytes: 5,
	});
	t.like(summary.torrents, { downloading: 1, seeding: 1, error: 1, paused: 0 });
});

test('the summary knows no end while one download has none', (t) => {
	const torrents = [torrentSnapshot('a', { etaSeconds: 10 }), torrentSnapshot('b')];
	t.is(summaryEvent(sessionSnapshot({ torrents })).etaSeconds, undefined);
});
