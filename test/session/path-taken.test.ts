import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { liveSession, waitForTorrent } from '../helpers/live-session.js';
import { makeTorrent, pseudoRandomBytes, writePayload } from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const CRASH_PROGRAM = fileURLToPath(new URL('../helpers/crash-session.js', import.meta.url));

test('the second torrent for one path waits, names the first, and overwrites nothing, also when it is told to force or recheck', async (t) => {
	const folder = await tempFolder(t);
	const bytes = pseudoRandomBytes(200_000, 1);
	const first = makeTorrent('same.bin', [{ path: 'x', bytes }], { comment: 'first' });
	const other = makeTorrent('same.bin', [{ path: 'x', bytes: pseudoRandomBytes(200_000, 2) }]);
	const live = await liveSession(t, folder);
	await writePayload(live.downloadDir, first);
	const firstHash = await live.add(first);
	await waitForTorrent(live.session, firstHash, ({ state }) => state === 'seeding');
	const otherHash = await live.add(other);
	const waiting = await waitForTorrent(live.session, otherHash, ({ state }) => state === 'error');
	t.is(waiting.problem?.code, 'TORRENT_PATH_TAKEN');
	t.true(waiting.problem?.message.includes('"same.bin"'));
	t.false(waiting.problem?.canForce);
	for (const type of ['force', 'recheck', 'pause', 'resume'] as const) {
		await live.session.dispatch({ type, infohash: otherHash });
	}
	// Long enough for the queue to act on any of it.
	await waitForTorrent(live.session, firstHash, ({ state }) => state === 'seeding');
	const revision = live.session.getSnapshot().revision;
	const still = await waitForTorrent(
		live.session,
		otherHash,
		() => live.session.getSnapshot().revision > revision + 2,
	);
	t.is(still.problem?.code, 'TORRENT_PATH_TAKEN');
	t.deepEqual(new Uint8Array(await readFile(path.join(live.downloadDir, 'same.bin'))), bytes);
});

test('when the first is removed the second goes on by itself, and does not write over what the first left', async (t) => {
	const folder = await tempFolder(t);
	const bytes = pseudoRandomBytes(200_000, 3);
	const first = makeTorrent('left.bin', [{ path: 'x', bytes }]);
	const other = makeTorrent('left.bin', [{ path: 'x', bytes: pseudoRandomBytes(200_000, 4) }]);
	/** Same bytes in other pieces: another torrent that is content with what the first left. */
	const twin = makeTorrent('left.bin', [{ path: 'x', bytes }], { pieceLengthBytes: 16_384 });
	const live = await liveSession(t, folder);
	await writePayload(live.downloadDir, first);
	const firstHash = await live.add(first);
	await waitForTorrent(live.session, firstHash, ({ state }) => state === 'seeding');
	const otherHash = await live.add(other);
	const twinHash = await live.add(twin);
	await waitForTorrent(live.session, otherHash, ({ state }) => state === 'error');
	await live.session.dispatch({ type: 'remove', infohash: firstHash });
	const next = await waitForTorrent(
		live.session,
		otherHash,
		({ problem }) => problem?.code === 'STORAGE_FILE_FOREIGN',
	);
	t.true(next.problem?.canForce);
	t.deepEqual(new Uint8Array(await readFile(path.join(live.downloadDir, 'left.bin'))), bytes);
	await live.session.dispatch({ type: 'remove', infohash: otherHash });
	const seeding = await waitForTorrent(live.session, twinHash, ({ state }) => state === 'seeding');
	t.is(seeding.doneBytes, 200_000);
});

test('a second session on one state folder is refused and told who holds it', async (t) => {
	const folder = await tempFolder(t);
	const live = await liveSession(t, folder);
	const error = await t.throwsAsync(liveSession(t, folder), { code: 'STATE_LOCKED' });
	t.true(error.message.includes(String(process.pid)));
	t.is(live.session.getSnapshot().torrents.length, 0);
	await live.session.close();
	await t.notThrowsAsync(liveSession(t, folder));
});

test('a state folder held by another process is refused with its pid, and is free when that is killed', async (t) => {
	const folder = await tempFolder(t);
	await mkdir(path.join(folder, 'data'), { recursive: true });
	const torrentPath = path.join(folder, 'a.torrent');
	const torrent = makeTorrent('a.bin', [{ path: 'x', bytes: pseudoRandomBytes(1000, 5) }]);
	await writeFile(torrentPath, torrent.metainfoBytes);
	const child = spawn(process.execPath, [CRASH_PROGRAM, folder, torrentPath, '1', '0'], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	t.teardown(() => child.kill('SIGKILL'));
	await new Promise((resolve) => child.stdout.once('data', resolve));
	const error = await t.throwsAsync(liveSession(t, folder), { code: 'STATE_LOCKED' });
	t.true(error.message.includes(String(child.pid)), error.message);
	const exited = new Promise((resolve) => child.once('exit', resolve));
	child.kill('SIGKILL');
	await exited;
	await t.notThrowsAsync(liveSession(t, folder));
});
