import {
	closeSync,
	existsSync,
	openSync,
	readFileSync,
	readSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { BLOCK_BYTES } from '../../src/metainfo/piece-layout.js';
import {
	fileBytes,
	makePool,
	makeSample,
	never,
	noise,
	receivePiece,
	refuses,
	type SampleFile,
	sha1,
	takeSlot,
	tempFolder,
	writePieces,
} from './sample-torrent.js';

const ODD_FILES: readonly SampleFile[] = [
	{ name: 'a/first.bin', lengthBytes: 70_001 },
	{ name: 'a/empty', lengthBytes: 0 },
	{ name: 'b/one', lengthBytes: 1 },
	{ name: 'b/c/d/deep.bin', lengthBytes: 200_000 },
	{ name: '.pad/7', lengthBytes: 7_000, isPadding: true },
	{ name: 'run.sh', lengthBytes: 33_333, isExecutable: true },
];

for (const workers of [1, 3]) {
	test(`pieces over many files land byte for byte with ${workers} threads`, async (t) => {
		const root = tempFolder(t);
		const pool = makePool(t, { workers });
		const sample = makeSample(root, ODD_FILES, 32_768);
		const storage = pool.open(sample.target);
		await storage.prepare({ force: false, wanted: [0, 1, 2, 3, 5] });
		const order = [...Array(sample.target.pieceCount).keys()].toReversed();
		const results = await Promise.all(
			order.map((piece) =>
				storage.writePiece(piece, receivePiece(pool, sample, piece), { wantBlockHashes: false }),
			),
		);
		t.true(results.every((result) => result.isValid && result.blockHashes === undefined));
		for (const [index, file] of [...sample.target.files].entries()) {
			if (file.isPadding) t.false(existsSync(file.path));
			else t.deepEqual(new Uint8Array(readFileSync(file.path)), fileBytes(sample, index));
		}
		t.not(statSync(path.join(root, 'run.sh')).mode & 0o100, 0);
		t.is(statSync(path.join(root, 'b/one')).mode & 0o111, 0);
		t.is(pool.ring.freeCount, pool.ring.slotCount);
		t.is((await storage.verify({ signal: never })).count, sample.target.pieceCount);
	});
}

test('files that were not asked for are made when their first byte comes, folders included', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	const sample = makeSample(root, ODD_FILES, 32_768);
	const storage = pool.open(sample.target);
	await storage.prepare({ force: false, wanted: [] });
	t.false(existsSync(path.join(root, 'a')));
	await writePieces(pool, storage, sample, [0]);
	t.true(existsSync(path.join(root, 'a/first.bin')));
	t.false(existsSync(path.join(root, 'b/c/d/deep.bin')));
});

test('a piece with a wrong byte is never written, and the hash of each block tells which it was', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 100_000 }], 65_536);
	const storage = pool.open(sample.target);
	await storage.prepare({ force: false, wanted: [0] });
	const slots = receivePiece(pool, sample, 0);
	pool.ring.view(slots[2]!, BLOCK_BYTES)[77]! ^= 1;
	const result = await storage.writePiece(0, slots, { wantBlockHashes: false });
	t.false(result.isValid);
	t.is(statSync(path.join(root, 'x')).size, 0);
	t.is(pool.ring.freeCount, pool.ring.slotCount);
	for (let block = 0; block < 4; block++) {
		const right = sha1(sample.payload.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES));
		const told = result.blockHashes!.subarray(block * 20, block * 20 + 20);
		t.is(Buffer.compare(told, right) === 0, block !== 2);
	}
});

test('block hashes of a good piece are given when asked for, the short last block too', async (t) => {
	const pool = makePool(t);
	const sample = makeSample(tempFolder(t), [{ name: 'x', lengthBytes: 20_000 }], 65_536);
	const storage = pool.open(sample.target);
	const slots = receivePiece(pool, sample, 0);
	const result = await storage.writePiece(0, slots, { wantBlockHashes: true });
	t.true(result.isValid);
	const expected = Buffer.concat([
		sha1(sample.payload.subarray(0, BLOCK_BYTES)),
		sha1(sample.payload.subarray(BLOCK_BYTES)),
	]);
	t.deepEqual(Buffer.from(result.blockHashes!), expected);
});

test('blocks spilled to disk before complete their piece later, in any mixture', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	const sample = makeSample(root, ODD_FILES, 131_072);
	const storage = pool.open(sample.target);
	for (let piece = 0; piece < sample.target.pieceCount; piece++) {
		const slots = receivePiece(pool, sample, piece);
		for (const block of [0, 1, 3, 7].filter((at) => at < slots.length)) {
			await storage.spill(piece, block, slots[block]!);
			slots[block] = -1;
		}
		t.true((await storage.writePiece(piece, slots, { wantBlockHashes: false })).isValid);
	}
	t.deepEqual(
		new Uint8Array(readFileSync(path.join(root, 'b/c/d/deep.bin'))),
		fileBytes(sample, 3),
	);
	t.is((await storage.verify({ signal: never })).count, sample.target.pieceCount);
	t.is(pool.ring.freeCount, pool.ring.slotCount);
});

