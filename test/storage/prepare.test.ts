import { execFileSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {
	fileBytes,
	makePool,
	makeSample,
	never,
	noise,
	refuses,
	tempFolder,
	writePieces,
} from './sample-torrent.js';

const TWO = [
	{ name: 't/a', lengthBytes: 50_000 },
	{ name: 't/none', lengthBytes: 0 },
	{ name: 't/b', lengthBytes: 50_000 },
];

test('wanted files are made, empty ones too, the others not yet; doing it again changes nothing', async (t) => {
	const root = tempFolder(t);
	const storage = makePool(t).open(makeSample(root, TWO, 32_768).target);
	await storage.prepare({ force: false, wanted: [0, 1] });
	t.deepEqual(readdirSync(path.join(root, 't')).sort(), ['a', 'none']);
	writeFileSync(path.join(root, 't/a'), 'kept');
	await storage.prepare({ force: false, wanted: [0, 1] });
	t.is(readFileSync(path.join(root, 't/a'), 'utf8'), 'kept');
	const stamps = await storage.stat();
	t.deepEqual(
		stamps.map((stamp) => [stamp.exists, stamp.sizeBytes]),
		[
			[true, 4],
			[true, 0],
			[false, 0],
		],
	);
});

test('a longer file is refused and keeps every byte', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, TWO, 32_768);
	mkdirSync(path.join(root, 't'));
	const longer = noise(60_000);
	writeFileSync(path.join(root, 't/b'), longer);
	const storage = makePool(t).open(sample.target);
	const error = await refuses(
		t,
		storage.prepare({ force: false, wanted: [0, 1, 2] }),
		'STORAGE_FILE_LONGER',
	);
	t.is(error.path, path.join(root, 't/b'));
	t.regex(error.message, /60000 bytes, the torrent says 50000/);
	t.deepEqual(readdirSync(path.join(root, 't')), ['b']);
	t.is(Buffer.compare(readFileSync(path.join(root, 't/b')), longer), 0);
});

test('with force only the own range of a longer file is written', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	const sample = makeSample(root, TWO, 32_768);
	mkdirSync(path.join(root, 't'));
	const longer = noise(60_000).toReversed();
	writeFileSync(path.join(root, 't/b'), longer);
	const storage = pool.open(sample.target);
	await storage.prepare({ force: true, wanted: [0, 1, 2] });
	await writePieces(pool, storage, sample);
	const after = readFileSync(path.join(root, 't/b'));
	t.is(after.byteLength, 60_000);
	t.is(Buffer.compare(after.subarray(0, 50_000), fileBytes(sample, 2)), 0);
	t.is(Buffer.compare(after.subarray(50_000), longer.subarray(50_000)), 0);
});

test('a folder, a link or a pipe in the place of a file is refused at once, also with force', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	const storage = pool.open(makeSample(root, [{ name: 'x', lengthBytes: 10 }], 32_768).target);
	const place = path.join(root, 'x');
	const foreign = [
		() => mkdirSync(place),
		() => symlinkSync('/etc/hostname', place),
		() => execFileSync('mkfifo', [place]),
	];
	for (const make of foreign) {
		make();
		await refuses(t, storage.prepare({ force: true, wanted: [0] }), 'STORAGE_FILE_FOREIGN');
		t.true((await storage.stat())[0]!.isForeign);
		t.is((await storage.verify({ signal: never })).count, 0);
		await refuses(t, storage.read(0, 0, 10), 'STORAGE_FILE_FOREIGN');
		rmSync(place, { recursive: true });
	}
});

test('a planted link to a folder outside is never followed for writing', async (t) => {
	const root = tempFolder(t);
	const canary = mkdtempSync(path.join(root, '..', 'btmany-canary-'));
	t.teardown(() => rmSync(canary, { recursive: true, force: true }));
	const pool = makePool(t);
	const sample = makeSample(root, [{ name: 'link/sub/x', lengthBytes: 40_000 }], 32_768);
	symlinkSync(canary, path.join(root, 'link'));
	const storage = pool.open(sample.target);
	const prepared = storage.prepare({ force: true, wanted: [0] });
	const error = await refuses(t, prepared, 'STORAGE_OUTSIDE_ROOT');
	t.regex(error.message, /leads out of the download folder/);
	await refuses(t, writePieces(pool, storage, sample), 'STORAGE_OUTSIDE_ROOT');
	t.deepEqual(readdirSync(canary), []);
	t.is(pool.ring.freeCount, pool.ring.slotCount);
});

test('a link to a folder inside the download folder is fine', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	mkdirSync(path.join(root, 'real'));
	symlinkSync('real', path.join(root, 'link'));
	const sample = makeSample(root, [{ name: 'link/x', lengthBytes: 40_000 }], 32_768);
	const storage = pool.open(sample.target);
	await storage.prepare({ force: false, wanted: [0] });
	await writePieces(pool, storage, sample);
	t.is(Buffer.compare(readFileSync(path.join(root, 'real/x')), sample.payload), 0);
});

test('a path that leaves the download folder by its words is refused', async (t) => {
	const root = tempFolder(t);
	const storage = makePool(t).open(
		makeSample(path.join(root), [{ name: '../btmany-escaped', lengthBytes: 5 }], 32_768).target,
	);
	await refuses(t, storage.prepare({ force: true, wanted: [0] }), 'STORAGE_OUTSIDE_ROOT');
	t.false(existsSync(path.join(root, '../btmany-escaped')));
});

test('a download folder that is not there is not made anew: its volume may be gone', async (t) => {
	const root = path.join(tempFolder(t), 'gone');
	const pool = makePool(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 10 }], 32_768);
	const storage = pool.open(sample.target);
	const prepared = storage.prepare({ force: false, wanted: [0] });
	t.is((await refuses(t, prepared, 'STORAGE_MISSING')).path, root);
	await refuses(t, writePieces(pool, storage, sample), 'STORAGE_MISSING');
	t.false(existsSync(root));
});

test('full allocation fills only the missing tail and leaves what is there', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	const lengthBytes = 9 * 1024 * 1024 + 5;
	const sample = makeSample(root, [{ name: 'x', lengthBytes }], 1024 * 1024, 'full');
	const start = sample.payload.subarray(0, 100_000);
	writeFileSync(path.join(root, 'x'), start);
	const storage = pool.open(sample.target);
	await storage.prepare({ force: false, wanted: [0] });
	const bytes = readFileSync(path.join(root, 'x'));
	t.is(bytes.byteLength, lengthBytes);
	t.is(Buffer.compare(bytes.subarray(0, 100_000), start), 0);
	t.true(bytes.subarray(100_000).every((byte) => byte === 0));
	t.true(statSync(path.join(root, 'x')).blocks * 512 >= lengthBytes);
	await writePieces(pool, storage, sample);
	t.is((await storage.verify({ signal: never })).isFull, true);
});

test('free space is told for a folder that is not there yet, too', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	const [there, notYet] = [
		await pool.freeBytes(root),
		await pool.freeBytes(path.join(root, 'not', 'yet')),
	];
	t.true(there > 0 && notYet > 0);
});
