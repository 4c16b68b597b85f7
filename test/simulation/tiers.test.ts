import test from 'ava';
import fc from 'fast-check';
import type { Endpoint } from '../../src/primitives/endpoint.js';
import { parseInfohash } from '../../src/primitives/infohash.js';
import { silentLogger } from '../../src/primitives/logger.js';
import type { AnnounceTotals } from '../../src/tracker/announce.js';
import type { Tiers } from '../../src/tracker/tier.js';
import { TrackerError } from '../../src/tracker/tracker-error.js';
import { TrackerSession } from '../../src/tracker/tracker-session.js';
import { ScriptedTransport, unreachable } from '../helpers/fake-tracker.js';
import { settle, VirtualClock } from '../helpers/virtual-clock.js';

const A = 'http://a.example/announce';
const B = 'http://b.example/announce';
const C = 'http://c.example/announce';
const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

interface Bench {
	readonly clock: VirtualClock;
	readonly transport: ScriptedTransport;
	readonly session: TrackerSession;
	readonly peers: Endpoint[];
	readonly totals: { -readonly [Key in keyof AnnounceTotals]: number };
	/** Times of the announces in seconds since the start. */
	seconds(): number[];
}

/** Small steady pseudo-random numbers: the same run every time. */
function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

function makeBench(tiers: Tiers, random: () => number = seededRandom(1)): Bench {
	const clock = new VirtualClock(0);
	const transport = new ScriptedTransport();
	const peers: Endpoint[] = [];
	const totals = { uploadedBytes: 0, downloadedBytes: 0, leftBytes: 100 };
	const times: number[] = [];
	const announce = transport.announce.bind(transport);
	transport.announce = (...args) => {
		times.push(Math.round(clock.now() / SECOND));
		return announce(...args);
	};
	const session = new TrackerSession({
		infohash: parseInfohash('ab'.repeat(20))!,
		peerId: new Uint8Array(20),
		tiers,
		transports: transport,
		clock,
		random,
		logger: silentLogger,
		totals: () => totals,
		port: () => 6881,
		ip: undefined,
		numWant: () => 50,
		onPeers: (found) => peers.push(...found),
		onChange: () => {},
	});
	return { clock, transport, session, peers, totals, seconds: () => times };
}

test('a dead tracker is followed by the next one within the same round', async (t) => {
	const { clock, transport, session, peers } = makeBench([[A], [B], [C]]);
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
	const { clock, transport, session } = makeBench([[A], [B]]);
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
	const { clock, transport, session } = makeBench([[A], [B, C]], () => 0.999);
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
		const { session } = makeBench([[A], tier], seededRandom(seed));
		const urls = session.status().map(({ url }) => url);
		t.is(urls[0], A);
		t.deepEqual(urls.slice(1).sort(), tier);
		orders.add(urls.join());
	}
	t.true(orders.size > 10);
});

