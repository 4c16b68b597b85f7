import test from 'ava';
import { AnnounceLine } from '../../src/tracker/announce-line.js';
import { ScriptedTransport } from '../helpers/fake-tracker.js';
import { A, B, makeTrackerBench, seededRandom } from '../helpers/tracker-bench.js';
import { settle, VirtualClock } from '../helpers/virtual-clock.js';

test('of many torrents of one silent tracker some ask it at once, the rest wait their turn, and one that is stopped meanwhile never asks', async (t) => {
	const clock = new VirtualClock(0);
	const transport = new ScriptedTransport(() => clock.now());
	const line = new AnnounceLine();
	transport.script = (url) => (url === A ? 'silent' : {});
	const started = (url: string): number =>
		transport.lines.filter((each) => each === `${url} started`).length;
	const sessions = Array.from(
		{ length: 60 },
		(_, number) => makeTrackerBench([[A]], seededRandom(number), clock, transport, line).session,
	);
	for (const session of sessions) session.start();
	await settle();
	const atOnce = started(A);
	t.true(atOnce < 60, 'not all at once');
	t.is(sessions[59]?.status()[0]?.state, 'announcing', 'one that waits shows that it is about to');

	const other = makeTrackerBench([[B]], seededRandom(99), clock, transport, line).session;
	other.start();
	await settle();
	t.is(other.status()[0]?.state, 'ok', 'another tracker is not held up');

	await sessions[59]?.stop(0);
	const stops = sessions.slice(0, 59).map((session) => session.stop(0));
	await clock.advanceAsync(1);
	await Promise.all(stops);
	t.true(started(A) <= 59);
	t.deepEqual(
		sessions.map((session) => session.status()[0]?.state),
		sessions.map(() => 'idle'),
	);
});

test('when one torrent is done with its tracker, the next in line begins', async (t) => {
	const clock = new VirtualClock(0);
	const transport = new ScriptedTransport(() => clock.now());
	const line = new AnnounceLine();
	const sessions = Array.from(
		{ length: 200 },
		(_, number) => makeTrackerBench([[A]], seededRandom(number), clock, transport, line).session,
	);
	for (const session of sessions) session.start();
	await clock.advanceAsync(1000);
	t.deepEqual(new Set(sessions.map((session) => session.status()[0]?.state)), new Set(['ok']));
	t.is(transport.log.length, 200);
	await clock.advanceAsync(3_600_000);
	t.true(transport.log.length >= 400, 'all come back after their interval');
	for (const session of sessions) await session.stop(0);
});
