/** Lists of files that are so long that they are read one by one. */
import test from 'ava';
import { MAX_FILES } from '../../src/metainfo/metainfo-limits.js';
import { errorCode } from '../../src/primitives/app-error.js';
import { type FileFields, folderInfo, hashes, load } from './sample-torrents.js';

function fields(count: number): FileFields[] {
	return Array.from({ length: count }, (_none, i) => ({
		length: i % 7,
		path: [`folder ${i % 100}`, `a file with a long name ${i}.bin`],
		...(i % 1000 === 3 ? { attr: 'x' } : {}),
	}));
}

test('ten thousand files have their paths and places', (t) => {
	const metainfo = load(folderInfo(fields(10_000)));
	t.true(metainfo.isMultiFile);
	t.is(metainfo.files.length, 10_000);
	let offsetBytes = 0;
	for (const [i, file] of metainfo.files.entries()) {
		if (file.offsetBytes !== offsetBytes || file.lengthBytes !== i % 7)
			t.fail(`file ${i} is misplaced`);
		offsetBytes += i % 7;
	}
	t.is(metainfo.totalBytes, offsetBytes);
	t.deepEqual(metainfo.files[7003]?.path, ['folder 3', 'a file with a long name 7003.bin']);
	t.true(metainfo.files[7003]?.isExecutable);
	t.false(metainfo.files[7004]?.isExecutable);
});

test('a mistake far down a long list names its place', (t) => {
	const files = fields(10_000);
	files[9000] = { length: 'five', path: ['x'] };
	const error = t.throws(() => load(folderInfo(files)));
	t.regex(error?.message ?? '', /info\.files\[9000\]\.length/);
});

test('what stands behind a long list is read too', (t) => {
	const info = folderInfo(fields(10_000), { private: 1, source: 'somewhere' });
	const { isPrivate, source, pieceHashes } = load(info);
	t.true(isPrivate);
	t.is(source, 'somewhere');
	t.deepEqual(pieceHashes, hashes(1));
});

test('more files than are loaded are refused', (t) => {
	const files = Array.from({ length: MAX_FILES + 1 }, () => ({ length: 0, path: ['a'] }));
	const error = t.throws(() => load(folderInfo(files)));
	t.is(errorCode(error), 'METAINFO_TOO_MANY_FILES');
});
