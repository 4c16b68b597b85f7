import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {
	fileBytes,
	makeFaultyPool,
	makePool,
	makeSample,
	never,
	noise,
	refuses,
	type Sample,
	sha1,
	tempFolder,
} from './sample-torrent.js';

const FILES = [
	{ name: 'a', lengthBytes: 100_000 },
	{ name: 'pad', lengthBytes: 31_072, isPadding: true },
	{ name: 'b', lengthBytes: 100_000 },
	{ name: 'c', lengthBytes: 65_536 },
];

function place(sample: Sample, files: readonly number[]): void {
	for (const file of files) {
		const { path: filePath } = sample.target.files.at(file)!;
		mkdirSync(path.dirname(filePath), { recursive: true });
		writeFileSync(filePath, fileBytes(sample, file));
	}
}

test('missing, short, damaged and longer files cost only the pieces they touch', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, FILES, 16_384);
	const storage = makePool(t).open(sample.target);
	place(sample, [0, 2, 3]);
	t.true((await storage.verify({ signal: never })).isFull);
	truncateSync(path.join(root, 'a'), 99_999);
	const damaged = fileBytes(sample, 3).slice();
	damaged[20_000]! ^= 1;
	writeFileSync(path.join(root, 'c'), Buffer.concat([damaged, noise(5000)]));
	const found = await storage.verify({ signal: never });
	const invalid = [...Array(sample.target.pieceCount).keys()].filter((piece) => !found.has(piece));
	t.deepEqual(invalid, [6, Math.floor((231_072 + 20_000) / 16_384)]);
});

test('pieces larger than the read buffer and a short last one are checked', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 5_500_001 }], 2 * 1024 * 1024);
	const storage = makePool(t).open(sample.target);
	place(sample, [0]);
	t.true((await storage.verify({ signal: never })).isFull);
	const bytes = sample.payload.slice();
	bytes[5_500_000]! ^= 1;
	writeFileSync(path.join(root, 'x'), bytes);
	const found = await storage.verify({ signal: never });
	t.deepEqual([found.has(0), found.has(1), found.has(2)], [true, true, false]);
});

test('holes of a sparse file are invalid, and a payload of zeros is valid', async (t) => {
	const root = tempFolder(t);
	const storage = makePool(t).open(
		makeSample(root, [{ name: 'x', lengthBytes: 6_000_000 }], 2 * 1024 * 1024).target,
	);
	writeFileSync(path.join(root, 'x'), '');
	truncateSync(path.join(root, 'x'), 6_000_000);
	t.is((await storage.verify({ signal: never })).count, 0);
	const zeros = makeSample(
		root,
		[
			{ name: 'zeros', lengthBytes: 3_000_000 },
			{ name: 'p', lengthBytes: 3_000_000, isPadding: true },
		],
		2 * 1024 * 1024,
	);
	const lengths = [2_097_152, 2_097_152, 6_000_000 - 2 * 2_097_152];
	const hashes = lengths.map((length) => sha1(new Uint8Array(length)));
	writeFileSync(path.join(root, 'zeros'), new Uint8Array(3_000_000));
	const zeroStorage = makePool(t).open({ ...zeros.target, pieceHashes: Buffer.concat(hashes) });
	t.true((await zeroStorage.verify({ signal: never })).isFull);
});

test('every piece is reported once, also with several threads, and only the asked ones', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 12_000_000 }], 65_536);
	const storage = makePool(t, { backgroundWorkers: 2 }).open(sample.target);
	place(sample, [0]);
	const seen: number[] = [];
	const onPiece = ({ piece, isValid }: { piece: number; isValid: boolean }): void => {
		t.true(isValid);
		seen.push(piece);
	};
	t.true((await storage.verify({ signal: never, onPiece })).isFull);
	t.deepEqual(
		seen.toSorted((a, b) => a - b),
		[...Array(sample.target.pieceCount).keys()],
	);
	seen.length = 0;
	const some = await storage.verify({ signal: never, pieces: [5, 6, 9, 100], onPiece });
	t.deepEqual(seen, [5, 6, 9, 100]);
	t.is(some.count, 4);
	await refuses(t, storage.verify({ signal: never, pieces: [999_999] }), 'STORAGE_BAD_REQUEST');
});

test('a check can be stopped in the middle, and the torrent goes on', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 30_000_000 }], 1024 * 1024);
	const storage = makePool(t).open(sample.target);
	place(sample, [0]);
	const controller = new AbortController();
	let reported = 0;
	const onPiece = (): void => {
		reported++;
		controller.abort();
	};
	await refuses(t, storage.verify({ signal: controller.signal, onPiece }), 'STORAGE_ABORTED');
	t.is(reported, 1);
	await refuses(t, storage.verify({ signal: AbortSignal.abort() }), 'STORAGE_ABORTED');
	t.true((await storage.verify({ signal: never })).isFull);
});

test('closing a torrent stops its check', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 30_000_000 }], 1024 * 1024);
	const storage = makePool(t).open(sample.target);
	place(sample, [0]);
	const stopped = refuses(t, storage.verify({ signal: never }), 'STORAGE_CLOSED');
	await storage.close();
	await stopped;
});

test('another torrent is looked at and read while a long check of a slow disk goes on', async (t) => {
	const root = tempFolder(t);
	const pool = makeFaultyPool(t, { op: 'readv', code: 'SLOW' });
	const big = makeSample(root, [{ name: 'big', lengthBytes: 40_000_000 }], 262_144);
	place(big, [0]);
	const small = makeSample(root, [{ name: 'small', lengthBytes: 100_000 }], 32_768);
	place(small, [0]);
	const other = pool.open(small.target);
	await other.read(0, 0, 1000);
	let checked = 0;
	let served: Promise<void> | undefined;
	const serve = async (): Promise<void> => {
		t.is((await other.stat())[0]!.sizeBytes, 100_000);
		await other.read(1, 0, 1000);
		t.true(checked < big.target.pieceCount, 'served only after the check');
	};
	const onPiece = (): void => {
		checked++;
		served ??= serve();
	};
	t.true((await pool.open(big.target).verify({ signal: never, onPiece })).isFull);
	await served;
	t.is(checked, big.target.pieceCount);
});

test('a torrent without a byte is checked at once', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'empty', lengthBytes: 0 }], 16_384);
	const storage = makePool(t).open(sample.target);
	await storage.prepare({ force: false, wanted: [0] });
	t.is((await storage.verify({ signal: never })).length, 0);
	t.is((await storage.sync()).length, 1);
});

test('a callback that throws ends its own check only', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, [{ name: 'x', lengthBytes: 100_000 }], 16_384);
	const storage = makePool(t).open(sample.target);
	place(sample, [0]);
	let calls = 0;
	const onPiece = (): void => {
		calls++;
		throw new Error('mistake of the caller');
	};
	const error = await t.throwsAsync(storage.verify({ signal: never, onPiece }));
	t.is(calls, 1);
	t.regex(error.message, /mistake of the caller/);
	t.true((await storage.verify({ signal: never })).isFull);
});
