/** The disk threads of the torrent tools: taken over from an earlier start, and sharing long lists. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { HashPool } from '../../src/storage/hash-pool.js';
import { hashThreads, isWorthThreads } from '../../src/storage/hash-threads.js';
import { sha1 } from '../../src/storage/piece-hasher.js';
import { tempFolder } from '../helpers/temp-folder.js';

const PIECE_BYTES = 16_384;

test('threads that were started ahead do the work, also when one of them has ended meanwhile', async (t) => {
	const folder = await tempFolder(t);
	const filePath = path.join(folder, 'data');
	const data = Buffer.alloc(PIECE_BYTES, 7);
	await writeFile(filePath, data);
	const threads = hashThreads({ threads: 2 }, 2);
	await threads.started[0]?.terminate();
	const pool = new HashPool({}, threads);
	t.teardown(() => pool.close());
	const file = { path: filePath, lengthBytes: PIECE_BYTES, offsetBytes: 0 };
	const hashes = await pool.hash(
		{
			root: folder,
			files: [{ ...file, isPadding: false, isExecutable: false }],
			pieceLengthBytes: PIECE_BYTES,
			pieceCount: 1,
			totalBytes: PIECE_BYTES,
		},
		{ signal: new AbortController().signal },
	);
	t.deepEqual(Buffer.from(hashes), Buffer.from(sha1(data)));
});

test('thousands of files are looked at in parts and told in their order', async (t) => {
	const folder = await tempFolder(t);
	await mkdir(path.join(folder, 'd'));
	const pool = new HashPool({ threads: 2 });
	t.teardown(() => pool.close());
	const paths = Array.from({ length: 2500 }, (_none, i) => path.join(folder, 'd', `${i}`));
	for (const i of [0, 1023, 1024, 2048, 2499]) await writeFile(paths[i] ?? '', 'x'.repeat(i));
	const stamps = await pool.stat(paths);
	t.is(stamps.length, 2500);
	t.deepEqual(
		stamps.flatMap((stamp, i) => (stamp.exists ? [[i, stamp.sizeBytes]] : [])),
		[0, 1023, 1024, 2048, 2499].map((i) => [i, i]),
	);
});

test('only folders and large files are worth several threads', async (t) => {
	const folder = await tempFolder(t);
	await writeFile(path.join(folder, 'small'), 'x');
	t.true(isWorthThreads(folder));
	t.false(isWorthThreads(path.join(folder, 'small')));
	t.false(isWorthThreads('http://127.0.0.1:9/announce'));
});
