import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Infohash } from '../../src/primitives/infohash.js';
import { type LiveSession, liveSession, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	type MadeTorrent,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const MB = 1024 * 1024;

/** Mounts something for the time of the test; false where that is not allowed. */
function mounted(t: ExecutionContext, folder: string, ...args: string[]): boolean {
	try {
		execFileSync('mount', [...args, folder], { stdio: 'ignore' });
	} catch {
		t.log('Not tried: mounting takes root');
		t.pass();
		return false;
	}
	t.teardown(() => execFileSync('umount', ['-l', folder], { stdio: 'ignore' }));
	return true;
}

async function seedOf(
	t: ExecutionContext,
	folder: string,
	torrents: readonly MadeTorrent[],
): Promise<{ seed: LiveSession; infohashes: Infohash[] }> {
	for (const torrent of torrents) await writePayload(path.join(folder, 'data'), torrent);
	const seed = await liveSession(t, folder);
	const infohashes: Infohash[] = [];
	for (const torrent of torrents) infohashes.push(await seed.add(torrent));
	for (const infohash of infohashes) {
		await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
	}
	return { seed, infohashes };
}

test('a full disk stops that torrent with the reason, not the others, and space coming back resumes it', async (t) => {
	const folder = await tempFolder(t);
	const small = path.join(folder, 'small');
	await mkdir(small);
	if (!mounted(t, small, '-t', 'tmpfs', '-o', 'size=22m', 'tmpfs')) return;
	const filler = path.join(small, 'filler');
	await writeFile(filler, Buffer.alloc(12 * MB, 1));
	const big = makeTorrent('big.bin', [{ path: 'x', bytes: pseudoRandomBytes(20 * MB, 41) }], {
		pieceLengthBytes: MB / 4,
	});
	const other = makeTorrent('other.bin', [{ path: 'x', bytes: pseudoRandomBytes(2 * MB, 42) }]);
	const { seed, infohashes } = await seedOf(t, path.join(folder, 'seed'), [big, other]);
	const [bigHash, otherHash] = infohashes;
	if (bigHash === undefined || otherHash === undefined) throw new Error('no torrent');
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		peers: [{ address: '127.0.0.1', port: seed.port }],
	});
	const torrentPath = path.join(folder, 'big.torrent');
	await leech.session.dispatch({
		type: 'add',
		metainfoBytes: big.metainfoBytes,
		torrentPath,
		downloadDir: small,
	});
	const full = await waitForTorrent(leech.session, bigHash, ({ state }) => state === 'error');
	t.is(full.problem?.code, 'STORAGE_DISK_FULL');
	t.true(full.problem?.resumesByItself);
	t.regex(full.problem?.message ?? '', /disk is full.*free/i);
	t.true(full.doneBytes > 4 * MB);
	await leech.add(other);
	await waitForTorrent(leech.session, otherHash, ({ state }) => state === 'seeding');
	t.is(
		leech.session.getSnapshot().torrents.find((one) => one.infohash === bigHash)?.state,
		'error',
	);
	await rm(filler);
	await waitForTorrent(leech.session, bigHash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(small, big));
	const sent = seed.session.getSnapshot().torrents.find((one) => one.infohash === bigHash);
	t.true((sent?.uploadedBytes ?? 0) < 36 * MB, `${sent?.uploadedBytes} bytes were sent`);
});

test('a full disk under the state folder stops no download, and what was kept before is intact', async (t) => {
	const folder = await tempFolder(t);
	const state = path.join(folder, 'tiny');
	await mkdir(state);
	if (!mounted(t, state, '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs')) return;
	const torrent = makeTorrent('data.bin', [{ path: 'x', bytes: pseudoRandomBytes(2 * MB, 43) }]);
	const { seed, infohashes } = await seedOf(t, path.join(folder, 'seed'), [torrent]);
	const [infohash] = infohashes;
	if (infohash === undefined) throw new Error('no torrent');
	const options = { stateDir: state, peers: [{ address: '127.0.0.1', port: seed.port }] };
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		...options,
		maxDownloadRateBytesPerSecond: MB,
	});
	await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ doneBytes }) => doneBytes > 0);
	const filler = path.join(state, 'filler');
	await writeFile(filler, Buffer.alloc(MB, 1)).catch(() => {});
	await waitForTorrent(leech.session, infohash, ({ state: now }) => now === 'seeding');
	t.true(await isPayloadIn(leech.downloadDir, torrent));
	await leech.session.close();
	await rm(filler);
	const again = await liveSession(t, path.join(folder, 'leech'), options);
	await again.add(torrent);
	const done = await waitForTorrent(again.session, infohash, ({ state: now }) => now === 'seeding');
	t.is(done.doneBytes, 2 * MB);
	t.true(done.completedAtMs !== undefined || done.downloadedBytes < 2 * MB);
});

test('a read-only folder stops the torrent with the reason, and it goes on by itself when it may write again', async (t) => {
	const folder = await tempFolder(t);
	const place = path.join(folder, 'place');
	await mkdir(place);
	if (!mounted(t, place, '-t', 'tmpfs', '-o', 'size=40m', 'tmpfs')) return;
	const files = ['a', 'b', 'c', 'd'].map((name, i) => ({
		path: name,
		bytes: pseudoRandomBytes(MB, 44 + i),
	}));
	const torrent = makeTorrent('locked', files, { pieceLengthBytes: 65_536 });
	const { seed, infohashes } = await seedOf(t, path.join(folder, 'seed'), [torrent]);
	const [infohash] = infohashes;
	if (infohash === undefined) throw new Error('no torrent');
	// A read-only view of the same files: the session works through it, the test behind it.
	const view = path.join(folder, 'view');
	await mkdir(view);
	if (!mounted(t, view, '--bind', place)) return;
	const open = (): Promise<LiveSession> =>
		liveSession(t, path.join(folder, 'leech'), {
			downloadDir: view,
			peers: [{ address: '127.0.0.1', port: seed.port }],
			maxDownloadRateBytesPerSecond: MB,
		});
	const first = await open();
	await first.add(torrent);
	await waitForTorrent(first.session, infohash, ({ doneBytes }) => doneBytes > 200_000);
	// The system does not take the right to write away while files are open for it.
	await first.session.close();
	execFileSync('mount', ['-o', 'remount,ro,bind', view]);
	const leech = await open();
	await leech.add(torrent);
	const denied = await waitForTorrent(leech.session, infohash, ({ state }) => state === 'error');
	t.is(denied.problem?.code, 'STORAGE_DENIED');
	t.true(denied.problem?.resumesByItself);
	t.true(denied.doneBytes >= 200_000);
	execFileSync('mount', ['-o', 'remount,rw,bind', view]);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(place, torrent));
});
