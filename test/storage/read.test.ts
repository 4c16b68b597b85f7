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
import type { BlocksLease, WantedBlocks } from '../../src/storage/storage.js';
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
	for (const [index, file] of [...sample.target.files].entries()) {
		mkdirSync(path.dirname(file.path), { recursive: true });
		if (!file.isPadding) writeFileSync(file.path, fileBytes(sample, index));
	}
}

const HEAD_BYTES = 13;
const FRAME_BYTES = HEAD_BYTES + 16_384;
const BLOCK_BYTES = 16_384;

function isSame(bytes: Uint8Array, expected: Uint8Array): boolean {
	return Buffer.compare(bytes, expected) === 0;
}

/** As a peer asks for them: `count` blocks of a piece in a row. */
function run(piece: number, block: number, count: number): [WantedBlocks, number] {
	const wanted = Array.from({ length: count }, (_, i) => ({
		piece,
		offsetBytes: (block + i) * BLOCK_BYTES,
	}));
	return [wanted, count];
}

/** The blocks of a lease without the room before each. */
function blocksOf(lease: BlocksLease): Uint8Array {
	const parts: Uint8Array[] = [];
	for (let at = 0; at < lease.frames.byteLength; at += FRAME_BYTES)
		parts.push(lease.frames.subarray(at + HEAD_BYTES, at + FRAME_BYTES));
	return Buffer.concat(parts);
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
	const held = await storage.lease(...run(3, 1, 2));
	for (let round = 0; round < 2; round++) {
		for (let piece = 0; piece < 24; piece++)
			t.true(
				isSame(await storage.read(piece, 0, 16_384), pieceOf(sample, piece).subarray(0, 16_384)),
			);
	}
	t.true(isSame(blocksOf(held), pieceOf(sample, 3).subarray(16_384, 49_152)));
	held.release();
});

test('readers that never give back do not keep the cache from the others', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 40 * 262_144 }], 262_144);
	place(sample);
	const storage = makePool(t).open(sample.target);
	const leases = await Promise.all(
		Array.from({ length: 200 }, async (_, i) => storage.lease(...run(i % 40, i % 16, 1))),
	);
	for (const [i, lease] of leases.entries()) {
		const from = 16_384 * (i % 16);
		t.true(isSame(blocksOf(lease), pieceOf(sample, i % 40).subarray(from, from + 16_384)));
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
	const reads = Array.from({ length: 64 }, async (_, block) => storage.lease(...run(0, block, 1)));
	t.is(pool.stats().queuedJobs, 1);
	for (const [block, lease] of (await Promise.all(reads)).entries()) {
		const from = block * 16_384;
		t.true(isSame(blocksOf(lease), sample.payload.subarray(from, from + 16_384)));
		lease.release();
	}
	const again = storage.lease(...run(0, 50, 64));
	t.false(again instanceof Promise);
	t.is(pool.stats().queuedJobs, 0);
	const lease = await again;
	t.is(lease.blockCount, 14);
	t.true(isSame(blocksOf(lease), sample.payload.subarray(50 * 16_384)));
});

test('a lease stays valid after its torrent was closed', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 100_000 }], 262_144);
	place(sample);
	const storage = makePool(t).open(sample.target);
	const lease = await storage.lease(...run(0, 0, 16));
	await storage.close();
	t.is(lease.blockCount, 7);
	t.true(isSame(blocksOf(lease), sample.payload));
	lease.release();
	lease.release();
	await refuses(t, Promise.resolve(storage.lease(...run(0, 0, 16))), 'STORAGE_CLOSED');
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

test('blocks of small pieces lie together in the order of asking, wherever they are in the payload', async (t) => {
	const sample = makeSample(tempFolder(t), [{ name: 'x', lengthBytes: 40 * 32_768 + 100 }], 32_768);
	place(sample);
	const pool = makePool(t);
	const storage = pool.open(sample.target);
	const wanted = [9, 30, 31, 2].flatMap((piece) => [
		{ piece, offsetBytes: BLOCK_BYTES },
		{ piece, offsetBytes: 0 },
	]);
	const together = await storage.lease(wanted, 8);
	t.is(together.blockCount, 8);
	const expected = wanted.map(({ piece, offsetBytes }) =>
		pieceOf(sample, piece).subarray(offsetBytes, offsetBytes + BLOCK_BYTES),
	);
	t.true(isSame(blocksOf(together), Buffer.concat(expected)));
	const other = storage.lease(...run(30, 0, 1));
	t.false(other instanceof Promise);
	t.true(isSame(blocksOf(await other), pieceOf(sample, 30).subarray(0, BLOCK_BYTES)));
	const inOrder = await storage.lease(...run(30, 0, 2));
	t.is(inOrder.blockCount, 1);
	t.true(storage.lease(...run(10, 0, 1)) instanceof Promise);
});

