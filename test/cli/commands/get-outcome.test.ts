import test from 'ava';
import { getOutcome } from '../../../src/cli/commands/get-outcome.js';
import type { TorrentProblem } from '../../../src/session/snapshot.js';
import { torrentSnapshot } from '../output/snapshots.js';

const PROBLEM: TorrentProblem = {
	code: 'X',
	message: 'Trouble',
	resumesByItself: false,
	canForce: false,
};

test('a download goes on until it seeds', (t) => {
	for (const state of ['queued', 'checking', 'downloading', 'paused'] as const)
		t.is(getOutcome(torrentSnapshot('a', { state }), false), undefined);
	t.deepEqual(getOutcome(torrentSnapshot('a', { state: 'seeding' }), false), { type: 'done' });
});

test('a complete torrent that has no seed slot is done', (t) => {
	const torrent = torrentSnapshot('a', { state: 'queued', doneBytes: 1000, completedAtMs: 5 });
	t.deepEqual(getOutcome(torrent, false), { type: 'done' });
});

test('one that is to be seeded goes on until its goal is reached', (t) => {
	t.is(getOutcome(torrentSnapshot('a', { state: 'seeding' }), true), undefined);
	t.deepEqual(getOutcome(torrentSnapshot('a', { state: 'finished' }), true), { type: 'done' });
});

test('a problem ends it only when it does not go away by itself', (t) => {
	const failed = torrentSnapshot('a', { state: 'error', problem: PROBLEM });
	t.deepEqual(getOutcome(failed, false), { type: 'failed', message: 'Trouble' });
	const full = { ...PROBLEM, resumesByItself: true };
	t.is(getOutcome(torrentSnapshot('a', { state: 'error', problem: full }), false), undefined);
	const inTheWay = { ...PROBLEM, canForce: true };
	t.deepEqual(getOutcome(torrentSnapshot('a', { state: 'error', problem: inTheWay }), true), {
		type: 'failed',
		message: 'Trouble',
	});
});

test('a torrent that was removed is over', (t) => {
	t.deepEqual(getOutcome(undefined, false), { type: 'removed' });
});
