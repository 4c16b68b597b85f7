import { createHash } from 'node:crypto';
import test from 'ava';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { FileSelection } from '../../src/torrent/file-selection.js';
import { makeTorrent } from '../helpers/make-payload.js';

const PIECE = 16_384;

/** a: pieces 0 and 1; empty; b: pieces 1 and 2; c: piece 2. */
const metainfo = parseMetainfo(
	makeTorrent(
		'files',
		[
			{ path: 'a', bytes: new Uint8Array(PIECE + 10) },
			{ path: 'empty', bytes: new Uint8Array(0) },
			{ path: 'b', bytes: new Uint8Array(PIECE) },
			{ path: 'c', bytes: new Uint8Array(10) },
		],
		{ pieceLengthBytes: PIECE },
	).metainfoBytes,
	(part) => createHash('sha1').update(part).digest(),
);

test('every file is wanted the same at first', (t) => {
	const files = new FileSelection(metainfo, undefined);
	t.true(files.isEverything);
	t.deepEqual([...files.piecePriorities()], [2, 2, 2]);
	t.deepEqual(files.wantedFiles(), [0, 1, 2, 3]);
});

test('a piece is wanted as much as the most wanted file in it', (t) => {
	const files = new FileSelection(metainfo, undefined);
	t.true(files.setPriority(0, 'off'));
	t.deepEqual([...files.piecePriorities()], [0, 2, 2]);
	files.setPriority(2, 'high');
	t.deepEqual([...files.piecePriorities()], [0, 3, 3]);
	files.setPriority(2, 'off');
	files.setPriority(3, 'low');
	t.deepEqual([...files.piecePriorities()], [0, 0, 1]);
	t.deepEqual(files.wantedFiles(), [1, 3]);
	t.false(files.isEverything);
});

test('a file that does not exist cannot be chosen', (t) => {
	const files = new FileSelection(metainfo, undefined);
	for (const index of [-1, 4, 0.5, Number.NaN]) t.false(files.setPriority(index, 'off'));
	t.true(files.isEverything);
});

test('saved priorities come back, unless they are of another number of files', (t) => {
	t.deepEqual(new FileSelection(metainfo, ['off', 'low', 'normal', 'high']).priorities, [
		'off',
		'low',
		'normal',
		'high',
	]);
	t.true(new FileSelection(metainfo, ['off']).isEverything);
	t.true(new FileSelection(metainfo, []).isEverything);
});