test('a spilled block that was damaged on disk makes the piece invalid', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 65_536 }], 65_536);
	const storage = pool.open(sample.target);
	const slots = receivePiece(pool, sample, 0);
	await storage.spill(0, 1, slots[1]!);
	slots[1] = -1;
	const bytes = readFileSync(path.join(root, 'x'));
	bytes[BLOCK_BYTES + 5]! ^= 1;
	writeFileSync(path.join(root, 'x'), bytes);
	const result = await storage.writePiece(0, slots, { wantBlockHashes: false });
	t.false(result.isValid);
	t.is(result.blockHashes!.byteLength, 80);
});

test('a piece beyond 4 GiB is written, found by a check and read again', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	const hugeBytes = 5 * 2 ** 30 + 1234;
	const pieceLengthBytes = 2 ** 20;
	const pieceCount = Math.ceil(hugeBytes / pieceLengthBytes);
	const small = makeSample(root, [{ name: 'huge', lengthBytes: 1 }], pieceLengthBytes);
	const piece = pieceCount - 2;
	const bytes = noise(pieceLengthBytes);
	const pieceHashes = new Uint8Array(pieceCount * 20);
	pieceHashes.set(sha1(bytes), piece * 20);
	const storage = pool.open({
		...small.target,
		files: [{ ...small.target.files.at(0)!, lengthBytes: hugeBytes }],
		totalBytes: hugeBytes,
		pieceCount,
		pieceHashes,
	});
	const slots = Int32Array.from({ length: 64 }, (_, block) => {
		const slot = takeSlot(pool.ring);
		const from = block * BLOCK_BYTES;
		pool.ring.view(slot, BLOCK_BYTES).set(bytes.subarray(from, from + BLOCK_BYTES));
		return slot;
	});
	t.true((await storage.writePiece(piece, slots, { wantBlockHashes: false })).isValid);
	const onDisk = Buffer.alloc(pieceLengthBytes);
	const fd = openSync(path.join(root, 'huge'), 'r');
	readSync(fd, onDisk, 0, pieceLengthBytes, piece * pieceLengthBytes);
	closeSync(fd);
	t.is(Buffer.compare(onDisk, bytes), 0);
	const found = await storage.verify({ signal: never, pieces: [piece - 1, piece, piece + 1] });
	t.deepEqual([found.count, found.has(piece)], [1, true]);
	const read = await storage.read(piece, 500_000, BLOCK_BYTES);
	t.is(Buffer.compare(read, bytes.subarray(500_000, 500_000 + BLOCK_BYTES)), 0);
});

test('thousands of small pieces at once are all written', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t, { ringBytes: 64 * 1024 * 1024 });
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 3000 * BLOCK_BYTES }], BLOCK_BYTES);
	const storage = pool.open(sample.target);
	const results = await Promise.all(
		Array.from({ length: 3000 }, (_, piece) =>
			storage.writePiece(piece, receivePiece(pool, sample, piece), { wantBlockHashes: false }),
		),
	);
	t.true(results.every((result) => result.isValid));
	t.is(Buffer.compare(readFileSync(path.join(root, 'x')), sample.payload), 0);
});

test('asking for what is not in the torrent is refused and gives the slots back', async (t) => {
	const pool = makePool(t);
	const sample = makeSample(tempFolder(t), [{ name: 'x', lengthBytes: 40_000 }], 32_768);
	const storage = pool.open(sample.target);
	const options = { wantBlockHashes: false };
	const slots = receivePiece(pool, sample, 0);
	await refuses(t, storage.writePiece(9, slots, options), 'STORAGE_BAD_REQUEST');
	await refuses(t, storage.spill(0, 5, takeSlot(pool.ring)), 'STORAGE_BAD_REQUEST');
	await refuses(t, storage.writePiece(0, Int32Array.of(1), options), 'STORAGE_BAD_REQUEST');
	t.is(pool.ring.freeCount, pool.ring.slotCount);
});

test('after closing, everything is refused with STORAGE_CLOSED, and the slots come back', async (t) => {
	const pool = makePool(t);
	const sample = makeSample(tempFolder(t), [{ name: 'x', lengthBytes: 40_000 }], 32_768);
	const storage = pool.open(sample.target);
	const written = storage.writePiece(0, receivePiece(pool, sample, 0), { wantBlockHashes: false });
	await storage.close();
	t.true((await written).isValid);
	const slots = receivePiece(pool, sample, 1);
	const late = storage.writePiece(1, slots, { wantBlockHashes: false });
	await refuses(t, late, 'STORAGE_CLOSED');
	await refuses(t, storage.read(0, 0, 100), 'STORAGE_CLOSED');
	await refuses(t, storage.sync(), 'STORAGE_CLOSED');
	await pool.close();
	await refuses(t, pool.freeBytes('/'), 'STORAGE_CLOSED');
	t.is(pool.ring.freeCount, pool.ring.slotCount);
});
