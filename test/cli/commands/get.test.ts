import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { run } from '../../../src/cli/run.js';
import { liveSession } from '../../helpers/live-session.js';
import { type MadeTorrent, makeTorrent, pseudoRandomBytes } from '../../helpers/make-payload.js';
import { tempFolder } from '../../helpers/temp-folder.js';
import { type FakeIo, fakeIo } from '../fake-io.js';

interface Stage {
	readonly io: FakeIo;
	readonly folder: string;
	readonly made: MadeTorrent;
	readonly get: (...args: string[]) => Promise<number>;
}

/** A seed with the data, and a folder with the torrent; `hasSeed` false leaves the swarm empty. */
async function stage(t: ExecutionContext, hasSeed = true): Promise<Stage> {
	const root = await tempFolder(t);
	const folder = await tempFolder(t);
	const made = makeTorrent('p.bin', [{ path: 'p.bin', bytes: pseudoRandomBytes(300_000, 7) }]);
	await writeFile(path.join(folder, 'x.torrent'), made.metainfoBytes);
	const peers: string[] = [];
	if (hasSeed) {
		await writeFile(path.join(root, 'p.bin'), made.files[0]!.bytes);
		const seed = await liveSession(t, root, { downloadDir: root });
		await seed.add(made);
		peers.push('--peer', `127.0.0.1:${seed.port}`);
	}
	const io = fakeIo(folder);
	const own = ['--headless', '--state-dir=state', '--port=0', '--bind=127.0.0.1', ...peers];
	return {
		io,
		folder,
		made,
		get: (...args) => run(['get', ...own, ...args, 'x.torrent'], {}, io),
	};
}

test('get downloads beside the torrent file and exits 0', async (t) => {
	const { folder, get, io, made } = await stage(t);
	t.is(await get(), 0, io.err());
	t.deepEqual(new Uint8Array(await readFile(path.join(folder, 'p.bin'))), made.files[0]?.bytes);
	t.regex(io.out(), /^\S+Z completed "p\.bin" 300\.0 kB in /m);
	t.is(io.err(), '');
});

test('get of data that is already there exits 0 without a swarm', async (t) => {
	const { folder, get, io, made } = await stage(t, false);
	await writeFile(path.join(folder, 'p.bin'), made.files[0]!.bytes);
	t.is(await get(), 0);
	t.notRegex(io.out(), /completed/);
});

test('get --json prints objects only', async (t) => {
	const { get, io } = await stage(t);
	t.is(await get('--json'), 0);
	const types = io
		.out()
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line).type);
	t.true(types.includes('added') && types.includes('completed'), types.join());
});

test('get --seed stays until it is stopped, and is then done', async (t) => {
	const { get, io } = await stage(t);
	const code = get('--seed');
	await io.printed('seeding "p.bin"');
	io.signal('SIGTERM');
	t.is(await code, 0);
	t.deepEqual(io.exits, []);
});

test('get that is stopped too early exits 3, and 130 after Ctrl-C', async (t) => {
	for (const [signal, expected] of [
		['SIGTERM', 3],
		['SIGINT', 130],
	] as const) {
		const { get, io } = await stage(t, false);
		const code = get();
		await io.printed('downloading "p.bin"');
		io.signal(signal);
		t.is(await code, expected);
	}
});

test('get never overwrites a file that is in the way, and exits 1', async (t) => {
	const { folder, get, io } = await stage(t);
	const foreign = pseudoRandomBytes(400_000, 9);
	await writeFile(path.join(folder, 'p.bin'), foreign);
	t.is(await get(), 1);
	t.regex(io.err(), /nothing was overwritten; /);
	t.deepEqual(new Uint8Array(await readFile(path.join(folder, 'p.bin'))), foreign);
});

test('--saveas of the original names the file itself', async (t) => {
	const { folder, io, made } = await stage(t, false);
	await writeFile(path.join(folder, 'here.dat'), made.files[0]!.bytes);
	const { runAlias } = await import('../../../src/cli/aliases/run-alias.js');
	const args = ['--saveas', 'here.dat', '--state-dir', 's', '--port', '0', 'x.torrent'];
	const code = runAlias('btdownloadheadless', args, {}, io);
	await io.printed('seeding "p.bin"');
	io.signal('SIGTERM');
	t.is(await code, 0);
});
