import test from 'ava';
import fc from 'fast-check';
import { type Infohash, parseInfohash } from '../../src/primitives/infohash.js';
import {
	type SlotDemand,
	shareConnections,
	shareSlots,
	shareUploadSlots,
} from '../../src/session/slots.js';

const hash = (n: number): Infohash => parseInfohash(n.toString(16).padStart(40, '0'))!;

function demand(n: number, fields: Partial<SlotDemand> = {}): SlotDemand {
	return {
		infohash: hash(n),
		isComplete: false,
		connectedPeers: 0,
		knownPeers: 100,
		interestedPeers: 0,
		bytesPerSecond: 0,
		maxConnections: 0,
		...fields,
	};
}

const claims = fc
	.array(
		fc.record({
			wanted: fc.nat(50),
			minimum: fc.nat(4),
			weight: fc.double({ min: 0.1, max: 10, noNaN: true }),
		}),
		{ maxLength: 20 },
	)
	.map((list) => list.map((fields, n) => ({ ...fields, infohash: hash(n) })));

test('slots are neither invented nor wasted, and nobody gets more than it wants', (t) => {
	fc.assert(
		fc.property(claims, fc.integer({ min: 1, max: 300 }), (list, total) => {
			const shares = shareSlots(list, total);
			let sum = 0;
			for (const { infohash, wanted } of list) {
				const share = shares.get(infohash)!;
				t.true(Number.isInteger(share) && share >= 0 && share <= wanted);
				sum += share;
			}
			const wishes = list.reduce((all, each) => all + each.wanted, 0);
			t.is(sum, Math.min(total, wishes));
			t.deepEqual(shareSlots(list, total), shares);
		}),
	);
});

test('while there is enough everybody gets its minimum', (t) => {
	fc.assert(
		fc.property(claims, fc.nat(100), (list, spare) => {
			const minimums = list.reduce((all, each) => all + Math.min(each.minimum, each.wanted), 0);
			const shares = shareSlots(list, minimums + spare + 1);
			for (const { infohash, wanted, minimum } of list)
				t.true(shares.get(infohash)! >= Math.min(minimum, wanted));
		}),
	);
});

test('without a limit everyone gets its wish', (t) => {
	t.is(shareConnections([demand(1)], 0).get(hash(1)), 108);
	t.is(shareConnections([demand(1, { maxConnections: 30 })], 0).get(hash(1)), 30);
});

test('what one torrent cannot use goes to the others', (t) => {
	const shares = shareConnections([demand(1, { knownPeers: 2 }), demand(2), demand(3)], 100);
	t.deepEqual([...shares.values()], [10, 45, 45]);
});

test('a download that moves gets more connections than a still one, and that more than a seed', (t) => {
	const shares = shareConnections(
		[demand(1, { bytesPerSecond: 1000 }), demand(2), demand(3, { isComplete: true })],
		60,
	);
	const [moving = 0, still = 0, seed = 0] = shares.values();
	t.true(moving > still && still > seed && seed >= 4);
	t.is(moving + still + seed, 60);
});

test('upload slots go where peers want something, and one stays for each of the others', (t) => {
	const shares = shareUploadSlots(
		[demand(1), demand(2, { interestedPeers: 20, bytesPerSecond: 5000 }), demand(3)],
		10,
	);
	t.deepEqual([shares.get(hash(1)), shares.get(hash(2)), shares.get(hash(3))], [1, 8, 1]);
});

test('with fewer upload slots than torrents those with interested peers come first', (t) => {
	const shares = shareUploadSlots([demand(1), demand(2), demand(3, { interestedPeers: 1 })], 2);
	t.deepEqual([shares.get(hash(1)), shares.get(hash(2)), shares.get(hash(3))], [1, 0, 1]);
});
