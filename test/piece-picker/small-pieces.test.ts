import test from 'ava';
import { Bitfield } from '../../src/primitives/bitfield.js';
import { FAST, fieldOf, pickerOf } from './picker-fixture.js';

/** 1024 pieces of one block: runs of 16. */
const PIECES = 1024;

function piecesOf(refs: readonly { readonly piece: number }[]): number[] {
	return refs.map(({ piece }) => piece);
}

/** Neighbours that follow each other, as lists. */
function runsOf(pieces: readonly number[]): number[][] {
	const runs: number[][] = [];
	for (const piece of pieces) {
		const last = runs.at(-1);
		if (last !== undefined && last.at(-1) === piece - 1 && piece % 16 > 0) last.push(piece);
		else runs.push([piece]);
	}
	return runs;
}

test('small pieces that are equally rare are asked for in runs of 256 KiB', (t) => {
	const picker = pickerOf(PIECES, 1);
	const all = Bitfield.full(PIECES);
	picker.peerHas(all);
	const runs = runsOf(piecesOf(picker.pick('a', all, 160, FAST)));
	t.is(runs.length, 10);
	t.true(runs.every((run) => run.length === 16 && (run[0] ?? 1) % 16 === 0));
});

test('a run that one call left unfinished goes on in the next', (t) => {
	const picker = pickerOf(PIECES, 1);
	const all = Bitfield.full(PIECES);
	picker.peerHas(all);
	const asked: number[] = [];
	for (let call = 0; call < 16; call++) asked.push(...piecesOf(picker.pick('a', all, 3, FAST)));
	t.is(runsOf(asked).length, 3);
});

test('two peers take runs of their own', (t) => {
	const picker = pickerOf(PIECES, 1);
	const all = Bitfield.full(PIECES);
	picker.peerHas(all);
	picker.peerHas(all);
	const a: number[] = [];
	const b: number[] = [];
	for (let call = 0; call < 4; call++) {
		a.push(...piecesOf(picker.pick('a', all, 4, FAST)));
		b.push(...piecesOf(picker.pick('b', all, 4, FAST)));
	}
	t.is(runsOf(a).length, 1);
	t.is(runsOf(b).length, 1);
	t.not(a[0], b[0]);
});

test('a rarer piece ends a run, and a more common one is not part of any', (t) => {
	const picker = pickerOf(PIECES, 1);
	const all = Bitfield.full(PIECES);
	// Of each sixteen neighbours only the first four are rare.
	const common = fieldOf(
		PIECES,
		Array.from({ length: PIECES }, (_, piece) => piece).filter((piece) => piece % 16 >= 4),
	);
	picker.peerHas(all);
	picker.peerHas(common);
	const rare = piecesOf(picker.pick('a', all, PIECES / 4, FAST));
	t.true(rare.every((piece) => piece % 16 < 4));
	const [first] = piecesOf(picker.pick('a', all, 1, FAST));
	t.true((first ?? 0) % 16 >= 4, 'common ones come when there are no rare ones');
});

test('a piece that gets rarer than the run is asked for before the run goes on', (t) => {
	const picker = pickerOf(PIECES, 1);
	const all = Bitfield.full(PIECES);
	const most = fieldOf(
		PIECES,
		Array.from({ length: PIECES }, (_, piece) => piece).filter((piece) => piece !== 1000),
	);
	picker.peerHas(all);
	const [start = 0] = piecesOf(picker.pick('a', all, 2, FAST));
	picker.peerHas(most);
	const next = piecesOf(picker.pick('a', all, 3, FAST));
	t.is(next[0], 1000);
	t.not(start, 1000);
});

test('a run has only pieces that the peer has and that are of one priority', (t) => {
	const picker = pickerOf(PIECES, 1);
	const some = fieldOf(
		PIECES,
		Array.from({ length: PIECES / 2 }, (_, i) => i * 2),
	);
	picker.peerHas(some);
	const priorities = new Uint8Array(PIECES).fill(2).fill(3, 0, 10);
	picker.setPriorities(priorities);
	const asked = piecesOf(picker.pick('a', some, 20, FAST));
	t.deepEqual(
		asked.slice(0, 5).toSorted((a, b) => a - b),
		[0, 2, 4, 6, 8],
	);
	t.true(asked.every((piece) => some.has(piece)));
});

test('peers of a torrent of few small pieces begin anywhere', (t) => {
	const first = new Set<number>();
	for (let seed = 0; seed < 60; seed++) {
		const picker = pickerOf(16, 1, { seed });
		const all = Bitfield.full(16);
		picker.peerHas(all);
		first.add(picker.pick('a', all, 1, FAST)[0]?.piece ?? -1);
	}
	t.true(first.size > 10);
});
