import { connect } from 'node:net';
import test from 'ava';
import { isBencodeDict } from '../../src/bencode/bencode-value.js';
import { decodeBencode } from '../../src/bencode/decode.js';
import { UdpSocket } from '../../src/net/udp-socket.js';
import { readUint32, toHex } from '../../src/primitives/bytes.js';
import { systemClock } from '../../src/primitives/clock.js';
import { type Endpoint, parseEndpoint } from '../../src/primitives/endpoint.js';
import { parseInfohash } from '../../src/primitives/infohash.js';
import { encodeUdpConnect, encodeUdpScrape } from '../../src/tracker/udp-codec.js';
import { startTrackerServer, type TrackerServer } from '../../src/tracker-server/tracker-server.js';

const HASH = 'info_hash=aaaaaaaaaaaaaaaaaaaa';
const PEER = `${HASH}&peer_id=-XX0000-000000000001&left=5`;

function startServer(): Promise<TrackerServer> {
	return startTrackerServer({
		host: '127.0.0.1',
		port: 0,
		intervalSeconds: 600,
		clock: systemClock,
		random: Math.random,
	});
}

async function ask(url: string): Promise<ReadonlyMap<string, unknown>> {
	const response = await fetch(url);
	const root = decodeBencode(new Uint8Array(await response.arrayBuffer()));
	return isBencodeDict(root) ? root : new Map();
}

function text(value: unknown): string | undefined {
	return value instanceof Uint8Array ? Buffer.from(value).toString() : undefined;
}

const malformed = [
	['', /info_hash/],
	['info_hash=short&peer_id=-XX0000-000000000001&port=1&left=0', /info_hash/],
	['info_hash=%zz%&peer_id=x', /info_hash/],
	[`${HASH}&peer_id=short&port=1&left=0`, /peer_id/],
	[PEER, /port/],
	[`${PEER}&port=0`, /port/],
	[`${PEER}&port=65536`, /port/],
	[`${PEER}&port=-1`, /port/],
	[`${HASH}&peer_id=-XX0000-000000000001&port=1&left=-5`, /left/],
	[`${HASH}&peer_id=-XX0000-000000000001&port=1&left=99999999999999999999`, /left/],
	[`${PEER}&port=1&x=${'y'.repeat(5000)}`, /too long/],
] as const;

test('malformed announces get a failure reason, and the tracker goes on', async (t) => {
	const server = await startServer();
	for (const [query, reason] of malformed) {
		const answer = await ask(`${server.announceUrl}?${query}`);
		t.regex(text(answer.get('failure reason')) ?? '', reason, query);
	}
	t.is((await ask(`${server.announceUrl}?${PEER}&port=7001`)).get('interval'), 600);
	t.like(server.stats(), { torrents: 1, peers: 1, announces: 1 });
	await server.close();
});

test('peers come as dictionaries to those who ask for that, with ids unless they decline', async (t) => {
	const server = await startServer();
	await ask(`${server.announceUrl}?${PEER}&port=7001`);
	const other = `${HASH}&peer_id=-XX0000-000000000002&left=5&port=7002&compact=0`;
	const withIds = (await ask(`${server.announceUrl}?${other}`)).get('peers');
	const [found] = Array.isArray(withIds) ? withIds : [];
	t.is(text(found?.get('ip')), '127.0.0.1');
	t.is(found?.get('port'), 7001);
	t.is(text(found?.get('peer id')), '-XX0000-000000000001');
	const withoutIds = (await ask(`${server.announceUrl}?${other}&no_peer_id=1`)).get('peers');
	t.false(Array.isArray(withoutIds) && withoutIds[0]?.has('peer id'));
	await server.close();
});

test('an address in the query is not believed', async (t) => {
	const server = await startServer();
	await ask(`${server.announceUrl}?${PEER}&port=7001&ip=10.9.9.9`);
	const other = `${HASH}&peer_id=-XX0000-000000000002&left=5&port=7002`;
	const { peers } = Object.fromEntries(await ask(`${server.announceUrl}?${other}`));
	t.is(toHex(peers as Uint8Array), '7f0000011b59');
	await server.close();
});

test('a scrape answers for the torrents asked for and never lists all', async (t) => {
	const server = await startServer();
	await ask(`${server.announceUrl}?${PEER}&port=7001`);
	const scrape = server.announceUrl.replace('announce', 'scrape');
	t.regex(text((await ask(scrape)).get('failure reason')) ?? '', /info_hash/);
	const files = (await ask(`${scrape}?${HASH}&info_hash=bbbbbbbbbbbbbbbbbbbb`)).get('files');
	t.true(files instanceof Map && files.size === 1 && files.has('aaaaaaaaaaaaaaaaaaaa'));
	await server.close();
});

test('other paths and methods are refused politely', async (t) => {
	const server = await startServer();
	t.is((await fetch(server.announceUrl.replace('announce', ''))).status, 404);
	t.is((await fetch(server.announceUrl, { method: 'POST', body: 'x' })).status, 405);
	await server.close();
});

test('garbage instead of HTTP ends that connection only', async (t) => {
	const server = await startServer();
	const { port } = new URL(server.announceUrl);
	await new Promise<void>((resolve) => {
		const socket = connect(Number(port), '127.0.0.1', () =>
			socket.write('\u0000\u0001garbage\r\n\r\n'),
		);
		socket.on('error', () => {});
		socket.on('close', () => resolve());
	});
	t.is((await ask(`${server.announceUrl}?${PEER}&port=7001`)).get('interval'), 600);
	await server.close();
});

test('a UDP asker without a connection id of its own is not answered', async (t) => {
	const server = await startServer();
	const target = parseEndpoint(new URL(server.udpAnnounceUrl).host)!;
	const answers: Uint8Array[] = [];
	let wake: (() => void) | undefined;
	const socket = await UdpSocket.open({
		family: 4,
		bindAddress: '127.0.0.1',
		onPacket(bytes, _from: Endpoint) {
			answers.push(bytes);
			wake?.();
		},
	});
	const infohash = parseInfohash('aa'.repeat(20))!;
	// Answers come in the order of the packets: what is not answered before the last was ignored.
	socket.send(new Uint8Array(3), target);
	socket.send(new Uint8Array(16), target);
	socket.send(encodeUdpScrape(new Uint8Array(8), 1, infohash), target);
	const arrival = new Promise<void>((resolve) => {
		wake = resolve;
	});
	socket.send(encodeUdpConnect(2), target);
	await arrival;
	t.is(answers.length, 1);
	t.is(answers[0]?.byteLength, 16);
	t.is(readUint32(answers[0]!, 4), 2);
	await Promise.all([socket.close(), server.close()]);
});

test('a port that is taken is an error and leaves nothing open', async (t) => {
	const server = await startServer();
	const taken = {
		host: '127.0.0.1',
		intervalSeconds: 600,
		clock: systemClock,
		random: Math.random,
	};
	const port = Number(new URL(server.announceUrl).port);
	await t.throwsAsync(startTrackerServer({ ...taken, port }), { code: 'EADDRINUSE' });
	const udpPort = Number(new URL(server.udpAnnounceUrl).port);
	await t.throwsAsync(startTrackerServer({ ...taken, port: 0, udpPort }), { code: 'EADDRINUSE' });
	await server.close();
});
