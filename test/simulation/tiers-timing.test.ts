import test from 'ava';
import { TrackerError } from '../../src/tracker/tracker-error.js';
import { ScriptedTransport, unreachable } from '../helpers/fake-tracker.js';
import {
	A,
	B,
	HOUR,
	MINUTE,
	makeTrackerBench,
	SECOND,
	seededRandom,
} from '../helpers/tracker-bench.js';
import { settle, VirtualClock } from '../helpers/virtual-clock.js';

test('when all trackers are dead the tries become rare, but never stop', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A]]);
	transport.script = () => unreachable();
	session.start();
	await clock.advanceAsync(10 * MINUTE);
	const early = transport.log.length;
	t.true(early >= 4 && early <= 8, `${early} tries in ten minutes`);
	await clock.advanceAsync(24 * HOUR);
	const before = transport.log.length;
	await clock.advanceAsync(24 * HOUR);
	const perDay = transport.log.length - before;
	t.true(perDay >= 36 && perDay <= 66, `${perDay} tries a day`);
});

test('a tracker that asks to be left alone for an hour is', async (t) => {
	const { clock, transport, session, seconds } = makeTrackerBench([[A]]);
	transport.script = () =>
		new TrackerError('TRACKER_REFUSED', 'busy', { failureReason: 'busy', retryInMs: HOUR });
	session.start();
	await clock.advanceAsync(59 * MINUTE);
	t.is(transport.log.length, 1);
	await clock.advanceAsync(2 * MINUTE);
	t.deepEqual(seconds(), [0, 3600]);
});

test('announces by hand wait for the min interval and no longer', async (t) => {
	const { clock, transport, session, seconds } = makeTrackerBench([[A]]);
	transport.script = () => ({ minIntervalSeconds: 300 });
	session.start();
	await clock.advanceAsync(10 * SECOND);
	session.reannounce();
	session.reannounce();
	await clock.advanceAsync(280 * SECOND);
	t.deepEqual(seconds(), [0]);
	t.is(session.status()[0]?.nextAnnounceSeconds, 10);
	await clock.advanceAsync(20 * SECOND);
	t.deepEqual(seconds(), [0, 300]);
});

test('an announce by hand goes out at once where no min interval forbids it, and past a back-off', async (t) => {
	const { clock, transport, session, seconds } = makeTrackerBench([[A]]);
	session.start();
	await clock.advanceAsync(100 * SECOND);
	session.reannounce();
	await clock.advanceAsync(0);
	t.deepEqual(seconds(), [0, 100]);
	transport.script = () => unreachable();
	for (let i = 0; i < 6; i++) {
		session.reannounce();
		await clock.advanceAsync(2 * SECOND);
	}
	t.is(transport.log.length, 8);
});

test('a hungry download asks after 15, 30 and 60 s, growing, and a dead swarm is not asked for ever', async (t) => {
	const { clock, transport, session, seconds } = makeTrackerBench([[A]], () => 0);
	session.setHungry(true);
	session.start();
	await clock.advanceAsync(4 * MINUTE);
	t.deepEqual(seconds(), [0, 15, 45, 105, 225]);
	await clock.advanceAsync(4 * HOUR);
	const before = transport.log.length;
	await clock.advanceAsync(10 * HOUR);
	t.is(transport.log.length - before, 20);
});

test('hunger never goes under the min interval', async (t) => {
	const { clock, transport, session, seconds } = makeTrackerBench([[A]], () => 0);
	transport.script = () => ({ minIntervalSeconds: 120 });
	session.setHungry(true);
	session.start();
	await clock.advanceAsync(9 * MINUTE);
	t.deepEqual(seconds(), [0, 120, 240, 360, 480]);
});

test('announces of many torrents do not stay in step', async (t) => {
	const random = seededRandom(5);
	const times = new Set<number>();
	for (let i = 0; i < 20; i++) {
		const { clock, session, seconds } = makeTrackerBench([[A]], random);
		session.start();
		await clock.advanceAsync(34 * MINUTE);
		times.add(seconds()[1] ?? 0);
		t.true((seconds()[1] ?? 0) >= 1800 && (seconds()[1] ?? 0) <= 1980);
	}
	t.true(times.size > 10);
});

test('scrapes are asked for only where they tell something new, at most every 15 minutes', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A], [B]]);
	session.requestScrape();
	t.deepEqual(transport.scrapes, []);
	session.start();
	await clock.advanceAsync(0);
	for (let i = 0; i < 60; i++) {
		session.requestScrape();
		await clock.advanceAsync(30 * SECOND);
	}
	t.deepEqual(transport.scrapes, [A, A]);
	t.like(session.status()[0], { seeds: 7, leechers: 5, downloads: 3 });
});

test('the port is waited for shortly, and a session without one announces all the same', async (t) => {
	const bench = makeTrackerBench([[A]]);
	bench.port = undefined;
	bench.session.start();
	await bench.clock.advanceAsync(1500);
	t.is(bench.transport.log.length, 0);
	bench.port = 7000;
	await bench.clock.advanceAsync(1000);
	t.is(bench.transport.log[0]?.request.port, 7000);
	const deaf = makeTrackerBench([[A]]);
	deaf.port = undefined;
	deaf.session.start();
	await deaf.clock.advanceAsync(10_000);
	t.is(deaf.transport.log.length, 1);
});

test('two thousand idle torrents hold one timer each and do not wake up', async (t) => {
	const clock = new VirtualClock(0);
	const transport = new ScriptedTransport(() => clock.now());
	for (let i = 0; i < 2000; i++) {
		makeTrackerBench([[A], [B]], seededRandom(i), clock, transport).session.start();
	}
	await settle();
	t.is(clock.pendingTimers, 2000);
	t.is(transport.log.length, 2000);
	t.true((clock.nextTimerInMs ?? 0) >= 1800 * SECOND);
});
