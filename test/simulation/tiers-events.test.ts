import test from 'ava';
import fc from 'fast-check';
import { type ScriptedTransport, unreachable } from '../helpers/fake-tracker.js';
import {
	A,
	B,
	C,
	HOUR,
	MINUTE,
	makeTrackerBench,
	SECOND,
	seededRandom,
} from '../helpers/tracker-bench.js';
import { settle } from '../helpers/virtual-clock.js';

test('a download that finishes says so once to the tracker in use', async (t) => {
	const { clock, transport, session, totals } = makeTrackerBench([[A], [B]]);
	session.start();
	await clock.advanceAsync(10 * SECOND);
	totals.leftBytes = 0;
	session.completed();
	session.completed();
	await clock.advanceAsync(3 * HOUR);
	t.deepEqual(transport.lines.slice(0, 3), [`${A} started`, `${A} completed`, `${A} -`]);
	t.is(transport.lines.filter((line) => line.endsWith('completed')).length, 1);
});

test('completed waits for a tracker that is down, and one that never saw the download unfinished gets none', async (t) => {
	const { clock, transport, session, totals } = makeTrackerBench([[A], [B]]);
	session.start();
	await clock.advanceAsync(10 * SECOND);
	transport.script = (url) => (url === A ? unreachable() : {});
	totals.leftBytes = 0;
	session.completed();
	await clock.advanceAsync(0);
	t.deepEqual(transport.lines, [`${A} started`, `${A} completed`, `${B} started`]);
	transport.script = () => ({});
	await clock.advanceAsync(HOUR);
	t.is(transport.lines[3], `${A} completed`);
	t.false(transport.lines.includes(`${B} completed`));
});

test('a torrent that finishes while started is under way says completed right after', async (t) => {
	const { clock, transport, session, totals } = makeTrackerBench([[A]]);
	session.start();
	totals.leftBytes = 0;
	session.completed();
	await clock.advanceAsync(2 * SECOND);
	t.deepEqual(transport.lines, [`${A} started`, `${A} completed`]);
});

test('stopped goes to every tracker that had started, at once and to no other', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A], [B], [C]]);
	transport.script = (url) => (url === A ? unreachable() : {});
	session.start();
	await clock.advanceAsync(0);
	transport.script = () => ({});
	await clock.advanceAsync(34 * MINUTE); // A is back: A and B know us now.
	transport.log.length = 0;
	const stopped = session.stop();
	t.deepEqual(transport.lines.sort(), [`${A} stopped`, `${B} stopped`]);
	await stopped;
	t.is(transport.log[0]?.request.numWant, 0);
	t.is(clock.pendingTimers, 0);
	t.true(session.status().every(({ state }) => state === 'idle'));
	await clock.advanceAsync(24 * HOUR);
	t.is(transport.log.length, 2);
});

test('stopping waits 5 s for silent trackers and then lets them go', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A]]);
	session.start();
	await clock.advanceAsync(0);
	transport.script = () => 'silent';
	let isDone = false;
	const stopped = session.stop().then(() => {
		isDone = true;
		return undefined;
	});
	await clock.advanceAsync(4999);
	t.false(isDone);
	await clock.advanceAsync(1);
	t.true(isDone);
	await stopped;
	await settle();
	t.is(transport.underWay, 0);
	t.is(clock.pendingTimers, 0);
});

test('a program that ends right after the download still says completed before stopped', async (t) => {
	const { clock, transport, session, totals } = makeTrackerBench([[A]]);
	session.start();
	await clock.advanceAsync(10 * SECOND);
	totals.leftBytes = 0;
	session.completed();
	await session.stop();
	t.deepEqual(transport.lines, [`${A} started`, `${A} completed`, `${A} stopped`]);
	t.is(clock.pendingTimers, 0);
});

test('a started that has no answer yet is taken back with stopped', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A]]);
	transport.script = (_url, { event }) => (event === 'started' ? 'silent' : {});
	session.start();
	await clock.advanceAsync(SECOND);
	t.is(session.status()[0]?.state, 'announcing');
	await session.stop();
	t.deepEqual(transport.lines, [`${A} started`, `${A} stopped`]);
	t.is(transport.underWay, 0);
});

test('a session that starts again begins with started', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A]]);
	session.start();
	await clock.advanceAsync(0);
	await session.stop();
	session.start();
	await clock.advanceAsync(0);
	t.deepEqual(transport.lines, [`${A} started`, `${A} stopped`, `${A} started`]);
	t.is(session.status()[0]?.state, 'ok');
});

test('a tracker removed while it is asked is told stopped and its answer is not used', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A]]);
	transport.script = (url, { event }) => (url === A && event === 'started' ? 'silent' : {});
	session.start();
	await clock.advanceAsync(SECOND);
	session.setTiers([[B]]);
	await clock.advanceAsync(2 * SECOND);
	t.deepEqual(transport.lines.sort(), [`${A} started`, `${A} stopped`, `${B} started`]);
	t.true(session.status()[0]?.isActive);
});

test('whatever trackers do, each hears started before anything else, and one timer is enough', async (t) => {
	const step = fc.record({
		advanceMs: fc.integer({ min: 0, max: 3 * HOUR }),
		up: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
		act: fc.constantFrom('none', 'reannounce', 'hungry', 'sated', 'completed', 'restart', 'edit'),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.nat(), async (steps, seed) => {
			const { clock, transport, session, totals } = makeTrackerBench(
				[[A, B], [C]],
				seededRandom(seed),
			);
			let up: readonly boolean[] = [true, true, true];
			transport.script = (url) => (up[[A, B, C].indexOf(url)] === false ? unreachable() : {});
			session.start();
			for (const { advanceMs, up: nextUp, act } of steps) {
				up = nextUp;
				if (act === 'reannounce') session.reannounce();
				if (act === 'hungry' || act === 'sated') session.setHungry(act === 'hungry');
				if (act === 'edit') session.setTiers([[C], [B, A]]);
				if (act === 'completed' && totals.leftBytes > 0) {
					totals.leftBytes = 0;
					session.completed();
				}
				if (act === 'restart') {
					await session.stop();
					session.start();
				}
				await clock.advanceAsync(advanceMs);
				if (clock.pendingTimers !== 1) return false;
			}
			await session.stop();
			return clock.pendingTimers === 0 && [A, B, C].every((url) => startsProperly(transport, url));
		}),
		{ numRuns: 60 },
	);
	t.pass();
});

/** Nothing is said to a tracker before `started` or after `stopped`. */
function startsProperly(transport: ScriptedTransport, url: string): boolean {
	const events = transport.log.filter((entry) => entry.url === url).map((e) => e.request.event);
	let isKnown = false;
	for (const event of events) {
		if (event === 'started') isKnown = true;
		else if (!isKnown) return false;
		if (event === 'stopped') isKnown = false;
	}
	return true;
}
