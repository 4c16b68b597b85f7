import test from 'ava';
import fc from 'fast-check';
import { type Infohash, parseInfohash } from '../../src/primitives/infohash.js';
import {
	moveInQueue,
	planQueue,
	type QueueEntry,
	type QueueLimits,
} from '../../src/session/queue.js';
import { TORRENT_STATES, type TorrentState } from '../../src/session/snapshot.js';

const hash = (n: number): Infohash => parseInfohash(n.toString(16).padStart(40, '0'))!;

function entry(position: number, fields: Partial<QueueEntry> = {}): QueueEntry {
	return {
		infohash: hash(position),
		position,
		volume: 'disk',
		isPaused: false,
		hasProblem: false,
		needsCheck: false,
		isComplete: false,
		isStalled: false,
		isSeedGoalReached: false,
		current: 'queued',
		...fields,
	};
}

const NO_LIMITS: QueueLimits = { activeDownloads: 0, activeSeeds: 0, activeChecks: 0 };

/** States in the order of the entries. */
function plan(entries: readonly QueueEntry[], limits: Partial<QueueLimits> = {}): TorrentState[] {
	const states = planQueue(entries, { ...NO_LIMITS, ...limits });
	return entries.map((each) => states.get(each.infohash)!);
}

test('without limits everything runs', (t) => {
	const entries = [entry(0), entry(1, { isComplete: true }), entry(2, { needsCheck: true })];
	t.deepEqual(plan(entries), ['downloading', 'seeding', 'checking']);
});

test('the first in the queue download, whatever order they are given in', (t) => {
	const entries = [entry(2), entry(0), entry(1)];
	t.deepEqual(plan(entries, { activeDownloads: 2 }), ['queued', 'downloading', 'downloading']);
});

test('seeds and downloads have limits of their own', (t) => {
	const entries = [0, 1, 2, 3].map((n) => entry(n, { isComplete: n % 2 === 0 }));
	t.deepEqual(plan(entries, { activeDownloads: 1, activeSeeds: 1 }), [
		'seeding',
		'downloading',
		'queued',
		'queued',
	]);
});

test('one check runs on each volume', (t) => {
	const entries = ['x', 'x', 'y', 'y'].map((volume, n) => entry(n, { volume, needsCheck: true }));
	t.deepEqual(plan(entries, { activeChecks: 1 }), ['checking', 'queued', 'checking', 'queued']);
});

test('a check in progress is finished although others moved before it', (t) => {
	const entries = [
		entry(0, { needsCheck: true }),
		entry(1, { needsCheck: true, current: 'checking' }),
	];
	t.deepEqual(plan(entries, { activeChecks: 1 }), ['queued', 'checking']);
});

test('a check in progress stops when its torrent is paused, and the next one begins', (t) => {
	const entries = [
		entry(0, { needsCheck: true, isPaused: true, current: 'checking' }),
		entry(1, { needsCheck: true }),
	];
	t.deepEqual(plan(entries, { activeChecks: 1 }), ['paused', 'checking']);
});

test('a stalled download keeps running and does not hold a slot', (t) => {
	const entries = [entry(0, { isStalled: true, current: 'downloading' }), entry(1), entry(2)];
	t.deepEqual(plan(entries, { activeDownloads: 1 }), ['downloading', 'downloading', 'queued']);
});

test('a torrent that waits is not let in for having stalled before', (t) => {
	const entries = [entry(0), entry(1, { isStalled: true })];
	t.deepEqual(plan(entries, { activeDownloads: 1 }), ['downloading', 'queued']);
});

test('when a stalled download moves again the limit holds, and the first in the queue keep running', (t) => {
	const entries = [entry(0), entry(1), entry(2)].map((each) => ({
		...each,
		current: 'downloading' as const,
	}));
	t.deepEqual(plan(entries, { activeDownloads: 2 }), ['downloading', 'downloading', 'queued']);
});

test('a torrent moved to the front of a full queue takes the place of the last', (t) => {
	const entries = [entry(0), entry(1, { current: 'downloading' })];
	t.deepEqual(plan(entries, { activeDownloads: 1 }), ['downloading', 'queued']);
});

test('of torrents at the same place the active one keeps its slot', (t) => {
	const entries = [
		entry(0, { infohash: hash(1), current: 'queued' }),
		entry(0, { infohash: hash(2), current: 'downloading' }),
	];
	t.deepEqual(plan(entries, { activeDownloads: 1 }), ['queued', 'downloading']);
});

