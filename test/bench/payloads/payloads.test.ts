import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { compareFiles } from '../../../bench/payloads/compare-files.js';
import { makeTorrentFile } from '../../../bench/payloads/make-torrent.js';
import {
	manyFiles,
	writeRandomFiles,
	writeSparseFile,
} from '../../../bench/payloads/random-files.js';
import { parseMetainfo } from '../../../src/metainfo/parse-metainfo.js';
import { makeTorrent } from '../../helpers/make-payload.js';
import { tempFolder } from '../../helpers/temp-folder.js';

test('many files have exactly the bytes wanted together, and none is empty', (t) => {
	const files = manyFiles('many', 250, 1_000_003);
	t.is(files.length, 250);
	t.is(new Set(files.map((file) => file.path)).size, 250);
	t.is(
		files.reduce((sum, file) => sum + file.lengthBytes, 0),
		1_000_003,
	);
	t.true(files.every((file) => file.lengthBytes > 0));
});

test('the same seed gives the same bytes, another seed others', async (t) => {
	const folder = await tempFolder(t);
	for (const [name, seed] of Object.entries({ a: 1, b: 1, c: 2 })) {
		writeRandomFiles(folder, [{ path: name, lengthBytes: 5_000_000 }], seed);
	}
	const [a, b, c] = ['a', 'b', 'c'].map((name) => readFileSync(path.join(folder, name)));
	t.is(a?.byteLength, 5_000_000);
	t.true(b !== undefined && a?.equals(b));
	t.true(c !== undefined && a?.equals(c) === false);
});

test('the torrent has the hashes and files of its payload, pieces across files too', async (t) => {
	const folder = await tempFolder(t);
	const files = manyFiles('many', 7, 200_001);
	writeRandomFiles(folder, files, 3);
	const made = makeTorrentFile(folder, files, {
		torrentPath: path.join(folder, 'many.torrent'),
		pieceLengthBytes: 16_384,
		announce: 'http://127.0.0.1:1/announce',
	});
	const inMemory = makeTorrent(
		'many',
		files.map((file) => ({
			path: file.path.split('/').slice(1).join('/'),
			bytes: readFileSync(path.join(folder, file.path)),
		})),
		{ pieceLengthBytes: 16_384 },
	);
	t.is(made.infohash, parseMetainfo(inMemory.metainfoBytes, sha1).infohash);
	t.is(made.lengthBytes, 200_001);
	t.is(made.name, 'many');
});

test('a copy with one wrong byte, or one byte less, is found by name', async (t) => {
	const [source, copy] = [await tempFolder(t), await tempFolder(t)];
	const files = [{ path: 'x/one.bin', lengthBytes: 5_000_000 }];
	const names = ['x/one.bin'];
	writeRandomFiles(source, files, 1);
	writeRandomFiles(copy, files, 1);
	t.notThrows(() => compareFiles(source, copy, names));
	const target = path.join(copy, 'x/one.bin');
	const bytes = readFileSync(target);
	bytes[4_999_999] = (bytes[4_999_999] ?? 0) ^ 1;
	writeFileSync(target, bytes);
	t.throws(() => compareFiles(source, copy, names), { message: /^x\/one\.bin is wrong: differs/ });
	writeFileSync(target, bytes.subarray(0, -1));
	t.throws(() => compareFiles(source, copy, names), { message: /4999999 bytes, expected 5000000/ });
});

test('a sparse file has its length', async (t) => {
	const target = path.join(await tempFolder(t), 'sparse');
	writeSparseFile(target, 10_000_000);
	t.is(statSync(target).size, 10_000_000);
});

function sha1(bytes: Uint8Array): Uint8Array {
	return createHash('sha1').update(bytes).digest();
}
