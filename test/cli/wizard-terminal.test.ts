/** The wizard in a pseudo-terminal, from the first key to a seeded torrent, and back out again. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { runAlias } from '../../src/cli/aliases/run-alias.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { systemClock, systemRandom } from '../../src/primitives/clock.js';
import { parseDocument } from '../../src/tools/torrent-document.js';
import { readField } from '../../src/tools/torrent-fields.js';
import { startTrackerServer, type TrackerServer } from '../../src/tracker-server/tracker-server.js';
import { liveSession, waitForTorrent } from '../helpers/live-session.js';
import { pseudoRandomBytes } from '../helpers/make-payload.js';
import { hasPty, Pty } from '../helpers/pty.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { sha1 } from '../storage/sample-torrent.js';
import { assertRestored } from '../ui/dashboard-pty.js';
import { fakeIo } from './fake-io.js';

const PROGRAM = fileURLToPath(new URL('../../bin/btmany.js', import.meta.url));

const [ESCAPE, NEXT_PAGE, ERASE, DOWN] = ['\u001b', '\u000e', '\u0015', '\u001b[B'];

/** Shown as skipped where `script` of util-linux is missing. */
const inTerminal = hasPty() ? test.serial : test.serial.skip;

function startProgram(t: ExecutionContext, folder: string, args: readonly string[]): Pty {
	const pty = new Pty({
		columns: 80,
		rows: 24,
		command: ['env', '-C', path.join(folder, 'files'), process.execPath, PROGRAM, ...args],
		env: { HOME: folder, TMPDIR: folder },
		pidFile: path.join(folder, 'pid'),
	});
	t.teardown(() => pty.close());
	return pty;
}

async function writeAlbum(t: ExecutionContext): Promise<{ folder: string; bytes: Uint8Array }> {
	const folder = await tempFolder(t);
	const album = path.join(folder, 'files', 'album');
	await mkdir(album, { recursive: true });
	const bytes = pseudoRandomBytes(500_000, 11);
	await writeFile(path.join(album, 'song.flac'), bytes);
	await writeFile(path.join(folder, 'files', 'other.txt'), 'x');
	return { folder, bytes };
}

async function startTracker(t: ExecutionContext): Promise<TrackerServer> {
	const server = await startTrackerServer({
		host: '127.0.0.1',
		port: 0,
		intervalSeconds: 60,
		clock: systemClock,
		random: systemRandom,
	});
	t.teardown(() => server.close());
	return server;
}

inTerminal(
	'a folder is found by typing, made with a tracker, seeded at once, and its tracker changed',
	async (t) => {
		const { bytes, folder } = await writeAlbum(t);
		const [first, second] = await Promise.all([startTracker(t), startTracker(t)]);
		const torrentPath = path.join(folder, 'files', 'album.torrent');
		const pty = startProgram(t, folder, ['wizard', '--bind=127.0.0.1', '--port=0']);
		await pty.waitFor(/other\.txt/);
		pty.type('alb');
		await pty.waitFor(/Search: alb {3}1 entry/);
		pty.type(' ');
		await pty.waitFor(/1 chosen: album/);
		pty.type(NEXT_PAGE);
		await pty.waitFor(/a line a tier/);
		pty.type(`\u001b[200~${first.announceUrl}\u001b[201~`);
		await pty.waitFor(/1 http:\/\/127\.0\.0\.1/);
		pty.type(NEXT_PAGE);
		await pty.waitFor(/500K, 31 pieces of 16 KiB/);
		pty.type(`${NEXT_PAGE}\r`);
		await pty.waitFor(/1 torrent was made/);
		const { infohash } = parseMetainfo(await readFile(torrentPath), sha1);
		await pty.waitFor(new RegExp(`infohash ${infohash}`));
		await pty.waitFor(new RegExp(`magnet:\\?xt=urn:btih:${infohash}`));
		pty.type('\r');
		await pty.waitFor(/Seed 1/);

		const leech = await liveSession(t, path.join(folder, 'leech'));
		const metainfoBytes = await readFile(torrentPath);
		await leech.session.dispatch({ type: 'add', metainfoBytes, torrentPath: '/x/album.torrent' });
		await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
		const copy = await readFile(path.join(leech.downloadDir, 'album', 'song.flac'));
		t.deepEqual(copy, Buffer.from(bytes));

		pty.type('\re');
		await pty.waitFor(/Edit album/);
		await pty.waitFor(/1 http:\/\/127\.0\.0\.1/);
		pty.type(`${ERASE}${second.announceUrl}${DOWN}${DOWN}${DOWN}${DOWN}from a test`);
		await pty.waitFor(/from a test/);
		pty.type(`${NEXT_PAGE}\r`);
		await pty.waitFor(() => second.stats().announces > 0);
		const edited = parseDocument(await readFile(torrentPath));
		t.is(edited.infohash, infohash);
		t.deepEqual(edited.metainfo?.tiers, [[second.announceUrl]]);
		t.is(readField(edited.root, 'comment'), 'from a test');
		await pty.waitFor(/1 Overview/);
		pty.type('q');
		t.is(await pty.exited, 0);
		assertRestored(t, pty);
		t.regex(pty.screen().join('\n'), new RegExp(`infohash ${infohash}`));
	},
);

inTerminal('C opens the wizard over the dashboard and what it makes is seeded there', async (t) => {
	const { folder } = await writeAlbum(t);
	const pty = startProgram(t, folder, ['--bind=127.0.0.1', '--port=0', '.']);
	await pty.waitFor(/No torrents yet/);
	pty.type('C');
	await pty.waitFor(/other\.txt/);
	pty.type('other ');
	await pty.waitFor(/1 chosen: other\.txt/);
	pty.type(NEXT_PAGE);
	await pty.waitFor(/a line a tier/);
	pty.type(NEXT_PAGE);
	await pty.waitFor(/1 piece of 16 KiB/);
	pty.type(`${NEXT_PAGE}\r`);
	await pty.waitFor(/1 torrent was made/);
	pty.type('\r');
	await pty.waitFor(/Seed 1/);
	pty.type('q');
	t.is(await pty.exited, 0);
	assertRestored(t, pty);
});

for (const [what, keys, code] of [
	['Escape', ESCAPE, 0],
	['^C', '\u0003', 130],
] as const) {
	inTerminal(
		`${what} leaves the wizard with the terminal as it was and nothing written`,
		async (t) => {
			const { folder } = await writeAlbum(t);
			const pty = startProgram(t, folder, ['wizard']);
			await pty.waitFor(/other\.txt/);
			pty.type(keys);
			t.is(await pty.exited, code);
			assertRestored(t, pty);
			t.deepEqual(await readdir(path.join(folder, 'files')), ['album', 'other.txt']);
		},
	);
}

for (const name of ['btmaketorrentgui', 'bt-t-make', 'btcompletedirgui'] as const) {
	test(`${name} is the wizard, and says what to use where there is no terminal`, async (t) => {
		const folder = await tempFolder(t);
		const io = fakeIo(folder);
		t.is(await runAlias(name, ['--state-dir', folder], {}, io), 2);
		t.regex(io.err(), /The wizard needs a terminal; without one: btmany make --help/);
	});
}
