import {
	closeSync,
	mkdirSync,
	openSync,
	renameSync,
	rmSync,
	truncateSync,
	utimesSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { ReadLease } from '../../src/storage/storage.js';
import {
	fileBytes,
	makePool,
	makeSample,
	never,
	pieceOf,
	refuses,
	type Sample,
	tempFolder,
	writePieces,
} from './sample-torrent.js';

function place(sample: Sample): void {
	for (const [index, file] of sample.target.files.entries()) {
		mkdirSync(path.dirname(file.path), { recursive: true });
		if (!file.isPadding) writeFileSync(file.path, fileBytes(sample, index));
	}
}

function isSame(lease: ReadLease, expected: Uint8Array): boolean {
	const isEqual = Buffer.compare(lease.bytes, expected) === 0;
	lease.release();
	return isEqual;
}

test('any range inside a piece is read, over files, padding and cache lines', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(
		root,
		[
			{ name: 'd/a', lengthBytes: 700_000 },
			{ name: 'd/pad', lengthBytes: 348_576, isPadding: true },
			{ name: 'd/b', lengthBytes: 1_500_000 },
		],
		1024 * 1024,
	);
	place(sample);
	const storage = makePool(t).open(sample.target);
	const ranges: [number, number, number][] = [
		[0, 0, 16_384],
		[0, 690_000, 20_000],
		[0, 1024 * 1024 - 1, 1],
		[1, 262_144 - 10, 20],
		[1, 200_000, 131_072],
		[2, 451_423, 1],
		[2, 0, 100_000],
	];
	for (const [piece, offset, length] of ranges) {
		const expected = pieceOf(sample, piece).subarray(offset, offset + length);
		t.true(isSame(await storage.read(piece, offset, length), expected), `${piece} ${offset}`);
	}
});

test('ranges outside the piece or too long are refused', async (t) => {
	const sample = makeSample(tempFolder(t), [{ name: 'x', lengthBytes: 300_000 }], 262_144);
	place(sample);
	const storage = makePool(t).open(sample.target);
	const wrong: [number, number, number][] = [
		[2, 0, 1],
		[-1, 0, 1],
		[0, -1, 10],
		[0, 0, 0],
		[0, 0, 131_073],
		[0, 262_140, 5],
		[1, 37_856, 1],
		[0, Number.NaN, 1],
		[0, 0.5, 1],
	];
	for (const [piece, offset, length] of wrong)
		await refuses(t, storage.read(piece, offset, length), 'STORAGE_BAD_REQUEST');
});

test('a lease keeps its bytes while everything else is read through a small cache', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 24 * 262_144 }], 262_144);
	place(sample);
	const storage = makePool(t).open(sample.target);
	const held = await storage.read(3, 1000, 5000);
	for (let round = 0; round < 2; round++) {
		for (let piece = 0; piece < 24; piece++)
			t.true(
				isSame(await storage.read(piece, 0, 16_384), pieceOf(sample, piece).subarray(0, 16_384)),
			);
	}
	t.true(isSame(held, pieceOf(sample, 3).subarray(1000, 6000)));
});

test('readers that never give back do not keep the cache from the others', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 40 * 262_144 }], 262_144);
	place(sample);
	const storage = makePool(t).open(sample.target);
	const leases = await Promise.all(
		Array.from({ length: 200 }, (_, i) => storage.read(i % 40, 16_384 * (i % 16), 16_384)),
	);
	for (const [i, lease] of leases.entries()) {
		const from = 16_384 * (i % 16);
		t.is(Buffer.compare(lease.bytes, pieceOf(sample, i % 40).subarray(from, from + 16_384)), 0);
	}
	for (const lease of leases) {
		lease.release();
		lease.release();
	}
	t.true(isSame(await storage.read(39, 0, 100), pieceOf(sample, 39).subarray(0, 100)));
});

