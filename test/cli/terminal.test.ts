/** The whole program in a pseudo-terminal, engine and all, as a person uses it. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { liveSession, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { hasPty, Pty } from '../helpers/pty.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { assertRestored } from '../ui/dashboard-pty.js';

const PROGRAM = fileURLToPath(new URL('../../bin/btmany.js', import.meta.url));

/** Shown as skipped where `script` of util-linux is missing. */
const inTerminal = hasPty() ? test : test.skip;

function startProgram(t: ExecutionContext, folder: string, args: readonly string[]): Pty {
	const pty = new Pty({
		columns: 100,
		rows: 34,
		command: [process.execPath, PROGRAM, ...args],
		env: { HOME: folder, XDG_STATE_HOME: path.join(folder, 'xdg-state'), TMPDIR: folder },
		pidFile: path.join(folder, 'pid'),
	});
	t.teardown(() => pty.close());
	return pty;
}

inTerminal(
	'the demo downloads in the dashboard, shows trackers and peers, and q leaves',
	async (t) => {
		const folder = await tempFolder(t);
		const pty = startProgram(t, folder, ['demo']);
		await pty.waitFor(/one-file\.bin .*100%/);
		await pty.waitFor(/large-file\.bin/);
		await pty.waitFor(/▼ [\d.]+[KM]\/s/);
		pty.type('g\r');
		await pty.waitFor(/1 Overview/);
		pty.type('3');
		await pty.waitFor(/T1 +▶ http 127\.0\.0\.1:\d+ +ok/);
		pty.type('4');
		await pty.waitFor(/127\.0\.0\.1:\d+ +btmany/);
		pty.type('q');
		t.is(await pty.exited, 0);
		assertRestored(t, pty);
	},
);

inTerminal('get shows the dashboard and leaves by itself when the download is done', async (t) => {
	const folder = await tempFolder(t);
	const bytes = pseudoRandomBytes(2_000_000, 3);
	const torrent = makeTorrent('fetched.bin', [{ path: 'fetched.bin', bytes }]);
	const seed = await liveSession(t, path.join(folder, 'seed'), {
		maxUploadRateBytesPerSecond: 1_000_000,
	});
	await writePayload(seed.downloadDir, torrent);
	const infohash = await seed.add(torrent);
	await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
	await writeFile(path.join(folder, 'x.torrent'), torrent.metainfoBytes);
	const pty = startProgram(t, folder, [
		'get',
		'--port=0',
		'--bind=127.0.0.1',
		`--peer=127.0.0.1:${seed.port}`,
		path.join(folder, 'x.torrent'),
	]);
	await pty.waitFor(/fetched\.bin/);
	t.is(await pty.exited, 0);
	assertRestored(t, pty);
	t.true(await isPayloadIn(folder, torrent));
});

inTerminal(
	'a torrent dropped into the watched folder appears, can be paused and is removed after asking',
	async (t) => {
		const folder = await tempFolder(t);
		const watched = path.join(folder, 'watched');
		await mkdir(watched);
		const pty = startProgram(t, folder, [
			'--port=0',
			'--bind=127.0.0.1',
			'--rescan-interval=1s',
			watched,
		]);
		await pty.waitFor(/No torrents yet/);
		const torrent = makeTorrent('dropped.bin', [
			{ path: 'dropped.bin', bytes: pseudoRandomBytes(100_000, 5) },
		]);
		await writeFile(path.join(watched, 'dropped.torrent'), torrent.metainfoBytes);
		await pty.waitFor(/↓ +dropped\.bin/);
		pty.type('p');
		await pty.waitFor(/= +dropped\.bin/);
		pty.type('d');
		await pty.waitFor(/Cancel/);
		pty.type('r');
		await pty.waitFor(/No torrents yet/);
		pty.type('q');
		t.is(await pty.exited, 0);
		assertRestored(t, pty);
	},
);
