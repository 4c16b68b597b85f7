/** `btmany seed`, headless, with other peers. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { run } from '../../../src/cli/run.js';
import { parseMetainfo } from '../../../src/metainfo/parse-metainfo.js';
import { liveSession, waitForTorrent } from '../../helpers/live-session.js';
import { pseudoRandomBytes } from '../../helpers/make-payload.js';
import { tempFolder } from '../../helpers/temp-folder.js';
import { sha1 } from '../../storage/sample-torrent.js';
import { type FakeIo, fakeIo } from '../fake-io.js';

function startSeed(
	folder: string,
	...args: readonly string[]
): { io: FakeIo; code: Promise<number> } {
	const io = fakeIo(folder);
	const network = ['--bind=127.0.0.1', '--port=0', '--headless', `--state-dir=${folder}/state`];
	return { io, code: run(['seed', ...network, ...args], {}, io) };
}

async function payload(t: ExecutionContext): Promise<{ folder: string; bytes: Uint8Array }> {
	const folder = await tempFolder(t);
	const bytes = pseudoRandomBytes(300_000, 7);
	await writeFile(path.join(folder, 'data.bin'), bytes);
	return { folder, bytes };
}

async function torrentOf(folder: string) {
	return parseMetainfo(await readFile(path.join(folder, 'data.bin.torrent')), sha1);
}

test('a file is made into a torrent and seeded over its own tracker until a signal', async (t) => {
	const { bytes, folder } = await payload(t);
	const { code, io } = startSeed(folder, '--tracker', 'data.bin');
	await io.printed(' seeding "data.bin"');
	const { infohash, tiers } = await torrentOf(folder);
	t.regex(tiers[0]?.[0] ?? '', /^http:\/\/127\.0\.0\.1:\d+\/announce$/);
	t.regex(io.out(), new RegExp(`magnet:\\?xt=urn:btih:${infohash}&dn=data\\.bin`));
	const leech = await liveSession(t, path.join(folder, 'leech'));
	await leech.session.dispatch({
		type: 'add',
		metainfoBytes: await readFile(path.join(folder, 'data.bin.torrent')),
		torrentPath: path.join(folder, 'leech', 'x.torrent'),
	});
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.deepEqual(await readFile(path.join(leech.downloadDir, 'data.bin')), Buffer.from(bytes));
	io.signal('SIGTERM');
	t.is(await code, 0);
	t.regex(io.out(), /stopping got SIGTERM/);
});

test('a torrent that is there is used again, with the trackers that are given now', async (t) => {
	const { folder } = await payload(t);
	const first = startSeed(folder, '--announce', 'http://127.0.0.1:9/a', '--json', 'data.bin');
	await first.io.printed('"seeding"');
	first.io.signal('SIGINT');
	t.is(await first.code, 130);
	const made = await torrentOf(folder);
	const again = startSeed(folder, '--announce', 'http://127.0.0.1:9/b', '--json', 'data.bin');
	await again.io.printed('"seeding"');
	again.io.signal('SIGTERM');
	t.is(await again.code, 0);
	const reused = await torrentOf(folder);
	t.is(reused.infohash, made.infohash);
	t.deepEqual(reused.tiers, [['http://127.0.0.1:9/b']]);
	const [told = ''] = again.io.out().split('\n');
	t.like(JSON.parse(told), { type: 'reused', infohash: made.infohash, name: 'data.bin' });
});

test('a .torrent of something else is neither seeded nor replaced', async (t) => {
	const { folder } = await payload(t);
	const first = startSeed(folder, 'data.bin');
	await first.io.printed(' seeding "data.bin"');
	first.io.signal('SIGTERM');
	await first.code;
	const before = await readFile(path.join(folder, 'data.bin.torrent'));
	await writeFile(path.join(folder, 'data.bin'), 'other data');
	const { code, io } = startSeed(folder, 'data.bin', 'gone.bin');
	t.is(await code, 1);
	t.regex(io.err(), /is not of .*data\.bin as it is now; --force makes it anew/);
	t.regex(io.err(), /gone\.bin: No such file or folder/);
	t.deepEqual(await readFile(path.join(folder, 'data.bin.torrent')), before);
});

test('a saved profile gives the trackers, and one that is not there is wrong usage', async (t) => {
	const { folder } = await payload(t);
	await writeFile(path.join(folder, 'host.thost'), 'd8:announce20:http://127.0.0.1:9/ae');
	const io = fakeIo(folder);
	t.is(await run(['make', '--profile', 'host.thost', 'data.bin'], {}, io), 0, io.err());
	t.deepEqual((await torrentOf(folder)).tiers, [['http://127.0.0.1:9/a']]);
	const { code, io: other } = startSeed(folder, '--profile', 'mine', 'data.bin');
	t.is(await code, 2);
	t.regex(other.err(), /^btmany: --profile: no profile "mine" in .*; none is saved\n$/);
});

test('a wrong port of the tracker, and one without a tracker, are told', async (t) => {
	const folder = await tempFolder(t);
	const wrong = startSeed(folder, '--tracker', '--tracker-port', '70000', 'x');
	t.is(await wrong.code, 2);
	t.regex(wrong.io.err(), /--tracker-port: expected a port \(0 to 65535\), got "70000"/);
	const alone = startSeed(folder, '--tracker-port', '6969', 'x');
	t.is(await alone.code, 2);
	t.regex(alone.io.err(), /--tracker-port: Has a meaning beside --tracker only/);
});