test('paused, failed and finished torrents hold no slot', (t) => {
	const entries = [
		entry(0, { isPaused: true }),
		entry(1, { hasProblem: true, isPaused: true }),
		entry(2, { isComplete: true, isSeedGoalReached: true }),
		entry(3),
		entry(4, { isComplete: true }),
	];
	t.deepEqual(plan(entries, { activeDownloads: 1, activeSeeds: 1 }), [
		'paused',
		'error',
		'finished',
		'downloading',
		'seeding',
	]);
});

const anyEntries = fc
	.array(
		fc.record({
			position: fc.nat(30),
			volume: fc.constantFrom('x', 'y'),
			isPaused: fc.boolean(),
			hasProblem: fc.boolean(),
			needsCheck: fc.boolean(),
			isComplete: fc.boolean(),
			isStalled: fc.boolean(),
			isSeedGoalReached: fc.boolean(),
			current: fc.constantFrom(...TORRENT_STATES),
		}),
		{ maxLength: 30 },
	)
	.map((list) => list.map((fields, n): QueueEntry => ({ ...fields, infohash: hash(n) })));
const anyLimits = fc.record({
	activeDownloads: fc.nat(4),
	activeSeeds: fc.nat(4),
	activeChecks: fc.nat(2),
});

const within = (count: number, limit: number): boolean => limit === 0 || count <= limit;

test('whatever the torrents are, limits hold and no slot stays empty while one could use it', (t) => {
	fc.assert(
		fc.property(anyEntries, anyLimits, (entries, limits) => {
			const states = planQueue(entries, limits);
			const inState = (state: TorrentState): QueueEntry[] =>
				entries.filter((each) => states.get(each.infohash) === state);
			t.is(states.size, entries.length);
			const holding = inState('downloading').filter(
				(each) => !(each.isStalled && each.current === 'downloading'),
			);
			t.true(within(holding.length, limits.activeDownloads));
			t.true(within(inState('seeding').length, limits.activeSeeds));
			for (const volume of ['x', 'y']) {
				const started = inState('checking').filter((each) => each.volume === volume);
				const fresh = started.filter((each) => each.current !== 'checking');
				t.true(fresh.length === 0 || within(started.length, limits.activeChecks));
			}
			for (const each of inState('queued')) {
				if (each.needsCheck) {
					const there = inState('checking').filter((other) => other.volume === each.volume);
					t.true(limits.activeChecks > 0 && there.length >= limits.activeChecks);
				} else if (each.isComplete)
					t.true(limits.activeSeeds > 0 && inState('seeding').length >= limits.activeSeeds);
				else t.true(limits.activeDownloads > 0 && holding.length >= limits.activeDownloads);
			}
		}),
		{ numRuns: 300 },
	);
});

test('planning again after the plan was carried out changes nothing', (t) => {
	fc.assert(
		fc.property(anyEntries, anyLimits, (entries, limits) => {
			const first = planQueue(entries, limits);
			const after = entries.map((each) => ({
				...each,
				current: first.get(each.infohash)!,
				isStalled: each.isStalled && each.current === 'downloading',
			}));
			t.deepEqual(Object.fromEntries(planQueue(after, limits)), Object.fromEntries(first));
		}),
		{ numRuns: 300 },
	);
});

test('ten thousand torrents are planned within a screen refresh', (t) => {
	const entries = Array.from({ length: 10_000 }, (_, n) => entry(n, { isComplete: n % 3 === 0 }));
	const limits = { activeDownloads: 5, activeSeeds: 5, activeChecks: 1 };
	planQueue(entries, limits);
	const startedAtMs = performance.now();
	planQueue(entries, limits);
	const tookMs = performance.now() - startedAtMs;
	t.true(tookMs < 100, `${tookMs} ms`);
});

test('a torrent moves to a place, the ends being as far as it goes', (t) => {
	const order = [0, 1, 2, 3].map(hash);
	const moved = (n: number, to: number): number[] =>
		moveInQueue(order, hash(n), to).map((each) => Number.parseInt(each, 16));
	t.deepEqual(moved(3, 0), [3, 0, 1, 2]);
	t.deepEqual(moved(0, 2), [1, 2, 0, 3]);
	t.deepEqual(moved(1, 99), [0, 2, 3, 1]);
	t.deepEqual(moved(1, -5), [1, 0, 2, 3]);
	t.deepEqual(moved(9, 0), [0, 1, 2, 3]);
});
