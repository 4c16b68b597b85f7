import test from 'ava';
import fc from 'fast-check';
import { Bitfield } from '../../src/primitives/bitfield.js';
import { TorrentPieces } from '../../src/torrent/torrent-pieces.js';

const LAYOUT = { pieceCount: 5, pieceLengthBytes: 100, totalBytes: 450 };

function fieldOf(...pieces: number[]): Bitfield {
	const field = new Bitfield(LAYOUT.pieceCount);
	for (const piece of pieces) field.set(piece);
	return field;
}

function facts(pieces: TorrentPieces): unknown {
	const { isComplete, wantedBytes, wantedDoneBytes, have } = pieces;
	return { isComplete, wantedBytes, wantedDoneBytes, have: [...have.toBytes()] };
}

test('what is wanted and done is the same with and without a picker', (t) => {
	fc.assert(
		fc.property(
			fc.uniqueArray(fc.nat(4)),
			fc.option(fc.array(fc.nat(3), { minLength: 5, maxLength: 5 })),
			(had, priorities) => {
				const pieces = new TorrentPieces(LAYOUT, Math.random);
				if (priorities !== null) pieces.setPriorities(Uint8Array.from(priorities));
				pieces.restore(fieldOf(...had));
				const without = facts(pieces);
				pieces.picker();
				t.deepEqual(facts(pieces), without);
				pieces.letGo();
				t.deepEqual(facts(pieces), without);
			},
		),
	);
});

test('pieces that were verified meanwhile stay when the picker goes', (t) => {
	const pieces = new TorrentPieces(LAYOUT, Math.random);
	pieces.restore(fieldOf(0, 1, 2, 3));
	t.false(pieces.isComplete);
	pieces.picker().pieceVerified(4);
	pieces.letGo();
	t.true(pieces.isComplete);
	t.is(pieces.wantedDoneBytes, 450);
});

test('a lost piece is missing, and the field it was restored from is left alone', (t) => {
	const pieces = new TorrentPieces(LAYOUT, Math.random);
	const field = Bitfield.full(5);
	pieces.restore(field);
	pieces.pieceLost(4);
	t.is(pieces.wantedDoneBytes, 400);
	t.false(pieces.isComplete);
	t.true(field.isFull);
	t.true(pieces.picker().have.has(0));
	t.false(pieces.picker().have.has(4));
});
