import test from 'ava';
import fc from 'fast-check';
import { SharedBlockRing } from '../../src/storage/block-ring.js';
import { takeSlot } from './sample-torrent.js';

const SLOT = 16384;

test('a slot is never handed out twice and every free one can be taken, in any order of use', (t) => {
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 200 }), (steps) => {
			const ring = new SharedBlockRing(16 * SLOT);
			const held: number[] = [];
			for (const [isTake, number] of steps) {
				if (isTake) {
					if (!ring.reserve()) t.is(held.length, 16);
					else {
						const slot = ring.take(number);
						t.false(held.includes(slot));
						t.true(slot >= 0 && slot < 16);
						held.push(slot);
					}
				} else if (held.length > 0) ring.free(held.splice(number % held.length, 1)[0]!);
				t.is(ring.freeCount, 16 - held.length);
			}
		}),
	);
});

test('the preferred slot is given when it is free', (t) => {
	const ring = new SharedBlockRing(8 * SLOT);
	t.is(takeSlot(ring, 5), 5);
	t.not(takeSlot(ring, 5), 5);
});

test('two pieces that arrive at the same time both lie in one run each', (t) => {
	const ring = new SharedBlockRing(256 * SLOT);
	const runs: [number[], number[]] = [[], []];
	for (const run of runs) {
		run.push(takeSlot(ring, ring.findRun(64)));
	}
	for (let block = 1; block < 64; block++) {
		for (const run of runs) run.push(takeSlot(ring, run[0]! + block));
	}
	for (const run of runs)
		t.deepEqual(
			run,
			Array.from({ length: 64 }, (_, i) => run[0]! + i),
		);
});

test('a full ring gives nothing and calls each waiter once when a slot is back', async (t) => {
	const ring = new SharedBlockRing(2 * SLOT);
	const [a, b] = [takeSlot(ring), takeSlot(ring)];
	t.false(ring.reserve());
	let calls = 0;
	const woken = new Promise<void>((resolve) =>
		ring.onFree(() => {
			calls++;
			resolve();
		}),
	);
	ring.free(a);
	ring.free(b);
	await woken;
	ring.free(takeSlot(ring));
	await Promise.resolve();
	t.is(calls, 1);
});

test('a waiter that comes after a slot was freed is called too', async (t) => {
	const ring = new SharedBlockRing(SLOT);
	ring.free(takeSlot(ring));
	await new Promise<void>((resolve) => ring.onFree(resolve));
	t.is(ring.freeCount, 1);
});

test('giving back a slot twice is refused', (t) => {
	const ring = new SharedBlockRing(4 * SLOT);
	const slot = takeSlot(ring);
	ring.free(slot);
	t.throws(() => ring.free(slot), { instanceOf: RangeError });
	t.throws(() => ring.free(99), { instanceOf: RangeError });
	t.is(ring.freeCount, 4);
});

test('views of different slots do not overlap, and one slot keeps its bytes', (t) => {
	const ring = new SharedBlockRing(3 * SLOT);
	for (let slot = 0; slot < 3; slot++) ring.view(slot, SLOT).fill(slot + 1);
	for (let slot = 0; slot < 3; slot++)
		t.true(ring.view(slot, SLOT).every((byte) => byte === slot + 1));
	t.is(ring.view(1, 100).byteLength, 100);
});

test('promises count against the free slots until they are redeemed or given back', (t) => {
	const ring = new SharedBlockRing(2 * SLOT);
	t.true(ring.reserve());
	t.true(ring.reserve());
	t.false(ring.reserve());
	ring.unreserve();
	t.is(ring.freeCount, 1);
	const slot = ring.take();
	t.is(ring.freeCount, 1);
	ring.free(slot);
	t.is(ring.freeCount, 2);
	t.throws(() => ring.take(), { instanceOf: RangeError });
	t.throws(() => ring.unreserve(), { instanceOf: RangeError });
});

test('what was used last is used again first, so that few slots are in use', (t) => {
	const ring = new SharedBlockRing(256 * SLOT);
	for (let round = 0; round < 10; round++) {
		const start = ring.findRun(64)!;
		t.is(start, 0);
		const slots = Array.from({ length: 64 }, (_none, i) => takeSlot(ring, start + i));
		for (const slot of slots) ring.free(slot);
	}
});

test('a run is found beside used slots, and none when every place is cut', (t) => {
	const ring = new SharedBlockRing(128 * SLOT);
	takeSlot(ring, 3);
	t.is(ring.findRun(4), 4);
	t.is(ring.findRun(64), 64);
	takeSlot(ring, 100);
	t.is(ring.findRun(64), undefined);
});
