import test from 'ava';
import { settleMs } from '../../src/watch/settle.js';

const NOW_MS = 50_000;
const WALL_MS = 1_700_000_000_000;

const leaves = test.macro<[number | undefined, number, number]>({
	exec(t, seenAgoMs, dateAgoMs, expectedMs) {
		const seenAtMs = seenAgoMs === undefined ? undefined : NOW_MS - seenAgoMs;
		const age = { seenAtMs, changedAtWallMs: WALL_MS - dateAgoMs };
		t.is(settleMs(age, NOW_MS, WALL_MS), expectedMs);
	},
	title: (given) => given ?? '',
});

test('an old file found at the start is not waited for', leaves, undefined, 3_600_000, 0);
test('a young file found at the start gets the rest of its time', leaves, undefined, 5000, 10_000);
test('a copy that carries an old date is waited for', leaves, 4000, 3_600_000, 11_000);
test('a file whose dates keep changing is waited for', leaves, 60_000, 1000, 14_000);
test(
	'a date far in the future does not make a file young for ever',
	leaves,
	15_000,
	-86_400_000,
	0,
);
test('a date a moment in the future counts as now', leaves, undefined, -50, 15_000);
test('after the time is over it is over', leaves, 15_000, 15_000, 0);
