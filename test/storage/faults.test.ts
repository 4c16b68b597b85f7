import {
	chmodSync,
	closeSync,
	existsSync,
	openSync,
	readFileSync,
	rmSync,
	writeFileSync,
	writevSync,
} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { type StorageCode, StorageError, toStorageError } from '../../src/storage/storage-error.js';
import {
	fileBytes,
	makeFaultyPool,
	makePool,
	makeSample,
	never,
	receivePiece,
	refuses,
	takeSlot,
	tempFolder,
	writePieces,
} from './sample-torrent.js';

const TWO = [
	{ name: 'a', lengthBytes: 100_000 },
	{ name: 'b', lengthBytes: 100_000 },
];

test('a full disk is told, costs no slot, and when there is room again the piece is written', async (t) => {
	const root = tempFolder(t);
	const flag = path.join(tempFolder(t), 'full');
	writeFileSync(flag, '');
	const pool = makeFaultyPool(t, { op: 'writev', code: 'ENOSPC', flag });
	const sample = makeSample(root, TWO, 32_768);
	const storage = pool.open(sample.target);
	const error = await refuses(t, writePieces(pool, storage, sample, [0]), 'STORAGE_DISK_FULL');
	t.is(error.path, path.join(root, 'a'));
	t.is(error.operation, 'write');
	t.is(error.systemCode, 'ENOSPC');
	t.regex(error.message, /free some space/);
	await refuses(t, storage.spill(1, 0, takeSlot(pool.ring)), 'STORAGE_DISK_FULL');
	t.is(pool.ring.freeCount, pool.ring.slotCount);
	rmSync(flag);
	await writePieces(pool, storage, sample);
	t.true((await storage.verify({ signal: never })).isFull);
});

test('the real full device is a full disk too', (t) => {
	if (!existsSync('/dev/full')) {
		t.log('Not tried: no /dev/full on this system');
		t.pass();
		return;
	}
	const fd = openSync('/dev/full', 'w');
	t.teardown(() => closeSync(fd));
	const thrown = t.throws(() => writevSync(fd, [new Uint8Array(10)], 0));
	t.is(toStorageError(thrown, 'write', '/dev/full').code, 'STORAGE_DISK_FULL');
});

const CODES: [string, StorageCode][] = [
	['EDQUOT', 'STORAGE_DISK_FULL'],
	['EIO', 'STORAGE_IO'],
	['EROFS', 'STORAGE_DENIED'],
	['EACCES', 'STORAGE_DENIED'],
	['ENODEV', 'STORAGE_MISSING'],
	['ESTALE', 'STORAGE_MISSING'],
	['EFBIG', 'STORAGE_UNSUPPORTED'],
	['EWHATEVER', 'STORAGE_IO'],
];
for (const [system, code] of CODES) {
	test(`${system} is ${code}`, async (t) => {
		const sample = makeSample(tempFolder(t), TWO, 32_768);
		const pool = makeFaultyPool(t, { op: 'writev', code: system });
		const storage = pool.open(sample.target);
		const error = await refuses(t, writePieces(pool, storage, sample, [0]), code);
		t.is(error.systemCode, system);
	});
}

test('a failing device while seeding fails that torrent in read and check, not silently', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, TWO, 32_768);
	for (const file of [0, 1])
		writeFileSync(sample.target.files.at(file)!.path, fileBytes(sample, file));
	const storage = makeFaultyPool(t, { op: 'readv', code: 'EIO' }).open(sample.target);
	t.is((await refuses(t, storage.read(0, 0, 100), 'STORAGE_IO')).path, path.join(root, 'a'));
	await refuses(t, storage.verify({ signal: never }), 'STORAGE_IO');
});

test('a failed flush is told and done again by the next one', async (t) => {
	const sample = makeSample(tempFolder(t), TWO, 32_768);
	const pool = makeFaultyPool(t, { op: 'fdatasync', code: 'EIO', times: '1' });
	const storage = pool.open(sample.target);
	await writePieces(pool, storage, sample);
	await refuses(t, storage.sync(), 'STORAGE_IO');
	const stamps = await storage.sync();
	t.deepEqual(
		stamps.map((stamp) => stamp.sizeBytes),
		[100_000, 100_000],
	);
});

test('a file removed while it is written is told by the next flush', async (t) => {
	const root = tempFolder(t);
	const pool = makePool(t);
	const sample = makeSample(root, TWO, 32_768);
	const storage = pool.open(sample.target);
	await writePieces(pool, storage, sample);
	rmSync(path.join(root, 'b'));
	t.is((await refuses(t, storage.sync(), 'STORAGE_MISSING')).path, path.join(root, 'b'));
	await storage.verify({ signal: never });
	await storage.prepare({ force: false, wanted: [0, 1] });
	await writePieces(pool, storage, sample);
	t.is((await storage.sync())[1]!.sizeBytes, 100_000);
});

