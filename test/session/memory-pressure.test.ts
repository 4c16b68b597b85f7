import test from 'ava';
import { MemoryPressure } from '../../src/session/memory-pressure.js';
import { SharedBlockRing } from '../../src/storage/block-ring.js';
import { VirtualClock } from '../helpers/virtual-clock.js';

const SLOTS = 64;

/** A full ring, and one torrent that notes what is asked of it. */
function full(writingSlots: number): {
	asked: string[];
	ring: SharedBlockRing;
	clock: VirtualClock;
	pressure: MemoryPressure;
} {
	const asked: string[] = [];
	const ring = new SharedBlockRing(SLOTS * 16_384);
	while (ring.reserve()) ring.take();
	const clock = new VirtualClock();
	const activity = {
		writingSlots,
		relieve: (untouchedForMs: number) => asked.push(`relieve ${untouchedForMs}`),
		fillAll: () => asked.push('fill'),
	};
	return { asked, ring, clock, pressure: new MemoryPressure({ clock, ring }, [{ activity }]) };
}

test('unfinished pieces are moved to the disk, the idle ones first, and not again at once', (t) => {
	const { asked, clock, pressure } = full(0);
	clock.advance(1000);
	pressure.relieve();
	pressure.relieve();
	t.deepEqual(asked, ['relieve 2000', 'relieve 0']);
	clock.advance(200);
	pressure.relieve();
	t.is(asked.length, 4);
});

test('nothing is moved while much of the ring is on its way to the disk anyway', (t) => {
	const { asked, clock, pressure } = full(SLOTS / 2);
	clock.advance(1000);
	pressure.relieve();
	t.deepEqual(asked, []);
});

test('a trickle of writes does not keep a ring full of unfinished pieces as it is', (t) => {
	const { asked, clock, pressure } = full(1);
	clock.advance(1000);
	pressure.relieve();
	t.deepEqual(asked, ['relieve 2000', 'relieve 0']);
});

test('as soon as a slot is back, everybody may ask again, once for all who waited', async (t) => {
	const { asked, ring, clock, pressure } = full(SLOTS);
	clock.advance(1000);
	pressure.relieve();
	pressure.relieve();
	ring.free(3);
	await Promise.resolve();
	t.deepEqual(asked, ['fill']);
	ring.reserve();
	pressure.relieve();
	ring.free(4);
	await Promise.resolve();
	t.deepEqual(asked, ['fill', 'fill']);
});
