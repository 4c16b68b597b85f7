/** Who is asked when few blocks are left, and what is left to peers that stall. */
import test from 'ava';
import { Bitfield } from '../../src/primitives/bitfield.js';
import { FAST, fieldOf, pickerOf, SNUBBED, shown } from './picker-fixture.js';

test('endgame asks others for the longest-waiting blocks, at most three peers each, never one twice', (t) => {
	const picker = pickerOf(1, 3);
	const seed = Bitfield.full(1);
	picker.peerHas(seed);
	t.is(picker.pick('a', seed, 3, FAST).length, 3);
	t.true(picker.isEndgame);
	t.deepEqual(picker.pick('a', seed, 3, FAST), []);
	t.is(shown(picker.pick('b', seed, 2, FAST)), '0.0 0.1');
	t.is(shown(picker.pick('c', seed, 2, FAST)), '0.2 0.0');
	t.is(shown(picker.pick('d', seed, 9, FAST)), '0.1 0.2');
	const got = picker.received('b', 0, 0);
	t.true(got.isNew);
	t.deepEqual([...got.others].sort(), ['a', 'c']);
	t.deepEqual(picker.requestedBy(0, 0), []);
	t.false(picker.received('a', 0, 0).isNew, 'the copy that comes all the same is waste');
});

test('in endgame a peer with requests of its own gets few copies', (t) => {
	const picker = pickerOf(1, 40);
	const seed = Bitfield.full(1);
	picker.peerHas(seed);
	picker.pick('a', seed, 40, FAST);
	t.is(picker.pick('b', seed, 40, FAST).length, 8);
	t.is(picker.pick('b', seed, 40, FAST).length, 0);
	picker.received('b', 0, 0);
	t.is(picker.pick('b', seed, 40, FAST).length, 1);
});

test('pieces that nobody connected has do not put off the endgame', (t) => {
	const picker = pickerOf(3, 1);
	const peer = fieldOf(3, [0, 1]);
	picker.peerHas(peer);
	picker.pick('a', peer, 2, FAST);
	t.true(picker.isEndgame);
	const other = fieldOf(3, [2]);
	picker.peerHas(other);
	t.false(picker.isEndgame);
	picker.peerLeft(other);
	t.true(picker.isEndgame);
});

test('a snubbed peer gets a piece of its own, which fast ones leave alone while others are there', (t) => {
	const picker = pickerOf(3, 4);
	const seed = Bitfield.full(3);
	picker.peerHas(seed);
	picker.setSequential(true);
	picker.pick('fast', seed, 2, FAST);
	t.is(shown(picker.pick('slow', seed, 1, SNUBBED)), '1.0');
	t.is(shown(picker.pick('fast', seed, 6, FAST)), '0.2 0.3 2.0 2.1 2.2 2.3');
	t.is(shown(picker.pick('fast', seed, 9, FAST)), '1.1 1.2 1.3', 'nothing else is left');
});

test('a snubbed peer takes the tail of a piece when there is none for it alone', (t) => {
	const picker = pickerOf(1, 4);
	const seed = Bitfield.full(1);
	picker.peerHas(seed);
	picker.pick('fast', seed, 1, FAST);
	t.is(shown(picker.pick('slow', seed, 1, SNUBBED)), '0.3');
});

test('a snubbed peer does not take the rarest piece', (t) => {
	const picker = pickerOf(3, 1);
	const all = fieldOf(3, [0, 1]);
	picker.peerHas(all);
	picker.peerHas(fieldOf(3, [1]));
	t.is(shown(picker.pick('slow', all, 1, SNUBBED)), '1.0');
});

test('the piece of a slow peer is anybody’s again when the peer is not slow any more or goes', (t) => {
	const picker = pickerOf(2, 4);
	const seed = Bitfield.full(2);
	picker.peerHas(seed);
	picker.setSequential(true);
	t.is(shown(picker.pick('s', seed, 1, SNUBBED)), '0.0');
	t.is(shown(picker.pick('s', seed, 1, FAST)), '0.1');
	t.is(shown(picker.pick('f', seed, 1, FAST)), '0.2');
	t.is(shown(picker.pick('z', seed, 1, SNUBBED)), '1.0');
	picker.received('z', 1, 0);
	picker.releaseAll('z');
	picker.received('s', 0, 0);
	t.is(shown(picker.pick('f', seed, 2, FAST)), '0.3 1.1');
});
