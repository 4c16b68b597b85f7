import test from 'ava';
import { Bitfield } from '../../src/primitives/bitfield.js';
import { type CurrentStamp, changedPieces } from '../../src/state/changed-pieces.js';

/** Four pieces of 10: file a 0-14, padding 15-19, file b 20-39, an empty file at the end. */
const LAYOUT = {
	pieceCount: 4,
	pieceLengthBytes: 10,
	files: [
		{ offsetBytes: 0, lengthBytes: 15, isPadding: false },
		{ offsetBytes: 15, lengthBytes: 5, isPadding: true },
		{ offsetBytes: 20, lengthBytes: 20, isPadding: false },
		{ offsetBytes: 40, lengthBytes: 0, isPadding: false },
	],
};
const there = (sizeBytes: number, mtimeMs: number, device = 1): CurrentStamp => ({
	exists: true,
	isForeign: false,
	sizeBytes,
	mtimeMs,
	device,
});
const GONE: CurrentStamp = { exists: false, isForeign: false, sizeBytes: 0, mtimeMs: 0, device: 0 };
const RECORDED = [there(15, 100), there(0, 0), there(20, 200), there(0, 5)];

function have(...pieces: number[]): Bitfield {
	const field = new Bitfield(4);
	for (const piece of pieces) field.set(piece);
	return field;
}

function held(field: Bitfield): number[] {
	return [0, 1, 2, 3].filter((piece) => field.has(piece));
}

test('when nothing changed nothing is checked, also when the device has a new number', (t) => {
	const now = RECORDED.map((stamp) => ({ ...stamp, device: 77 }));
	const result = changedPieces(have(0, 2), RECORDED, now, LAYOUT);
	t.deepEqual(held(result.have), [0, 2]);
	t.deepEqual(result.recheck, []);
	t.deepEqual(result.missingFiles, []);
});

test('a file with another size or time has all its pieces checked, and only its own', (t) => {
	for (const changed of [there(15, 101), there(14, 100)]) {
		const now = [changed, ...RECORDED.slice(1)];
		const result = changedPieces(have(0, 2, 3), RECORDED, now, LAYOUT);
		t.deepEqual(held(result.have), [2, 3]);
		t.deepEqual(result.recheck, [0, 1]);
	}
});

test('a missing or foreign file loses its pieces without a check', (t) => {
	for (const lost of [GONE, { ...there(20, 200), isForeign: true }]) {
		const now = [RECORDED[0]!, RECORDED[1]!, lost, RECORDED[3]!];
		const result = changedPieces(have(0, 1, 2, 3), RECORDED, now, LAYOUT);
		t.deepEqual(held(result.have), [0, 1]);
		t.deepEqual(result.recheck, []);
		t.deepEqual(result.missingFiles, [2]);
	}
});

test('a file that was not there before is checked', (t) => {
	const recorded = [GONE, ...RECORDED.slice(1)];
	const result = changedPieces(have(2), recorded, RECORDED, LAYOUT);
	t.deepEqual(result.recheck, [0, 1]);
	t.deepEqual(held(result.have), [2]);
});

test('a record of another shape is not believed: everything that is there is checked', (t) => {
	const result = changedPieces(have(0, 1, 2, 3), RECORDED.slice(1), RECORDED, LAYOUT);
	t.deepEqual(result.recheck, [0, 1, 2, 3]);
	t.is(result.have.count, 0);
	const short = changedPieces(Bitfield.full(3), RECORDED, RECORDED, LAYOUT);
	t.deepEqual(short.recheck, [0, 1, 2, 3]);
});

test('the given bitfield is not changed', (t) => {
	const field = have(0, 1, 2, 3);
	changedPieces(field, RECORDED, [GONE, GONE, GONE, GONE], LAYOUT);
	t.is(field.count, 4);
});