test('many readers of one piece cause one read, and what was read ahead is there at once', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 1024 * 1024 }], 1024 * 1024);
	place(sample);
	const pool = makePool(t);
	const storage = pool.open(sample.target);
	const reads = Array.from({ length: 64 }, (_, block) => storage.read(0, block * 16_384, 16_384));
	t.is(pool.stats().queuedJobs, 1);
	for (const [block, lease] of (await Promise.all(reads)).entries())
		t.true(isSame(lease, sample.payload.subarray(block * 16_384, (block + 1) * 16_384)));
	const again = storage.read(0, 900_000, 10_000);
	t.is(pool.stats().queuedJobs, 0);
	t.true(isSame(await again, sample.payload.subarray(900_000, 910_000)));
});

test('a lease stays valid after its torrent was closed', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 100_000 }], 262_144);
	place(sample);
	const storage = makePool(t).open(sample.target);
	const lease = await storage.read(0, 0, 100_000);
	await storage.close();
	t.true(isSame(lease, sample.payload));
});

test('a file that is missing or cut short is told with its path', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 200_000 }], 32_768);
	place(sample);
	const filePath = path.join(root, 'x');
	const storage = makePool(t).open(sample.target);
	t.true(isSame(await storage.read(0, 0, 100), sample.payload.subarray(0, 100)));
	truncateSync(filePath, 150_000);
	const error = await t.throwsAsync(storage.read(6, 0, 100));
	t.regex(error.message, /changed by another program|ends at byte/);
	rmSync(filePath);
	t.is((await refuses(t, storage.read(5, 0, 100), 'STORAGE_MISSING')).path, filePath);
});

test('a finished file that somebody changes is not served until it was checked again', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 200_000 }], 32_768);
	const storage = pool.open(sample.target);
	await writePieces(pool, storage, sample);
	await storage.sync();
	t.true(isSame(await storage.read(0, 0, 10), sample.payload.subarray(0, 10)));
	const fd = openSync(path.join(root, 'x'), 'r+');
	writeSync(fd, Uint8Array.of(0), 0, 1, 100_000);
	closeSync(fd);
	utimesSync(path.join(root, 'x'), 1_000_000, 1_000_000);
	await refuses(t, storage.read(3, 0, 10), 'STORAGE_CHANGED');
	const found = await storage.verify({ signal: never });
	t.deepEqual([found.has(3), found.count], [false, sample.target.pieceCount - 1]);
	t.true(isSame(await storage.read(1, 0, 10), pieceOf(sample, 1).subarray(0, 10)));
	await writePieces(pool, storage, sample, [3]);
	t.true(isSame(await storage.read(3, 0, 10), pieceOf(sample, 3).subarray(0, 10)));
});

test('a file that was changed between the first look and the first read is noticed', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 200_000 }], 32_768);
	place(sample);
	const storage = makePool(t).open(sample.target);
	await storage.stat();
	const bytes = sample.payload.slice();
	bytes[7]! ^= 1;
	writeFileSync(path.join(root, 'x'), bytes);
	utimesSync(path.join(root, 'x'), 1_000_000, 1_000_000);
	await refuses(t, storage.read(0, 0, 10), 'STORAGE_CHANGED');
});

test('reads of what was just written are not mistaken for foreign changes', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t, { workers: 2, backgroundWorkers: 2 });
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 64 * 16_384 }], 16_384);
	const storage = pool.open(sample.target);
	await storage.stat();
	for (let piece = 0; piece < 64; piece++) {
		const synced = storage.sync();
		await writePieces(pool, storage, sample, [piece]);
		t.true(isSame(await storage.read(piece, 0, 16_384), pieceOf(sample, piece)));
		await synced;
	}
});

test('a file put in the place of the one that was written is not written to', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t, { maxOpenFiles: 1 });
	const sample = makeSample(
		root,
		[
			{ name: 'x', lengthBytes: 65_536 },
			{ name: 'y', lengthBytes: 65_536 },
		],
		32_768,
	);
	const storage = pool.open(sample.target);
	await writePieces(pool, storage, sample, [0, 2]);
	writeFileSync(path.join(root, 'new'), 'precious');
	renameSync(path.join(root, 'new'), path.join(root, 'x'));
	await refuses(t, writePieces(pool, storage, sample, [1]), 'STORAGE_MISSING');
	await refuses(t, storage.sync(), 'STORAGE_MISSING');
});
