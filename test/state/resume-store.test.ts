import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Bitfield } from '../../src/primitives/bitfield.js';
import { type Infohash, parseInfohash } from '../../src/primitives/infohash.js';
import { type AtomicFs, atomicWrite, nodeAtomicFs } from '../../src/state/atomic-write.js';
import { encodeResumeRecord, type ResumeRecord } from '../../src/state/resume-record.js';
import { ResumeStore } from '../../src/state/resume-store.js';
import { StateError } from '../../src/state/state-error.js';

function tempFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'btmany-state-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

function hash(number: number): Infohash {
	return parseInfohash((number * 7919).toString(16).padStart(6, '0').padEnd(40, '0'))!;
}

function record(infohash: Infohash, uploadedBytes = 0): ResumeRecord {
	return {
		infohash,
		have: Bitfield.full(2000),
		stamps: [{ exists: true, sizeBytes: 5, mtimeMs: 1.5, device: 3 }],
		uploadedBytes,
		downloadedBytes: 0,
		wastedBytes: 0,
		addedAtMs: 1,
		completedAtMs: undefined,
		seedingMs: 0,
		filePriorities: [],
		isPaused: false,
		isSequential: false,
		isForced: false,
		savePath: '/downloads/name',
		queuePosition: 0,
		torrentPath: '/watch/name.torrent',
	};
}

function filesBelow(folder: string): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.join(entry.parentPath, entry.name));
}

test('a saved record is loaded by another store, and a removed one is gone', async (t) => {
	const folder = path.join(tempFolder(t), 'resume');
	const store = new ResumeStore(folder);
	t.is(await store.load(hash(1)), undefined);
	t.is((await store.loadAll()).size, 0);
	await Promise.all([store.save(record(hash(1), 10)), store.save(record(hash(2), 20))]);
	const other = new ResumeStore(folder);
	t.is((await other.load(hash(1)))!.uploadedBytes, 10);
	t.deepEqual([...(await other.loadAll()).keys()].sort(), [hash(1), hash(2)].sort());
	await other.remove(hash(1));
	await other.remove(hash(1));
	t.is(await store.load(hash(1)), undefined);
	t.is(filesBelow(folder).length, 1);
});

test('many saves of one torrent in a row become few writes, and the last one counts', async (t) => {
	const folder = tempFolder(t);
	let writes = 0;
	const store = new ResumeStore(folder, {
		write(filePath, bytes) {
			writes++;
			return atomicWrite(filePath, bytes);
		},
	});
	const saves = Array.from({ length: 100 }, (_, i) => store.save(record(hash(1), i)));
	await store.flush();
	await Promise.all(saves);
	t.is(writes, 1);
	t.is((await store.load(hash(1)))!.uploadedBytes, 99);
});

test('removing wins over a save before it, and a save after it wins', async (t) => {
	const store = new ResumeStore(tempFolder(t));
	await Promise.all([store.save(record(hash(1))), store.remove(hash(1))]);
	t.is(await store.load(hash(1)), undefined);
	await Promise.all([store.remove(hash(1)), store.save(record(hash(1)))]);
	t.not(await store.load(hash(1)), undefined);
});

test('damaged records are left out, whole ones load, leftovers of a crash are removed', async (t) => {
	const folder = tempFolder(t);
	const store = new ResumeStore(folder);
	await Promise.all([1, 2, 3, 4].map((number) => store.save(record(hash(number)))));
	const at = (number: number): string =>
		path.join(folder, hash(number).slice(0, 2), `${hash(number)}.resume`);
	writeFileSync(at(1), '');
	writeFileSync(at(2), readFileSync(at(2)).subarray(0, 100));
	writeFileSync(at(3), encodeResumeRecord(record(hash(4))));
	writeFileSync(`${at(4)}.abc.tmp`, 'half');
	mkdirSync(path.join(folder, '00', 'a-folder.resume'), { recursive: true });
	writeFileSync(path.join(folder, 'stray'), 'x');
	t.deepEqual([...(await store.loadAll()).keys()], [hash(4)]);
	t.false(filesBelow(folder).some((name) => name.endsWith('.tmp')));
});

test('a save that fails is told, keeps the old record, and the next one works', async (t) => {
	const folder = tempFolder(t);
	let isFull = false;
	const fullFs: AtomicFs = {
		...nodeAtomicFs,
		rename(from, to) {
			if (isFull) throw Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' });
			return nodeAtomicFs.rename(from, to);
		},
	};
	const store = new ResumeStore(folder, {
		write: (filePath, bytes) => atomicWrite(filePath, bytes, fullFs),
	});
	await store.save(record(hash(1), 1));
	isFull = true;
	const error = await t.throwsAsync(store.save(record(hash(1), 2)), { instanceOf: StateError });
	t.is(error.code, 'STATE_WRITE_FAILED');
	t.is((await store.load(hash(1)))!.uploadedBytes, 1);
	t.is(filesBelow(folder).length, 1);
	isFull = false;
	await store.save(record(hash(1), 3));
	t.is((await store.load(hash(1)))!.uploadedBytes, 3);
});

test('whichever step of an atomic write fails, the old content or the new is there, whole', async (t) => {
	const folder = tempFolder(t);
	const filePath = path.join(folder, 'file');
	for (let failing = 1; failing <= 3; failing++) {
		writeFileSync(filePath, 'old');
		let step = 0;
		const meet = (): void => {
			if (++step === failing) throw Object.assign(new Error('EIO'), { code: 'EIO' });
		};
		const fs: AtomicFs = {
			async open(...args) {
				meet();
				return nodeAtomicFs.open(...args);
			},
			async rename(from, to) {
				meet();
				return nodeAtomicFs.rename(from, to);
			},
			unlink: (name) => nodeAtomicFs.unlink(name),
		};
		const bytes = Buffer.from('new');
		await t.throwsAsync(atomicWrite(filePath, bytes, fs), { instanceOf: StateError });
		t.is(readFileSync(filePath, 'utf8'), failing === 3 ? 'new' : 'old');
		t.deepEqual(readdirSync(folder), ['file']);
	}
	await atomicWrite(filePath, Buffer.from('newest'));
	t.is(readFileSync(filePath, 'utf8'), 'newest');
});
