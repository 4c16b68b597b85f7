import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { DiskPool, TorrentStorage } from '../../src/storage/storage.js';
import {
	makeFaultyPool,
	makePool,
	makeSample,
	never,
	receivePiece,
	type Sample,
	tempFolder,
} from './sample-torrent.js';

const SMALL = 16_384;
const FILES = [
	{ name: 'a', lengthBytes: 100_001 },
	{ name: 'b', lengthBytes: 400_000 },
];

/** All at once, as they come from a fast peer. */
function writeAll(
	pool: DiskPool,
	storage: TorrentStorage,
	sample: Sample,
	pieces: readonly number[],
	spoil?: number,
): Promise<boolean>[] {
	return pieces.map(async (piece) => {
		const slots = receivePiece(pool, sample, piece);
		if (piece === spoil) pool.ring.view(slots[0] ?? 0, 1)[0]! ^= 1;
		return (await storage.writePiece(piece, slots, { wantBlockHashes: false })).isValid;
	});
}

function allOf({ target }: Sample): number[] {
	return [...Array(target.pieceCount).keys()];
}

for (const [name, order] of [
	['in order', (pieces: number[]) => pieces],
	['backwards', (pieces: number[]) => pieces.toReversed()],
	['mixed', (pieces: number[]) => pieces.toSorted((a, b) => (a % 3) - (b % 3))],
] as const) {
	test(`small neighbours that are written together land byte for byte, ${name}`, async (t) => {
		const root = tempFolder(t);
		const pool = makePool(t);
		const sample = makeSample(root, FILES, SMALL);
		const storage = pool.open(sample.target);
		const results = await Promise.all(writeAll(pool, storage, sample, order(allOf(sample))));
		t.true(results.every(Boolean));
		const onDisk = Buffer.concat(['a', 'b'].map((file) => readFileSync(path.join(root, file))));
		t.is(Buffer.compare(onDisk, sample.payload), 0);
		t.is(pool.ring.freeCount, pool.ring.slotCount);
	});
}

test('a bad piece among small neighbours is the only one that is not written', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	const sample = makeSample(root, FILES, SMALL);
	const storage = pool.open(sample.target);
	const pieces = allOf(sample);
	const results = await Promise.all(writeAll(pool, storage, sample, pieces, 4));
	t.deepEqual(
		results,
		pieces.map((piece) => piece !== 4),
	);
	const found = await storage.verify({ signal: never });
	t.deepEqual([found.count, found.has(4)], [pieces.length - 1, false]);
});

test('when small neighbours cannot be written each is told, and they are written later', async (t) => {
	const root = tempFolder(t);
	const flag = path.join(tempFolder(t), 'full');
	writeFileSync(flag, '');
	const pool = makeFaultyPool(t, { op: 'writev', code: 'ENOSPC', flag });
	const sample = makeSample(root, FILES, SMALL);
	const storage = pool.open(sample.target);
	const failed = await Promise.allSettled(writeAll(pool, storage, sample, allOf(sample)));
	for (const result of failed) {
		t.is(result.status, 'rejected');
		if (result.status === 'rejected') t.is(result.reason.code, 'STORAGE_DISK_FULL');
	}
	t.is(pool.ring.freeCount, pool.ring.slotCount);
	rmSync(flag);
	const results = await Promise.all(writeAll(pool, storage, sample, allOf(sample)));
	t.true(results.every(Boolean));
	t.true((await storage.verify({ signal: never })).isFull);
});
