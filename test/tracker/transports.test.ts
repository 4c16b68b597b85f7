import test from 'ava';
import { writeUint32 } from '../../src/primitives/bytes.js';
import { type Clock, systemClock } from '../../src/primitives/clock.js';
import { parseInfohash } from '../../src/primitives/infohash.js';
import type { AnnounceRequest } from '../../src/tracker/announce.js';
import { AnnounceLine } from '../../src/tracker/announce-line.js';
import { DueTimes } from '../../src/tracker/due-times.js';
import type { Tiers } from '../../src/tracker/tier.js';
import { TrackerSession } from '../../src/tracker/tracker-session.js';
import { TrackerTransports } from '../../src/tracker/tracker-transports.js';
import { encodeUdpAnswer, parseUdpRequest, type UdpRequest } from '../../src/tracker/udp-codec.js';
import { startTrackerServer } from '../../src/tracker-server/tracker-server.js';
import { startFakeHttpTracker, startFakeUdpTracker } from '../helpers/fake-tracker.js';
import { VirtualClock } from '../helpers/virtual-clock.js';

const INFOHASH = parseInfohash('ab'.repeat(20))!;
const never = new AbortController().signal;

function makeRequest(port: number, overrides: Partial<AnnounceRequest> = {}): AnnounceRequest {
	return {
		infohash: INFOHASH,
		peerId: new Uint8Array(20).fill(port & 255),
		port,
		ip: undefined,
		key: '00000000',
		event: 'started',
		numWant: 50,
		trackerId: undefined,
		uploadedBytes: 0,
		downloadedBytes: 0,
		leftBytes: 1,
		...overrides,
	};
}

function makeTransports(clock: Clock = systemClock): TrackerTransports {
	return new TrackerTransports({
		random: Math.random,
		clock,
		bindAddress: '127.0.0.1',
		userAgent: 'test/1',
	});
}

const transports = ['http', 'udp'] as const;
for (const transport of transports) {
	test(`two peers find each other through a real ${transport} tracker, and scrape counts them`, async (t) => {
		const server = await startTrackerServer({
			host: '127.0.0.1',
			port: 0,
			intervalSeconds: 1800,
			clock: systemClock,
			random: Math.random,
		});
		const url = transport === 'http' ? server.announceUrl : server.udpAnnounceUrl;
		const client = makeTransports();
		const seed = await client.announce(url, makeRequest(7001, { leftBytes: 0 }), never);
		t.like(seed, { peers: [], complete: 1, incomplete: 0, intervalSeconds: 1800 });
		const leecher = await client.announce(url, makeRequest(7002), never);
		t.deepEqual(leecher.peers, [{ address: '127.0.0.1', port: 7001 }]);
		const scraped = await client.scrape(url, INFOHASH, never);
		t.deepEqual(scraped, { complete: 1, incomplete: 1, downloaded: 0 });
		await client.announce(url, makeRequest(7002, { event: 'completed', leftBytes: 0 }), never);
		await client.announce(url, makeRequest(7001, { event: 'stopped' }), never);
		t.deepEqual(await client.scrape(url, INFOHASH, never), {
			complete: 1,
			incomplete: 0,
			downloaded: 1,
		});
		await Promise.all([client.close(), server.close()]);
	});
}

test('a failure reason in a 4xx answer is heard, any other 4xx is an HTTP status', async (t) => {
	let body = 'd14:failure reason6:bannede';
	const tracker = await startFakeHttpTracker((_request, response) => {
		response.writeHead(403).end(body);
	});
	const client = makeTransports();
	const announce = () => client.announce(tracker.url, makeRequest(1), never);
	await t.throwsAsync(announce, { code: 'TRACKER_REFUSED', message: 'banned' });
	body = 'Forbidden';
	await t.throwsAsync(announce, { code: 'TRACKER_HTTP_STATUS', message: /403/ });
	await Promise.all([client.close(), tracker.close()]);
});

test('a torrent cannot press buttons of services on this machine', async (t) => {
	const service = await startFakeHttpTracker((_request, response) => response.end('done'));
	const client = makeTransports();
	const url = service.url.replace('/announce', '/shutdown');
	await t.throwsAsync(client.announce(url, makeRequest(1), never), { code: 'TRACKER_UNREACHABLE' });
	t.deepEqual(service.requests, []);
	await Promise.all([client.close(), service.close()]);
});

test('error messages never contain the secret of a tracker URL', async (t) => {
	const tracker = await startFakeHttpTracker((_request, response) => response.end('nonsense'));
	const client = makeTransports();
	const bad = tracker.url.replace('/announce', '/SECRET/announce?passkey=SECRET');
	const error = await t.throwsAsync(client.announce(bad, makeRequest(1), never));
	t.false(error.message.includes('SECRET'));
	await tracker.close();
	const refused = await t.throwsAsync(client.announce(bad, makeRequest(1), never));
	t.false(refused.message.includes('SECRET'));
	await client.close();
});

