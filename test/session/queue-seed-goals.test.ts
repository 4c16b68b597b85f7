import test from 'ava';
import { reachedSeedGoal } from '../../src/session/seed-goals.js';
import { shareRatio } from '../../src/torrent/transfer-totals.js';

const none = { ratio: 0, seedMs: 0, idleMs: 0 };
const progress = {
	uploadedBytes: 150,
	downloadedBytes: 100,
	totalBytes: 100,
	seedMs: 60_000,
	idleMs: 5000,
};

test('goals of zero never end the seeding', (t) => {
	t.is(reachedSeedGoal({ ...progress, uploadedBytes: 1e15, seedMs: 1e15 }, none), undefined);
});

test('the ratio goal is reached at the ratio, not before', (t) => {
	t.is(reachedSeedGoal(progress, { ...none, ratio: 1.5 }), 'ratio');
	t.is(reachedSeedGoal(progress, { ...none, ratio: 1.51 }), undefined);
});

test('data that was there before counts as downloaded by its size', (t) => {
	t.is(shareRatio(50, 0, 100), 0.5);
	t.is(shareRatio(0, 0, 0), 0);
	t.is(reachedSeedGoal({ ...progress, downloadedBytes: 0 }, { ...none, ratio: 1.5 }), 'ratio');
});

test('an empty torrent never reaches a ratio', (t) => {
	const empty = { ...progress, uploadedBytes: 0, downloadedBytes: 0, totalBytes: 0 };
	t.is(reachedSeedGoal(empty, { ...none, ratio: 0.1 }), undefined);
});

test('time and idle goals are reached when their time has passed, not before', (t) => {
	const goals = { ...none, seedMs: 100_000, idleMs: 30_000 };
	t.is(reachedSeedGoal(progress, goals), undefined);
	t.is(reachedSeedGoal({ ...progress, idleMs: 30_000 }, goals), 'idle');
	t.is(reachedSeedGoal({ ...progress, seedMs: 100_000 }, goals), 'time');
});
