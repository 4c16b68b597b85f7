import test from 'ava';
import { Bitfield } from '../../src/primitives/bitfield.js';
import { FAST, fieldOf, pickerOf, shown } from './picker-fixture.js';

const run = (runAfter: number) => ({ isSnubbed: false, runAfter });

test('a source for runs gets whole pieces in a row and goes on after the last one', (t) => {
	const picker = pickerOf(100, 2);
	const all = Bitfield.full(100);
	picker.peerHas(all);
	const first = picker.pick('http', all, 5, run(-1));
	const start = first[0]?.piece ?? -1;
	t.is(
		shown(first),
		`${start}.0 ${start}.1 ${start + 1}.0 ${start + 1}.1 ${start + 2}.0`,
		'five blocks of three neighbours',
	);
	const second = picker.pick('http', all, 3, run(start + 2));
	t.is(shown(second), `${start + 2}.1 ${start + 3}.0 ${start + 3}.1`);
});

test('a source for runs leaves begun pieces to peers while there are new ones', (t) => {
	const picker = pickerOf(10, 4);
	const all = Bitfield.full(10);
	picker.peerHas(all);
	const [begun] = picker.pick('peer', all, 1, FAST);
	const http = picker.pick('http', all, 36, run(-1));
	t.is(http.length, 36);
	t.false(http.some(({ piece }) => piece === begun?.piece));
	t.is(picker.pick('http', all, 36, run(9)).length, 3, 'the rest of the begun one comes last');
});

test('peers begin other pieces than the one a source for runs is at', (t) => {
	const picker = pickerOf(10, 4);
	const all = Bitfield.full(10);
	picker.peerHas(all);
	const [at] = picker.pick('http', all, 1, run(-1));
	const peer = picker.pick('peer', all, 36, FAST);
	t.is(peer.length, 36);
	t.false(peer.some(({ piece }) => piece === at?.piece));
});

test('a run begins where most pieces follow, and stays in what the source has', (t) => {
	const picker = pickerOf(400, 1);
	const has = new Bitfield(400);
	for (let piece = 0; piece < 400; piece += 3) has.set(piece);
	for (let piece = 200; piece < 300; piece++) has.set(piece);
	picker.peerHas(has);
	const refs = picker.pick('http', has, 20, run(-1));
	t.true(refs.every(({ piece }, i) => piece === (refs[0]?.piece ?? 0) + i));
	t.true(refs.every(({ piece }) => has.has(piece)));
});

test('in sequence a source for runs begins at the first missing piece', (t) => {
	const picker = pickerOf(20, 1);
	picker.setSequential(true);
	picker.pieceVerified(0);
	const all = Bitfield.full(20);
	picker.peerHas(all);
	t.is(shown(picker.pick('http', all, 3, run(-1))), '1.0 2.0 3.0');
});

test('high priority comes before the end of a run', (t) => {
	const picker = pickerOf(20, 1);
	const all = Bitfield.full(20);
	picker.peerHas(all);
	picker.setPriorities(Uint8Array.from({ length: 20 }, (_, piece) => (piece >= 18 ? 3 : 2)));
	t.deepEqual(
		picker
			.pick('http', all, 2, run(4))
			.map(({ piece }) => piece)
			.sort((a, b) => a - b),
		[18, 19],
	);
});

test('a source for runs gets copies of few blocks at the end only', (t) => {
	const picker = pickerOf(4, 4);
	const all = Bitfield.full(4);
	picker.peerHas(all);
	t.is(picker.pick('peer', all, 16, FAST).length, 16);
	t.is(picker.pick('http', all, 100, run(-1)).length, 8);
	t.deepEqual(picker.pick('other', fieldOf(4, []), 4, run(-1)), []);
});