const CONNECTION_ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

function announceAnswer(request: UdpRequest): Uint8Array {
	const body = new Uint8Array(18);
	writeUint32(body, 0, 1800);
	body.set([10, 0, 0, 1, 0, 80], 12);
	return encodeUdpAnswer('announce', request.transactionId, body);
}

/** What a correct tracker says. */
function properAnswer(packet: Uint8Array): Uint8Array[] {
	const request = parseUdpRequest(packet);
	if (request === undefined) return [];
	if (request.type === 'connect')
		return [encodeUdpAnswer('connect', request.transactionId, CONNECTION_ID)];
	return [announceAnswer(request)];
}

test('lost UDP packets are sent again, and the connection id is asked for once', async (t) => {
	const clock = new VirtualClock();
	const tracker = await startFakeUdpTracker((packet, count) =>
		count === 1 || count === 3 ? undefined : properAnswer(packet),
	);
	const client = makeTransports(clock);
	const announce = client.announce(tracker.url, makeRequest(1), never);
	await tracker.arrived(1);
	await clock.advanceAsync(15_000);
	await tracker.arrived(3);
	await clock.advanceAsync(15_000);
	t.deepEqual((await announce).peers, [{ address: '10.0.0.1', port: 80 }]);
	t.deepEqual(tracker.actions, [0, 0, 1, 1]);
	t.is(clock.pendingTimers, 0);
	await Promise.all([client.close(), tracker.close()]);
});

test('a UDP connection id is used again, and the path of the URL is told', async (t) => {
	const tracker = await startFakeUdpTracker(properAnswer);
	const client = makeTransports();
	await client.announce(tracker.url, makeRequest(1), never);
	await client.announce(tracker.url, makeRequest(1), never);
	t.deepEqual(tracker.actions, [0, 1, 1]);
	t.is(Buffer.from(tracker.packets[1]!.subarray(100)).toString(), '/announce');
	await Promise.all([client.close(), tracker.close()]);
});

test('a UDP tracker that forgot our connection id is connected to again', async (t) => {
	let hasForgotten = false;
	const tracker = await startFakeUdpTracker((packet) => {
		const request = parseUdpRequest(packet);
		if (request?.type !== 'announce' || !hasForgotten) return properAnswer(packet);
		hasForgotten = false;
		return [encodeUdpAnswer('error', request.transactionId, Buffer.from('bad connection id'))];
	});
	const client = makeTransports();
	await client.announce(tracker.url, makeRequest(1), never);
	hasForgotten = true;
	await client.announce(tracker.url, makeRequest(1), never);
	t.deepEqual(tracker.actions, [0, 1, 1, 0, 1]);
	await Promise.all([client.close(), tracker.close()]);
});

test('a UDP error is the reason of the tracker', async (t) => {
	const tracker = await startFakeUdpTracker((packet) => {
		const request = parseUdpRequest(packet);
		if (request?.type !== 'announce') return properAnswer(packet);
		return [encodeUdpAnswer('error', request.transactionId, Buffer.from('go\u001b away'))];
	});
	const client = makeTransports();
	await t.throwsAsync(client.announce(tracker.url, makeRequest(1), never), {
		code: 'TRACKER_REFUSED',
		message: 'go away',
	});
	await Promise.all([client.close(), tracker.close()]);
});

const ignoredAnswer = test.macro(async (t, spoil: (answer: Uint8Array) => Uint8Array) => {
	const tracker = await startFakeUdpTracker((packet) => {
		const answers = properAnswer(packet);
		return [...answers.map(spoil), ...answers];
	});
	const client = makeTransports();
	const { peers } = await client.announce(tracker.url, makeRequest(1), never);
	t.deepEqual(peers, [{ address: '10.0.0.1', port: 80 }]);
	t.deepEqual(tracker.actions, [0, 1]);
	await Promise.all([client.close(), tracker.close()]);
});
test('a UDP answer of another transaction is ignored', ignoredAnswer, (answer) => {
	const other = answer.slice();
	other[7] = (other[7] ?? 0) ^ 1;
	return other.fill(0xee, 8);
});
test('a short UDP answer is ignored', ignoredAnswer, (answer) => answer.slice(0, 12));
test('an empty UDP answer is ignored', ignoredAnswer, () => new Uint8Array(0));
test('a UDP answer of another kind is ignored', ignoredAnswer, (answer) => {
	const other = new Uint8Array(40);
	other.set(answer.subarray(0, 8));
	other[3] = 2;
	return other;
});

test('a UDP answer from another address is ignored', async (t) => {
	const stranger = await startFakeUdpTracker(() => undefined);
	const tracker = await startFakeUdpTracker(async (packet, _count, from) => {
		const answers = properAnswer(packet);
		for (const answer of answers) {
			const forged = answer.slice();
			forged.fill(0x63, 8);
			await stranger.send(forged, from);
		}
		return answers;
	});
	const client = makeTransports();
	const { peers } = await client.announce(tracker.url, makeRequest(1), never);
	t.deepEqual(peers, [{ address: '10.0.0.1', port: 80 }]);
	t.deepEqual([...tracker.packets[1]!.subarray(0, 8)], [...CONNECTION_ID]);
	await Promise.all([client.close(), tracker.close(), stranger.close()]);
});