test('a limit of open files below ours costs reopening and nothing else', async (t) => {
	const root = tempFolder(t);
	const files = Array.from({ length: 60 }, (_, i) => ({ name: `f${i}`, lengthBytes: 5_000 }));
	const sample = makeSample(root, files, 16_384);
	const pool = makeFaultyPool(t, { op: 'open', code: 'EMFILE', nth: '20', times: '1' });
	const storage = pool.open(sample.target);
	await writePieces(pool, storage, sample);
	t.true((await storage.verify({ signal: never })).isFull);
	const none = makeFaultyPool(t, { op: 'open', code: 'EMFILE' }).open(sample.target);
	await refuses(t, none.read(0, 0, 10), 'STORAGE_TOO_MANY_FILES');
});

test('hundreds of files go through four open handles', async (t) => {
	const root = tempFolder(t);
	const files = Array.from({ length: 300 }, (_, i) => ({
		name: `d${i % 7}/f${i}`,
		lengthBytes: 999,
	}));
	const sample = makeSample(root, files, 16_384);
	const pool = makePool(t, { maxOpenFiles: 4 });
	const storage = pool.open(sample.target);
	await writePieces(pool, storage, sample);
	t.true((await storage.verify({ signal: never })).isFull);
	t.is(Buffer.compare(readFileSync(path.join(root, 'd6/f6')), fileBytes(sample, 6)), 0);
});

test('a thread that dies fails its jobs, gives all slots back, and the next job has a new one', async (t) => {
	const root = tempFolder(t);
	const flag = path.join(tempFolder(t), 'die');
	writeFileSync(flag, '');
	const pool = makeFaultyPool(t, { op: 'writev', code: 'EXIT', flag });
	const sample = makeSample(root, TWO, 32_768);
	const storage = pool.open(sample.target);
	const results = await Promise.allSettled(
		[0, 1, 2, 3].map((piece) =>
			storage.writePiece(piece, receivePiece(pool, sample, piece), { wantBlockHashes: false }),
		),
	);
	for (const result of results)
		t.is(
			result.status === 'rejected' && result.reason instanceof StorageError && result.reason.code,
			'STORAGE_WORKER_DIED',
		);
	t.is(pool.ring.freeCount, pool.ring.slotCount);
	rmSync(flag);
	await writePieces(pool, storage, sample);
	t.true((await storage.verify({ signal: never })).isFull);
	t.is(pool.stats().queuedJobs, 0);
});

test('a check and a read whose thread dies are refused, not left hanging', async (t) => {
	const root = tempFolder(t);
	const sample = makeSample(root, TWO, 32_768);
	for (const file of [0, 1])
		writeFileSync(sample.target.files.at(file)!.path, fileBytes(sample, file));
	const storage = makeFaultyPool(t, { op: 'readv', code: 'EXIT' }).open(sample.target);
	await refuses(t, storage.verify({ signal: never }), 'STORAGE_WORKER_DIED');
	await refuses(t, storage.read(0, 0, 10), 'STORAGE_WORKER_DIED');
	await storage.close();
});

test('a thread that cannot be started refuses its jobs', async (t) => {
	const pool = makePool(t, { workerEntry: new URL('./not-there.js', import.meta.url) });
	const sample = makeSample(tempFolder(t), TWO, 32_768);
	const storage = pool.open(sample.target);
	await refuses(t, writePieces(pool, storage, sample, [0]), 'STORAGE_WORKER_DIED');
	await refuses(t, storage.stat(), 'STORAGE_WORKER_DIED');
	t.is(pool.ring.freeCount, pool.ring.slotCount);
});

for (let nth = 1; nth <= 12; nth++) {
	test(`whichever file call fails (here number ${nth}), no slot is lost and a second try completes`, async (t) => {
		const root = tempFolder(t);
		const sample = makeSample(root, [{ name: 'd/a', lengthBytes: 70_000 }, ...TWO], 65_536);
		const pool = makeFaultyPool(t, { op: '*', code: 'EIO', nth: String(nth), times: '1' });
		const storage = pool.open(sample.target);
		const run = async (): Promise<void> => {
			await storage.prepare({ force: false, wanted: [0, 1, 2] });
			await writePieces(pool, storage, sample);
			await storage.sync();
		};
		const failed = await run().then(
			() => undefined,
			(error: unknown) => error,
		);
		if (failed !== undefined)
			t.true(failed instanceof StorageError && failed.code === 'STORAGE_IO');
		t.is(pool.ring.freeCount, pool.ring.slotCount);
		for (let attempt = 0; ; attempt++) {
			// The background thread and the other one count their calls apart.
			const error = await run().then(
				() => undefined,
				(reason: unknown) => reason,
			);
			if (error === undefined) break;
			if (attempt === 2) throw error;
		}
		t.true((await storage.verify({ signal: never })).isFull);
		t.is(pool.ring.freeCount, pool.ring.slotCount);
	});
}

test('a folder without permission is told as such', async (t) => {
	if (process.getuid?.() === 0) {
		t.log('Not tried: the superuser may write everywhere');
		t.pass();
		return;
	}
	const root = tempFolder(t);
	chmodSync(root, 0o500);
	const storage = makePool(t).open(makeSample(root, TWO, 32_768).target);
	await refuses(t, storage.prepare({ force: false, wanted: [0] }), 'STORAGE_DENIED');
	chmodSync(root, 0o700);
	await storage.prepare({ force: false, wanted: [0] });
	t.true(existsSync(path.join(root, 'a')));
});
