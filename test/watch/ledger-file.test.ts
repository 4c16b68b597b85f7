import { appendFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { LogEntry } from '../../src/primitives/logger.js';
import { silentLogger } from '../../src/primitives/logger.js';
import { Ledger, type LedgerNote } from '../../src/watch/ledger.js';
import { LedgerFile, readLedger } from '../../src/watch/ledger-file.js';
import { makeFixture, torrentBytes } from './watch-fixture.js';

function openLedger(stateDir: string, logger = silentLogger): { ledger: Ledger; file: LedgerFile } {
	const file: LedgerFile = new LedgerFile(stateDir, logger, () => ledger.lastOfEachFile());
	let atMs = 0;
	const ledger = new Ledger(
		logger,
		() => ++atMs,
		(entry) => file.append(entry),
	);
	return { ledger, file };
}

const note = (
	name: string,
	outcome: LedgerNote['outcome'],
	message: string = outcome,
): LedgerNote => ({
	path: path.resolve('/watched', name),
	outcome,
	message,
});

test('why answers for a file while the folder is watched and after it was closed', async (t) => {
	const { put, start, stateDir } = await makeFixture(t);
	const file = await put('x.torrent', torrentBytes('x'));
	await put('y.torrent', torrentBytes('y'));
	const watch = await start();
	await watch.close();
	const entries = await readLedger(stateDir, file);
	t.deepEqual(
		entries.map((entry) => [entry.outcome, entry.path]),
		[['added', file]],
	);
	t.deepEqual(await readLedger(stateDir, 'x.torrent'), entries);
	t.deepEqual(await readLedger(stateDir, 'unknown.torrent'), []);
});

test('why answers for the old place of a moved file', async (t) => {
	const { stateDir } = await makeFixture(t);
	const { ledger, file } = openLedger(stateDir);
	const otherPath = path.resolve('/watched/old.torrent');
	ledger.record({ ...note('new.torrent', 'moved'), otherPath });
	await file.flush();
	t.is((await readLedger(stateDir, otherPath))[0]?.path, path.resolve('/watched/new.torrent'));
});

test('a state folder without a ledger knows nothing, and that is no error', async (t) => {
	const { stateDir } = await makeFixture(t);
	t.deepEqual(await readLedger(stateDir, 'x.torrent'), []);
});

test('a line cut off by a crash costs only itself', async (t) => {
	const { stateDir } = await makeFixture(t);
	await mkdir(stateDir);
	await writeFile(path.join(stateDir, 'ledger.jsonl'), '{"atMs":1,"path":"/watc');
	const { ledger, file } = openLedger(stateDir);
	ledger.record(note('x.torrent', 'added'));
	await file.flush();
	await appendFile(path.join(stateDir, 'ledger.jsonl'), 'null\n[]\n{"atMs":"1"}\n{"atMs":1');
	t.deepEqual(
		(await readLedger(stateDir, 'x.torrent')).map((entry) => entry.outcome),
		['added'],
	);
});

test('the ledger stays bounded on disk and in memory, and still knows every file', async (t) => {
	const { stateDir } = await makeFixture(t);
	const { ledger, file } = openLedger(stateDir);
	ledger.record(note('early.torrent', 'rejected', 'the reason'));
	for (let round = 0; round < 60; round++) {
		for (let i = 0; i < 200; i++)
			ledger.record(note('busy.torrent', i % 2 === 0 ? 'added' : 'removed', 'x'.repeat(300)));
		await file.flush();
	}
	let onDisk = 0;
	for (const name of await readdir(stateDir))
		onDisk += (await stat(path.join(stateDir, name))).size;
	t.true(onDisk < 2.5 * 1024 * 1024, `${onDisk} bytes`);
	t.is(ledger.events.length, 1000);
	t.is((await readLedger(stateDir, 'early.torrent'))[0]?.message, 'the reason');
	t.is((await readLedger(stateDir, 'busy.torrent')).at(-1)?.outcome, 'removed');
});

test('a ledger that cannot be written is said once and stops nothing', async (t) => {
	const { stateDir } = await makeFixture(t);
	await writeFile(stateDir, 'a file where the folder should be');
	const logs: LogEntry[] = [];
	const { ledger, file } = openLedger(stateDir, (entry) => logs.push(entry));
	for (const name of ['a', 'b', 'c']) {
		ledger.record(note(name, 'added'));
		await file.flush();
	}
	t.is(logs.filter((entry) => entry.level === 'warn').length, 1);
	t.is(ledger.events.length, 3);
	t.is(await readFile(stateDir, 'utf8'), 'a file where the folder should be');
});

test('an event that says the same as the last one of its file is recorded once', (t) => {
	const entries: string[] = [];
	const ledger = new Ledger(
		silentLogger,
		() => 0,
		(entry) => entries.push(entry.outcome),
	);
	for (const outcome of ['waiting', 'waiting', 'rejected', 'rejected', 'waiting'] as const)
		ledger.record(note('x', outcome));
	ledger.record(note('x', 'waiting', 'another reason'));
	t.deepEqual(entries, ['waiting', 'rejected', 'waiting']);
});
