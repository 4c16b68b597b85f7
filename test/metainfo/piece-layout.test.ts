import test from 'ava';
import fc from 'fast-check';
import {
	BLOCK_BYTES,
	blockBytes,
	blockCount,
	filePieces,
	fileSpans,
	pieceBytes,
} from '../../src/metainfo/piece-layout.js';
import { hashes, load } from './sample-torrents.js';

test('only the last piece is shorter', (t) => {
	const layout = { pieceCount: 3, pieceLengthBytes: 20_000, totalBytes: 45_000 };
	t.deepEqual(
		[0, 1, 2].map((piece) => pieceBytes(layout, piece)),
		[20_000, 20_000, 5000],
	);
	t.deepEqual(
		[0, 2].map((piece) => blockCount(layout, piece)),
		[2, 1],
	);
	t.deepEqual(
		[0, 1].map((block) => blockBytes(layout, 0, block)),
		[BLOCK_BYTES, 3616],
	);
	t.is(blockBytes(layout, 2, 0), 5000);
});

test('sums beyond 2^32 are exact', (t) => {
	const pieceLengthBytes = 512 << 20;
	const layout = { pieceCount: 2 ** 20, pieceLengthBytes, totalBytes: 2 ** 49 - 1 };
	t.is(pieceBytes(layout, 2 ** 20 - 1), pieceLengthBytes - 1);
	const files = [
		{ offsetBytes: 0, lengthBytes: 2 ** 40 },
		{ offsetBytes: 2 ** 40, lengthBytes: 10 },
	];
	t.deepEqual(fileSpans(files, 2 ** 40 - 1, 3), [
		{ fileIndex: 0, fileOffsetBytes: 2 ** 40 - 1, lengthBytes: 1 },
		{ fileIndex: 1, fileOffsetBytes: 0, lengthBytes: 2 },
	]);
});

test('the pieces of a file are given, and none for an empty one', (t) => {
	const metainfo = load({
		files: [
			{ length: 10, path: ['a'] },
			{ length: 0, path: ['empty'] },
			{ length: 22, path: ['b'] },
			{ length: 1, path: ['c'] },
		],
		name: 'n',
		'piece length': 16,
		pieces: hashes(3),
	});
	t.deepEqual(filePieces(metainfo, 0), { first: 0, last: 0 });
	t.is(filePieces(metainfo, 1), undefined);
	t.deepEqual(filePieces(metainfo, 2), { first: 0, last: 1 });
	t.deepEqual(filePieces(metainfo, 3), { first: 2, last: 2 });
	t.is(filePieces(metainfo, 4), undefined);
});

test('spans cover exactly the range, each byte once, in order', (t) => {
	fc.assert(
		fc.property(
			fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 15 }),
			fc.nat(),
			fc.nat(),
			(lengths, a, b) => {
				let total = 0;
				const files = lengths.map((lengthBytes) => {
					total += lengthBytes;
					return { offsetBytes: total - lengthBytes, lengthBytes };
				});
				const from = Math.min(a % (total + 1), b % (total + 1));
				const to = Math.max(a % (total + 1), b % (total + 1));
				let at = from;
				for (const span of fileSpans(files, from, to - from)) {
					const file = files[span.fileIndex];
					t.is((file?.offsetBytes ?? -1) + span.fileOffsetBytes, at);
					t.true(span.lengthBytes > 0);
					t.true(span.fileOffsetBytes + span.lengthBytes <= (file?.lengthBytes ?? 0));
					at += span.lengthBytes;
				}
				t.is(at, to);
			},
		),
		{ numRuns: 500 },
	);
});