test('a silent UDP tracker is asked at 0, 15 and 45 s and given up after a minute', async (t) => {
	const clock = new VirtualClock();
	const tracker = await startFakeUdpTracker(() => undefined);
	const client = makeTransports(clock);
	let isOver = false;
	const announce = t
		.throwsAsync(client.announce(tracker.url, makeRequest(1), never), { code: 'TRACKER_TIMEOUT' })
		.finally(() => {
			isOver = true;
		});
	await tracker.arrived(1);
	await clock.advanceAsync(15_000);
	await tracker.arrived(2);
	await clock.advanceAsync(30_000);
	await tracker.arrived(3);
	await clock.advanceAsync(14_999);
	t.false(isOver);
	await clock.advanceAsync(1);
	await announce;
	t.is(tracker.actions.length, 3);
	await Promise.all([client.close(), tracker.close()]);
});

test('a UDP tracker is given up sooner when other trackers are behind it', async (t) => {
	const clock = new VirtualClock();
	const tracker = await startFakeUdpTracker(() => undefined);
	const client = makeTransports(clock);
	const request = makeRequest(1, { patienceMs: 20_000 });
	const announce = t.throwsAsync(client.announce(tracker.url, request, never), {
		code: 'TRACKER_TIMEOUT',
	});
	await tracker.arrived(1);
	await clock.advanceAsync(20_000);
	await announce;
	await tracker.arrived(2);
	t.deepEqual(tracker.actions, [0, 0]);
	await Promise.all([client.close(), tracker.close()]);
});

test('closing ends every request under way', async (t) => {
	const silentHttp = await startFakeHttpTracker(() => {});
	const silentUdp = await startFakeUdpTracker(() => undefined);
	const client = makeTransports();
	const requests = [silentHttp.url, silentUdp.url].map((url) =>
		t.throwsAsync(client.announce(url, makeRequest(1), never), { code: 'TRACKER_ABORTED' }),
	);
	await client.close();
	await Promise.all(requests);
	const late = client.announce(silentHttp.url, makeRequest(1), never);
	await t.throwsAsync(late, { code: 'TRACKER_ABORTED' });
	await Promise.all([silentHttp.close(), silentUdp.close()]);
});

/** A session over real sockets; `changed` resolves when `isDone` holds. */
function startSession(client: TrackerTransports, tiers: Tiers) {
	let check: (() => void) | undefined;
	const torrent = {
		infohash: INFOHASH,
		totals: () => ({ uploadedBytes: 0, downloadedBytes: 0, leftBytes: 1 }),
		numWant: () => 50,
		onPeers: () => {},
		onChange: () => check?.(),
		log: () => {},
	};
	const session = new TrackerSession(torrent, tiers, {
		peerId: new Uint8Array(20).fill(1),
		transports: client,
		clock: systemClock,
		random: Math.random,
		ip: undefined,
		line: new AnnounceLine(),
		dueTimes: new DueTimes(systemClock),
		port: () => 7009,
	});
	const until = (isDone: () => boolean): Promise<void> =>
		new Promise<void>((resolve) => {
			check = () => {
				if (isDone()) resolve();
			};
			check?.();
		});
	session.start();
	return { session, until };
}

test('a tracker that dies during a request is replaced by a UDP one in the same round', async (t) => {
	const dying = await startFakeHttpTracker((request) => request.socket.destroy());
	const living = await startFakeUdpTracker(properAnswer);
	const client = makeTransports();
	const { session, until } = startSession(client, [[dying.url], [living.url]]);
	await until(() => session.status()[1]?.state === 'ok');
	t.is(session.status()[0]?.state, 'failed');
	t.is(dying.requests.length, 1);
	t.regex(dying.requests[0] ?? '', /event=started/);
	await session.stop();
	t.deepEqual(living.actions, [0, 1, 1]);
	await Promise.all([client.close(), dying.close(), living.close()]);
});

test('stopping does not wait longer than it may for a tracker that never answers', async (t) => {
	let isSilent = false;
	const tracker = await startFakeHttpTracker((_request, response) => {
		if (!isSilent) response.end('d8:intervali1800e5:peers0:e');
	});
	const client = makeTransports();
	const { session, until } = startSession(client, [[tracker.url]]);
	await until(() => session.status()[0]?.state === 'ok');
	isSilent = true;
	const startedAt = performance.now();
	await session.stop(200);
	t.true(performance.now() - startedAt < 1500);
	t.regex(tracker.requests[1] ?? '', /event=stopped/);
	await Promise.all([client.close(), tracker.close()]);
});
