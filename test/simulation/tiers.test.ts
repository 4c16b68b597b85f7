import test from 'ava';
import { unreachable } from '../helpers/fake-tracker.js';
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

test('a dead tracker is followed by the next one within the same round', async (t) => {
	const { clock, transport, session, peers } = makeTrackerBench([[A], [B], [C]]);
	transport.script = (url) =>
		url === A ? unreachable() : { peers: [{ address: '10.0.0.1', port: 1 }] };
	session.start();
	await clock.advanceAsync(0);
	t.deepEqual(transport.lines, [`${A} started`, `${B} started`]);
	t.is(peers.length, 1);
	const [first, second, third] = session.status();
	t.is(first?.state, 'failed');
	t.is(first?.failures, 1);
	t.is(first?.message, 'Connection refused');
	t.is(second?.state, 'ok');
	t.true(second?.isActive);
	t.is(third?.state, 'standby');
	t.deepEqual(
		session.status().map(({ tier }) => tier),
		[1, 2, 3],
	);
});

test('every round starts at the first tier, so a primary that is back is used again', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A], [B]]);
	let isPrimaryDead = true;
	transport.script = (url) => (url === A && isPrimaryDead ? unreachable() : {});
	session.start();
	await clock.advanceAsync(34 * MINUTE);
	t.deepEqual(transport.lines, [`${A} started`, `${B} started`, `${A} started`, `${B} -`]);
	isPrimaryDead = false;
	await clock.advanceAsync(34 * MINUTE);
	t.deepEqual(transport.lines.slice(4), [`${A} started`]);
	t.true(session.status()[0]?.isActive);
});

test('a tracker that answers moves to the front of its own tier and no further', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A], [B, C]], () => 0.999);
	const redacted = (): string[] => session.status().map(({ url }) => url);
	t.deepEqual(redacted(), [A, B, C]);
	transport.script = (url) => (url === C ? {} : unreachable());
	session.start();
	await clock.advanceAsync(0);
	t.deepEqual(redacted(), [A, C, B]);
	transport.script = (url) => (url === B ? {} : unreachable());
	await clock.advanceAsync(40 * MINUTE);
	t.deepEqual(redacted(), [A, B, C]);
});

test('the trackers of one tier are shuffled once, and tiers keep their order', (t) => {
	const tier = ['d', 'e', 'f', 'g', 'h', 'i'].map((name) => `http://${name}.example/announce`);
	const orders = new Set<string>();
	for (let seed = 0; seed < 20; seed++) {
		const { session } = makeTrackerBench([[A], tier], seededRandom(seed));
		const urls = session.status().map(({ url }) => url);
		t.is(urls[0], A);
		t.deepEqual(urls.slice(1).sort(), tier);
		orders.add(urls.join());
	}
	t.true(orders.size > 10);
});

test('a tracker in back-off is left out until its time', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A], [B]]);
	transport.script = (url) => (url === A ? unreachable() : { intervalSeconds: 60 });
	session.start();
	await clock.advanceAsync(6 * HOUR);
	const asked = (name: string): number => transport.log.filter(({ url }) => url === name).length;
	t.true(asked(B) > 300, `${asked(B)} announces to the living one`);
	t.true(asked(A) < 25, `${asked(A)} tries of the dead one`);
});

test('the tracker id is echoed to the tracker that gave it only', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A], [B]]);
	transport.script = (url) => (url === A ? { trackerId: 'id-of-a' } : {});
	session.start();
	await clock.advanceAsync(34 * MINUTE);
	t.is(transport.log[0]?.request.trackerId, undefined);
	t.is(transport.log[1]?.request.trackerId, 'id-of-a');
	transport.script = (url) => (url === A ? unreachable() : {});
	session.reannounce();
	await clock.advanceAsync(SECOND);
	t.is(transport.log.at(-1)?.url, B);
	t.is(transport.log.at(-1)?.request.trackerId, undefined);
	const keys = new Set(transport.log.map(({ url, request }) => `${url} ${request.key}`));
	t.is(keys.size, 2);
	for (const { request } of transport.log) t.regex(request.key, /^[0-9a-f]{8}$/);
});

test('an edited list tells trackers that go and uses new ones when their turn comes', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A], [B]]);
	session.start();
	await clock.advanceAsync(10 * SECOND);
	session.setTiers([[C], [A]]);
	await clock.advanceAsync(10 * SECOND);
	t.deepEqual(transport.lines, [`${A} started`]);
	t.true(session.status()[1]?.isActive);
	session.setTiers([[C]]);
	await clock.advanceAsync(10 * SECOND);
	t.deepEqual(transport.lines.slice(1).sort(), [`${A} stopped`, `${C} started`]);
	await session.stop();
	t.is(transport.lines.at(-1), `${C} stopped`);
});

test('trackers we cannot speak to are shown as such and never asked', async (t) => {
	const { clock, transport, session } = makeTrackerBench([['wss://a.example/announce'], [B]]);
	session.start();
	await clock.advanceAsync(HOUR);
	t.is(session.status()[0]?.state, 'unsupported');
	t.regex(session.status()[0]?.message ?? '', /wss/);
	t.true(transport.log.every(({ url }) => url === B));
	const lonely = makeTrackerBench([['file:///etc/passwd', 'javascript:alert(1)']]);
	lonely.session.start();
	await lonely.clock.advanceAsync(HOUR);
	t.is(lonely.transport.log.length, 0);
	t.is(lonely.clock.pendingTimers, 0);
});

test('a warning is shown while the tracker stays in use', async (t) => {
	const { clock, transport, session } = makeTrackerBench([[A]]);
	transport.script = () => ({ warning: 'please update', complete: 4, incomplete: 2 });
	session.start();
	await clock.advanceAsync(60 * SECOND);
	const [status] = session.status();
	t.like(status, { state: 'warning', message: 'please update', seeds: 4, leechers: 2 });
	t.is(status?.lastAnswerSeconds, 60);
	t.true((status?.nextAnnounceSeconds ?? 0) >= 1740);
});
