import test from 'ava';
import { DueTimes, type DueWaiter } from '../../src/tracker/due-times.js';
import { seededRandom } from '../helpers/tracker-bench.js';
import { VirtualClock } from '../helpers/virtual-clock.js';

function waiterOf(onDue: () => void): DueWaiter {
	return { dueAtMs: 0, duePlace: -1, onDue };
}

test('everybody is called once, in the order of their times, whatever was changed or taken back before', (t) => {
	const clock = new VirtualClock(0);
	const dueTimes = new DueTimes(clock);
	const random = seededRandom(7);
	const called: number[] = [];
	const wanted: number[] = [];
	for (let i = 0; i < 500; i++) {
		const waiter = waiterOf(() => {
			t.is(clock.now(), waiter.dueAtMs);
			called.push(clock.now());
		});
		dueTimes.set(waiter, Math.floor(random() * 1000));
		const atMs = Math.floor(random() * 1000);
		if (i % 3 === 0) dueTimes.delete(waiter);
		else dueTimes.set(waiter, atMs);
		if (i % 3 !== 0) wanted.push(atMs);
	}
	clock.advance(1000);
	t.deepEqual(
		called,
		wanted.sort((a, b) => a - b),
	);
});

test('one who is called may wait again, and may have another not called at all', (t) => {
	const clock = new VirtualClock(0);
	const dueTimes = new DueTimes(clock);
	const called: string[] = [];
	const second = waiterOf(() => called.push('second'));
	const first = waiterOf(() => {
		called.push(`first at ${clock.now()}`);
		dueTimes.delete(second);
		if (called.length === 1) dueTimes.set(first, 30);
	});
	dueTimes.set(second, 10);
	dueTimes.set(first, 10);
	dueTimes.set(second, 11);
	clock.advance(100);
	t.deepEqual(called, ['first at 10', 'first at 30']);
});
