import path from 'node:path';
import test from 'ava';
import { FilePlaces } from '../../src/storage/file-places.js';
import type { StoredFile } from '../../src/storage/storage.js';

const ROOT = path.join(path.sep, 'data');

function filesOf(
	...entries: readonly { at: string; bytes: number; isPadding?: boolean; isExecutable?: boolean }[]
): StoredFile[] {
	let offsetBytes = 0;
	return entries.map(({ at, bytes, isPadding = false, isExecutable = false }) => {
		const file = {
			path: isPadding ? '' : path.join(ROOT, at),
			lengthBytes: bytes,
			offsetBytes,
			isPadding,
			isExecutable,
		};
		offsetBytes += bytes;
		return file;
	});
}

/** As another thread gets them. */
function received(files: readonly StoredFile[]): FilePlaces {
	return new FilePlaces(structuredClone(FilePlaces.of(files).message));
}

test('another thread reads every file as it was, whatever its name', (t) => {
	const files = filesOf(
		{ at: 'd/a.bin', bytes: 5 },
		{ at: 'd/é—日本.txt', bytes: 0, isExecutable: true },
		{ at: '', bytes: 3, isPadding: true },
		{ at: 'd/e/😀', bytes: 2 ** 40 },
		{ at: 'dd', bytes: 1 },
	);
	const places = received(files);
	t.is(places.length, 5);
	t.deepEqual(
		files.map((_file, index) => places.at(index)),
		files,
	);
	t.deepEqual(
		files.map((_file, index) => places.path(index)),
		files.map((file) => file.path),
	);
	t.deepEqual(
		files.map((_file, index) => places.isPadding(index)),
		[false, false, true, false, false],
	);
});

test('a file that is none of the torrent’s is not there', (t) => {
	const places = received(filesOf({ at: 'only', bytes: 1 }));
	for (const index of [-1, 1, Number.NaN]) t.is(places.at(index), undefined);
});

test('a torrent of one file, of padding alone, or with files in different places has its paths', (t) => {
	for (const files of [
		filesOf({ at: 'one', bytes: 1 }),
		filesOf({ at: '', bytes: 1, isPadding: true }),
		[...filesOf({ at: 'x', bytes: 1 }), ...filesOf({ at: path.join('..', 'other'), bytes: 0 })],
	])
		t.deepEqual(
			files.map((_file, index) => received(files).path(index)),
			files.map((file) => file.path),
		);
});

test('a range of the payload covers parts of files, empty ones left out', (t) => {
	const places = received(
		filesOf({ at: 'a', bytes: 10 }, { at: 'b', bytes: 0 }, { at: 'c', bytes: 2 ** 40 }),
	);
	t.deepEqual(places.spans(8, 5), [
		{ fileIndex: 0, fileOffsetBytes: 8, lengthBytes: 2 },
		{ fileIndex: 2, fileOffsetBytes: 0, lengthBytes: 3 },
	]);
	t.deepEqual(places.spans(2 ** 40 + 9, 100), [
		{ fileIndex: 2, fileOffsetBytes: 2 ** 40 - 1, lengthBytes: 1 },
	]);
	t.deepEqual(places.spans(2 ** 40 + 10, 1), []);
});
