import test from 'ava';
import { Availability } from '../../src/piece-picker/availability.js';

test('copies are whole ones plus the share of pieces that have one more', (t) => {
	const availability = new Availability(4);
	t.is(availability.distributedCopies(), 0);
	availability.raise(2);
	t.is(availability.distributedCopies(), 0.25);
	availability.addSeed();
	t.is(availability.distributedCopies(), 1.25);
	t.deepEqual([availability.of(0), availability.of(2)], [1, 2]);
});

test('a leecher that became a seed may leave as one, before or after the seeds', (t) => {
	const availability = new Availability(3);
	for (const piece of [0, 1, 2]) availability.raise(piece);
	availability.addSeed();
	availability.removeSeed();
	t.is(availability.distributedCopies(), 1);
	availability.removeSeed();
	t.is(availability.distributedCopies(), 0);
	availability.removeSeed();
	t.is(availability.distributedCopies(), 0, 'never below nothing');
});

test('a seed that is said to leave with less is taken off piece by piece', (t) => {
	const availability = new Availability(3);
	availability.addSeed();
	t.true(availability.lower(1));
	t.deepEqual(
		[0, 1, 2].map((piece) => availability.of(piece)),
		[1, 0, 1],
	);
	t.false(availability.lower(1));
	t.is(availability.of(1), 0);
});

test('hundreds of peers are counted', (t) => {
	const availability = new Availability(2);
	for (let i = 0; i < 1000; i++) availability.raise(0);
	for (let i = 0; i < 400; i++) availability.raise(1);
	t.is(availability.distributedCopies(), 400.5);
	t.is(availability.of(0), 1000);
});
