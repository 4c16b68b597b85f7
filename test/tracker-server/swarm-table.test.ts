import test from 'ava';
import fc from 'fast-check';
import { readCompactIpv4 } from '../../src/primitives/endpoint.js';
import { type Infohash, parseInfohash } from '../../src/primitives/infohash.js';
import {
	type SwarmAnnounce,
	type SwarmAnswer,
	type SwarmLimits,
	SwarmTable,
} from '../../src/tracker-server/swarm-table.js';

const X = parseInfohash('aa'.repeat(20))!;
const Y = parseInfohash('bb'.repeat(20))!;
const LIMITS: SwarmLimits = {
	maxPeers: 1000,
	maxTorrents: 100,
	maxNumWant: 200,
	peerLifetimeMs: 3_600_000,
};

function makeTable(limits: Partial<SwarmLimits> = {}): SwarmTable {
	return new SwarmTable({ ...LIMITS, ...limits }, Math.random);
}

function peer(infohash: Infohash, port: number, more: Partial<SwarmAnnounce> = {}): SwarmAnnounce {
	return {
		infohash,
		peerId: new Uint8Array(20).fill(port & 255),
		endpoint: { address: '10.0.0.1', port },
		leftBytes: 100,
		event: 'started',
		numWant: 200,
		...more,
	};
}

function ports(answer: SwarmAnswer): number[] {
	return answer.peers.map(({ compact }) => readCompactIpv4(compact, 0).port).sort((a, b) => a - b);
}

test('two torrents never share peers, whatever is announced', (t) => {
	const step = fc.record({
		isX: fc.boolean(),
		port: fc.integer({ min: 1, max: 30 }),
		leftBytes: fc.constantFrom(0, 1),
		event: fc.constantFrom('started' as const, 'completed' as const, 'stopped' as const, undefined),
		numWant: fc.integer({ min: -1, max: 40 }),
	});
	fc.assert(
		fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
			const table = makeTable();
			return steps.every(({ isX, port, ...rest }, now) => {
				// Even ports are in X only, odd ones in Y only.
				const own = port * 2 + (isX ? 0 : 1);
				const answer = table.announce(peer(isX ? X : Y, own, rest), now);
				const known = answer.complete + answer.incomplete;
				return (
					ports(answer).every((other) => other % 2 === (isX ? 0 : 1) && other !== own) &&
					new Set(ports(answer)).size === answer.peers.length &&
					answer.peers.length <= (rest.numWant < 0 ? 50 : rest.numWant) &&
					answer.peers.length <= known
				);
			});
		}),
	);
	t.pass();
});

test('a peer gets the others and not itself, and a seed gets no seeds', (t) => {
	const table = makeTable();
	table.announce(peer(X, 1, { leftBytes: 0 }), 0);
	table.announce(peer(X, 2, { leftBytes: 0 }), 0);
	t.deepEqual(ports(table.announce(peer(X, 3), 0)), [1, 2]);
	t.deepEqual(ports(table.announce(peer(X, 1, { leftBytes: 0, event: undefined }), 0)), [3]);
	t.deepEqual(ports(table.announce(peer(X, 3, { event: undefined }), 0)), [1, 2]);
});

test('a leecher gets both kinds in the proportion of the swarm', (t) => {
	const table = makeTable();
	for (let port = 1; port <= 90; port++) table.announce(peer(X, port), 0);
	for (let port = 101; port <= 110; port++) table.announce(peer(X, port, { leftBytes: 0 }), 0);
	const found = ports(table.announce(peer(X, 200, { numWant: 20 }), 0));
	t.is(found.length, 20);
	t.is(found.filter((port) => port > 100).length, 2);
});

test('no answer has more peers than allowed', (t) => {
	const table = makeTable({ maxNumWant: 30 });
	for (let port = 1; port <= 100; port++) table.announce(peer(X, port), 0);
	t.is(table.announce(peer(X, 200, { numWant: 5000 }), 0).peers.length, 30);
	t.is(table.announce(peer(X, 200, { numWant: 0 }), 0).peers.length, 0);
});

test('a thousand completions are counted, each peer once', (t) => {
	const table = makeTable();
	for (let port = 1; port <= 1000; port++) table.announce(peer(X, port), 0);
	for (let twice = 0; twice < 2; twice++) {
		for (let port = 1; port <= 1000; port++) {
			table.announce(peer(X, port, { leftBytes: 0, event: 'completed' }), 0);
		}
	}
	t.deepEqual(table.scrape(X, 0), { complete: 1000, incomplete: 0, downloaded: 1000 });
});

test('a peer that stops is gone, and one that was never there changes nothing', (t) => {
	const table = makeTable();
	table.announce(peer(X, 1), 0);
	const answer = table.announce(peer(X, 1, { event: 'stopped' }), 0);
	t.like(answer, { complete: 0, incomplete: 0, peers: [] });
	table.announce(peer(Y, 1, { event: 'stopped' }), 0);
	t.is(table.scrape(Y, 0), undefined);
	t.is(table.peerCount, 0);
});

test('silent peers expire, one by one and with their swarm', (t) => {
	const table = makeTable({ peerLifetimeMs: 1000 });
	table.announce(peer(X, 1), 0);
	table.announce(peer(X, 2), 600);
	table.announce(peer(Y, 3), 900);
	t.like(table.scrape(X, 1000), { incomplete: 1 });
	table.expire(1700);
	t.is(table.scrape(X, 1700), undefined);
	t.is(table.torrentCount, 1);
	t.is(table.peerCount, 1);
});

test('memory is bounded: new peers and torrents push out the oldest', (t) => {
	const table = makeTable({ maxPeers: 50, maxTorrents: 10 });
	for (let i = 0; i < 2000; i++) {
		const infohash = parseInfohash((i % 400).toString(16).padStart(40, '0'))!;
		table.announce(peer(infohash, 1 + (i % 60_000)), i);
		t.true(table.peerCount <= 50 && table.torrentCount <= 10);
	}
	for (let port = 1; port <= 500; port++) table.announce(peer(X, port), 3000);
	t.is(table.peerCount, 50);
	t.like(table.scrape(X, 3000), { incomplete: 50 });
	t.is(table.announce(peer(X, 600), 3000).peers.length, 49);
});