test('when all trackers are dead the tries become rare, but never stop', async (t) => {
	const { clock, transport, session } = makeBench([[A]]);
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

test('a tracker in back-off is left out until its time', async (t) => {
	const { clock, transport, session } = makeBench([[A], [B]]);
	transport.script = (url) => (url === A ? unreachable() : { intervalSeconds: 60 });
	session.start();
	await clock.advanceAsync(6 * HOUR);
	const asked = (name: string): number => transport.log.filter(({ url }) => url === name).length;
	t.true(asked(B) > 300, `${asked(B)} announces to the living one`);
	t.true(asked(A) < 25, `${asked(A)} tries of the dead one`);
});

test('a tracker that asks to be left alone for an hour is', async (t) => {
	const { clock, transport, session, seconds } = makeBench([[A]]);
	transport.script = () =>
		new TrackerError('TRACKER_REFUSED', 'busy', { failureReason: 'busy', retryInMs: HOUR });
	session.start();
	await clock.advanceAsync(59 * MINUTE);
	t.is(transport.log.length, 1);
	await clock.advanceAsync(2 * MINUTE);
	t.deepEqual(seconds(), [0, 3600]);
});

test('announces by hand wait for the min interval and no longer', async (t) => {
	const { clock, transport, session, seconds } = makeBench([[A]]);
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
	const { clock, transport, session, seconds } = makeBench([[A]]);
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
	const { clock, transport, session, seconds } = makeBench([[A]], () => 0);
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
	const { clock, transport, session, seconds } = makeBench([[A]], () => 0);
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
		const { clock, session, seconds } = makeBench([[A]], random);
		session.start();
		await clock.advanceAsync(34 * MINUTE);
		times.add(seconds()[1] ?? 0);
		t.true((seconds()[1] ?? 0) >= 1800 && (seconds()[1] ?? 0) <= 1980);
	}
	t.true(times.size > 10);
});

test('a download that finishes says so once to the tracker in use', async (t) => {
	const { clock, transport, session, totals } = makeBench([[A], [B]]);
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
	const { clock, transport, session, totals } = makeBench([[A], [B]]);
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
	const { clock, transport, session, totals } = makeBench([[A]]);
	session.start();
	totals.leftBytes = 0;
	session.completed();
	await clock.advanceAsync(2 * SECOND);
	t.deepEqual(transport.lines, [`${A} started`, `${A} completed`]);
});

test('stopped goes to every tracker that had started, at once and to no other', async (t) => {
	const { clock, transport, session } = makeBench([[A], [B], [C]]);
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
	const { clock, transport, session } = makeBench([[A]]);
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
	const { clock, transport, session, totals } = makeBench([[A]]);
	session.start();
	await clock.advanceAsync(10 * SECOND);
	totals.leftBytes = 0;
	session.completed();
	await session.stop();
	t.deepEqual(transport.lines, [`${A} started`, `${A} completed`, `${A} stopped`]);
	t.is(clock.pendingTimers, 0);
});

test('a started that has no answer yet is taken back with stopped', async (t) => {
	const { clock, transport, session } = makeBench([[A]]);
	transport.script = (_url, { event }) => (event === 'started' ? 'silent' : {});
	session.start();
	await clock.advanceAsync(SECOND);
	t.is(session.status()[0]?.state, 'announcing');
	await session.stop();
	t.deepEqual(transport.lines, [`${A} started`, `${A} stopped`]);
	t.is(transport.underWay, 0);
});

test('a session that starts again begins with started', async (t) => {
	const { clock, transport, session } = makeBench([[A]]);
	session.start();
	await clock.advanceAsync(0);
	await session.stop();
	session.start();
	await clock.advanceAsync(0);
	t.deepEqual(transport.lines, [`${A} started`, `${A} stopped`, `${A} started`]);
	t.is(session.status()[0]?.state, 'ok');
});

test('the tracker id is echoed to the tracker that gave it only', async (t) => {
	const { clock, transport, session } = makeBench([[A], [B]]);
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
	const { clock, transport, session } = makeBench([[A], [B]]);
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

test('a tracker removed while it is asked is told stopped and its answer is not used', async (t) => {
	const { clock, transport, session } = makeBench([[A]]);
	transport.script = (url, { event }) => (url === A && event === 'started' ? 'silent' : {});
	session.start();
	await clock.advanceAsync(SECOND);
	session.setTiers([[B]]);
	await clock.advanceAsync(2 * SECOND);
	t.deepEqual(transport.lines.sort(), [`${A} started`, `${A} stopped`, `${B} started`]);
	t.true(session.status()[0]?.isActive);
});

test('trackers we cannot speak to are shown as such and never asked', async (t) => {
	const { clock, transport, session } = makeBench([['wss://a.example/announce'], [B]]);
	session.start();
	await clock.advanceAsync(HOUR);
	t.is(session.status()[0]?.state, 'unsupported');
	t.regex(session.status()[0]?.message ?? '', /wss/);
	t.true(transport.log.every(({ url }) => url === B));
	const lonely = makeBench([['file:///etc/passwd', 'javascript:alert(1)']]);
	lonely.session.start();
	await lonely.clock.advanceAsync(HOUR);
	t.is(lonely.transport.log.length, 0);
	t.is(lonely.clock.pendingTimers, 0);
});

test('a warning is shown while the tracker stays in use', async (t) => {
	const { clock, transport, session } = makeBench([[A]]);
	transport.script = () => ({ warning: 'please update', complete: 4, incomplete: 2 });
	session.start();
	await clock.advanceAsync(60 * SECOND);
	const [status] = session.status();
	t.like(status, { state: 'warning', message: 'please update', seeds: 4, leechers: 2 });
	t.is(status?.lastAnswerSeconds, 60);
	t.true((status?.nextAnnounceSeconds ?? 0) >= 1740);
});

test('scrapes are asked for only where they tell something new, at most every 15 minutes', async (t) => {
	const { clock, transport, session } = makeBench([[A], [B]]);
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

test('the port is waited for shortly', async (t) => {
	const clock = new VirtualClock(0);
	const transport = new ScriptedTransport();
	let port: number | undefined;
	const session = new TrackerSession({
		infohash: parseInfohash('ab'.repeat(20))!,
		peerId: new Uint8Array(20),
		tiers: [[A]],
		transports: transport,
		clock,
		random: () => 0.5,
		logger: silentLogger,
		totals: () => ({ uploadedBytes: 0, downloadedBytes: 0, leftBytes: 1 }),
		port: () => port,
		ip: undefined,
		numWant: () => 50,
		onPeers: () => {},
		onChange: () => {},
	});
	session.start();
	await clock.advanceAsync(1500);
	t.is(transport.log.length, 0);
	port = 7000;
	await clock.advanceAsync(1000);
	t.is(transport.log[0]?.request.port, 7000);
});

test('whatever trackers do, each hears started before anything else, and one timer is enough', async (t) => {
	const step = fc.record({
		advanceMs: fc.integer({ min: 0, max: 3 * HOUR }),
		up: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
		act: fc.constantFrom('none', 'reannounce', 'hungry', 'sated', 'completed', 'restart', 'edit'),
	});
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.nat(), async (steps, seed) => {
			const { clock, transport, session, totals } = makeBench([[A, B], [C]], seededRandom(seed));
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

test('two thousand idle torrents hold one timer each and do not wake up', async (t) => {
	const clock = new VirtualClock(0);
	const transport = new ScriptedTransport();
	const sessions: TrackerSession[] = [];
	for (let i = 0; i < 2000; i++) {
		const session = new TrackerSession({
			infohash: parseInfohash('ab'.repeat(20))!,
			peerId: new Uint8Array(20),
			tiers: [[A], [B]],
			transports: transport,
			clock,
			random: seededRandom(i),
			logger: silentLogger,
			totals: () => ({ uploadedBytes: 0, downloadedBytes: 0, leftBytes: 0 }),
			port: () => 6881,
			ip: undefined,
			numWant: () => 0,
			onPeers: () => {},
			onChange: () => {},
		});
		session.start();
		sessions.push(session);
	}
	await settle();
	t.is(clock.pendingTimers, 2000);
	t.is(transport.log.length, 2000);
	t.true((clock.nextTimerInMs ?? 0) >= 1800 * SECOND);
});
