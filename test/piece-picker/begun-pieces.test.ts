/** Whether to go on with a piece that was begun, with which, or to begin a rarer one. */
import test from 'ava';
import { Bitfield } from '../../src/primitives/bitfield.js';
import { FAST, fieldOf, pickerOf, shown } from './picker-fixture.js';

test('a seed is asked for what it alone has before begun pieces that others could send', (t) => {
	const picker = pickerOf(4, 4);
	const seed = Bitfield.full(4);
	const leecher = fieldOf(4, [0, 1]);
	picker.peerHas(seed);
	picker.peerHas(leecher);
	const begun = picker.pick('leecher', leecher, 1, FAST)[0]?.piece ?? -1;
	const asked = picker.pick('seed', seed, 8, FAST).map(({ piece }) => piece);
	t.is(asked.length, 8);
	t.true(asked.every((piece) => piece >= 2));
	t.deepEqual(
		picker.pick('leecher', leecher, 3, FAST).map(({ piece }) => piece),
		[begun, begun, begun],
	);
});

test('of several begun pieces the rarest is finished first', (t) => {
	const picker = pickerOf(2, 4);
	const seed = Bitfield.full(2);
	picker.peerHas(seed);
	picker.setSequential(true);
	picker.pick('seed', seed, 8, FAST);
	picker.setSequential(false);
	picker.received('seed', 0, 0);
	picker.releaseAll('seed');
	picker.received('seed', 1, 0);
	picker.received('seed', 0, 1);
	picker.peerHas(fieldOf(2, [0]));
	t.is(shown(picker.pick('seed', seed, 4, FAST)), '1.1 1.2 1.3 0.2');
});

test('when many pieces are begun, even a seed is asked to finish those before it begins another', (t) => {
	const picker = pickerOf(40, 2);
	const seed = Bitfield.full(40);
	picker.peerHas(seed);
	picker.peerHas(
		fieldOf(
			40,
			Array.from({ length: 30 }, (_, piece) => piece),
		),
	);
	for (let piece = 0; piece < 30; piece++) picker.received('gone', piece, 0);
	const asked = picker.pick('seed', seed, 8, FAST).map(({ piece }) => piece);
	t.true(asked.every((piece) => piece < 30));
});

test('in sequence, and among the first pieces, nothing rarer comes before what is begun', (t) => {
	for (const isSequential of [true, false]) {
		const picker = pickerOf(4, 4, { randomFirstPieces: isSequential ? 0 : 1 });
		picker.setSequential(isSequential);
		const seed = Bitfield.full(4);
		const leecher = fieldOf(4, [0, 1]);
		picker.peerHas(seed);
		picker.peerHas(leecher);
		const begun = picker.pick('leecher', leecher, 1, FAST)[0]?.piece ?? -1;
		t.is(picker.pick('seed', seed, 1, FAST)[0]?.piece, begun);
	}
});