test('the short block at the end of small pieces is the last of its run', async (t) => {
	const sample = makeSample(tempFolder(t), [{ name: 'x', lengthBytes: 40 * 32_768 + 100 }], 32_768);
	place(sample);
	const storage = makePool(t).open(sample.target);
	const wanted = [3, 40, 5].map((piece) => ({ piece, offsetBytes: 0 }));
	const end = await storage.lease(wanted, 3);
	t.deepEqual([end.blockCount, end.frames.byteLength], [2, FRAME_BYTES + HEAD_BYTES + 100]);
	const expected = [pieceOf(sample, 3).subarray(0, BLOCK_BYTES), pieceOf(sample, 40)];
	t.true(isSame(blocksOf(end), Buffer.concat(expected)));
});

test('one block is read once, however often it is wanted in a row', async (t) => {
	const sample = makeSample(tempFolder(t), [{ name: 'x', lengthBytes: 200_000 }], 16_384);
	place(sample);
	const storage = makePool(t).open(sample.target);
	const twice = [4, 4, 5].map((piece) => ({ piece, offsetBytes: 0 }));
	const lease = await storage.lease(twice, 3);
	t.is(lease.blockCount, 1);
	t.true(isSame(blocksOf(lease), pieceOf(sample, 4)));
	t.is((await storage.lease(twice.slice(1), 2)).blockCount, 2);
});

test('a small piece that cannot be read does not keep its neighbours in the queue from being read', async (t) => {
	const root = tempFolder(t);
	const files = ['a', 'b'].map((name) => ({ name, lengthBytes: 65_536 }));
	const sample = makeSample(root, files, 16_384);
	place(sample);
	rmSync(path.join(root, 'b'));
	const storage = makePool(t).open(sample.target);
	const mixed = [0, 5, 1].map((piece) => ({ piece, offsetBytes: 0 }));
	const lease = await storage.lease(mixed, 3);
	t.is(lease.blockCount, 1);
	t.true(isSame(blocksOf(lease), pieceOf(sample, 0)));
	await refuses(t, Promise.resolve(storage.lease(mixed.slice(1), 2)), 'STORAGE_MISSING');
});

test('small pieces over two files and padding are read together', async (t) => {
	const sample = makeSample(
		tempFolder(t),
		[
			{ name: 'a', lengthBytes: 50_000 },
			{ name: 'pad', lengthBytes: 15_536, isPadding: true },
			{ name: 'b', lengthBytes: 70_000 },
		],
		16_384,
	);
	place(sample);
	const storage = makePool(t).open(sample.target);
	const order = [7, 3, 2, 8, 0];
	const wanted = order.map((piece) => ({ piece, offsetBytes: 0 }));
	const lease = await storage.lease(wanted, 5);
	const count = lease.blockCount;
	t.is(count, 4);
	const expected = order.slice(0, count).map((piece) => pieceOf(sample, piece));
	t.true(isSame(blocksOf(lease), Buffer.concat(expected)));
});

test('pieces that do not end with a whole block are never read together', async (t) => {
	const sample = makeSample(tempFolder(t), [{ name: 'x', lengthBytes: 200_000 }], 20_000);
	place(sample);
	const storage = makePool(t).open(sample.target);
	for (let piece = 0; piece < 10; piece++) {
		const lease = await storage.lease(...run(piece, 0, 99));
		t.is(lease.blockCount, 2);
		t.true(isSame(blocksOf(lease), pieceOf(sample, piece)));
		lease.release();
	}
});

test('a block that was asked for ahead of time is there at once', async (t) => {
	const sample = makeSample(tempFolder(t), [{ name: 'x', lengthBytes: 2_000_000 }], 262_144);
	place(sample);
	const pool = makePool(t);
	const storage = pool.open(sample.target);
	const [wanted] = run(4, 3, 2);
	storage.prefetch(wanted, 0, 2);
	storage.prefetch(wanted, 0, 2);
	storage.prefetch(run(99, 0, 2)[0], 0, 2);
	t.is(pool.stats().queuedJobs, 1);
	const first = await storage.lease(...run(4, 0, 1));
	t.true(isSame(blocksOf(first), pieceOf(sample, 4).subarray(0, 16_384)));
	t.false(storage.lease(...run(4, 3, 1)) instanceof Promise);
	await refuses(t, Promise.resolve(storage.lease(...run(4, 16, 1))), 'STORAGE_BAD_REQUEST');
	await refuses(t, Promise.resolve(storage.lease(...run(4, 0, 0))), 'STORAGE_BAD_REQUEST');
});
