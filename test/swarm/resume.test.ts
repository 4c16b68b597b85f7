import { mkdir, readdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Infohash } from '../../src/primitives/infohash.js';
import type { SessionApi } from '../../src/session/session-api.js';
import { type LiveSession, liveSession, waitFor, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	type MadeTorrent,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const PIECE = 32_768;

function single(name: string, lengthBytes: number, seed = 7): MadeTorrent {
	const bytes = pseudoRandomBytes(lengthBytes, seed);
	return makeTorrent(name, [{ path: name, bytes }], { pieceLengthBytes: PIECE });
}

/** Two files of ten pieces each, no piece in both. */
function twoFiles(name: string): MadeTorrent {
	return makeTorrent(
		name,
		[
			{ path: 'a.bin', bytes: pseudoRandomBytes(10 * PIECE, 1) },
			{ path: 'b.bin', bytes: pseudoRandomBytes(10 * PIECE, 2) },
		],
		{ pieceLengthBytes: PIECE },
	);
}

/** Notes every state any torrent is ever seen in. */
function statesSeen(session: SessionApi): Set<string> {
	const seen = new Set<string>();
	session.subscribe(() => {
		for (const torrent of session.getSnapshot().torrents) seen.add(torrent.state);
	});
	return seen;
}

function hasChecked(live: LiveSession): boolean {
	return live.log.some(({ message }) => message.includes('check finished'));
}

async function seedOf(
	t: ExecutionContext,
	folder: string,
	torrent: MadeTorrent,
): Promise<{ seed: LiveSession; infohash: Infohash }> {
	await writePayload(path.join(folder, 'data'), torrent);
	const seed = await liveSession(t, folder);
	const infohash = await seed.add(torrent);
	await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
	return { seed, infohash };
}

test('a seed that was closed cleanly seeds again without a check and keeps its totals', async (t) => {
	const folder = await tempFolder(t);
	const torrent = single('kept.bin', 500_000);
	const { seed, infohash } = await seedOf(t, path.join(folder, 'seed'), torrent);
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		peers: [{ address: '127.0.0.1', port: seed.port }],
	});
	await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	const before = leech.session.getSnapshot().torrents[0];
	await leech.session.close();
	await seed.session.close();

	const again = await liveSession(t, path.join(folder, 'leech'));
	const seen = statesSeen(again.session);
	await again.add(torrent);
	const now = await waitForTorrent(again.session, infohash, ({ state }) => state === 'seeding');
	t.false(seen.has('checking'));
	t.false(hasChecked(again));
	t.is(now.doneBytes, 500_000);
	t.is(now.downloadedBytes, before?.downloadedBytes ?? 0);
	t.is(now.addedAtMs, before?.addedAtMs ?? 0);
	t.is(now.completedAtMs ?? 1, before?.completedAtMs ?? 0);

	const seedAgain = await liveSession(t, path.join(folder, 'seed'));
	await seedAgain.add(torrent);
	const seeding = await waitForTorrent(
		seedAgain.session,
		infohash,
		({ state }) => state === 'seeding',
	);
	t.true(seeding.uploadedBytes >= 500_000);
	t.false(hasChecked(seedAgain));
});

test('a download that was closed half way goes on without a check and without what it had', async (t) => {
	const folder = await tempFolder(t);
	const torrent = single('half.bin', 2_000_000);
	const { seed, infohash } = await seedOf(t, path.join(folder, 'seed'), torrent);
	const leechFolder = path.join(folder, 'leech');
	const options = { peers: [{ address: '127.0.0.1', port: seed.port }] };
	const leech = await liveSession(t, leechFolder, {
		...options,
		maxDownloadRateBytesPerSecond: 500_000,
	});
	await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ doneBytes }) => doneBytes > 600_000);
	await leech.session.close();
	const doneBytes = leech.session.getSnapshot().torrents[0]?.doneBytes ?? 0;

	const again = await liveSession(t, leechFolder, options);
	const seen = statesSeen(again.session);
	await again.add(torrent);
	const done = await waitForTorrent(again.session, infohash, ({ state }) => state === 'seeding');
	t.false(seen.has('checking'));
	t.false(hasChecked(again));
	t.true(doneBytes > 600_000);
	// Unfinished pieces are given up; what was still on its way was never received.
	t.true(done.downloadedBytes < 2_000_000 + 600_000, `received ${done.downloadedBytes} bytes`);
	t.true(done.downloadedBytes >= 2_000_000);
	t.true(await isPayloadIn(again.downloadDir, torrent));
});

test('the paused flag, the priorities, the order and the sequential mode outlive a restart', async (t) => {
	const folder = await tempFolder(t);
	const torrents = ['one', 'two', 'three'].map((name, i) =>
		makeTorrent(name, [
			{ path: 'a.bin', bytes: pseudoRandomBytes(PIECE, 10 + i) },
			{ path: 'b.bin', bytes: pseudoRandomBytes(PIECE, 20 + i) },
		]),
	);
	const live = await liveSession(t, folder);
	const infohashes: Infohash[] = [];
	for (const torrent of torrents) infohashes.push(await live.add(torrent));
	const [one, two, three] = infohashes;
	if (one === undefined || two === undefined || three === undefined) throw new Error('no torrent');
	await live.session.dispatch({ type: 'pause', infohash: two });
	await live.session.dispatch({ type: 'move', infohash: three, position: 0 });
	await live.session.dispatch({ type: 'set-sequential', infohash: one, isSequential: true });
	await live.session.dispatch({
		type: 'set-file-priority',
		infohash: one,
		fileIndex: 1,
		priority: 'off',
	});
	await live.session.close();

	const again = await liveSession(t, folder);
	for (const torrent of torrents) await again.add(torrent);
	const snapshot = await waitFor(
		again.session,
		({ torrents: all }) => all.length === 3 && all.some(({ state }) => state === 'paused'),
	);
	t.deepEqual(
		snapshot.torrents.map(({ infohash }) => infohash),
		[three, one, two],
	);
	const first = snapshot.torrents.find(({ infohash }) => infohash === one);
	t.true(first?.isSequential);
	t.is(first?.wantedBytes, PIECE);
	again.session.watchDetail(one, (detail) => {
		t.deepEqual(
			detail?.files.map(({ priority }) => priority),
			['normal', 'off'],
		);
	})();
});

test('only the pieces of a file that changed are hashed again', async (t) => {
	const folder = await tempFolder(t);
	const torrent = twoFiles('pair');
	const payload = path.join(folder, 'data', 'pair');
	const [a, b] = [path.join(payload, 'a.bin'), path.join(payload, 'b.bin')];
	await writePayload(path.join(folder, 'data'), torrent);
	// Whole seconds, so that the time can be set back exactly.
	const time = new Date(1_700_000_000_000);
	await utimes(a, time, time);
	const seed = await liveSession(t, folder);
	const infohash = await seed.add(torrent);
	await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
	await seed.session.close();
	// Damage that size and time do not tell is found only by hashing: proof that `a` was not hashed.
	const bytes = await readFile(a);
	bytes[5] = (bytes[5] ?? 0) ^ 1;
	await writeFile(a, bytes);
	await utimes(a, time, time);
	await utimes(b, time, time);

	const again = await liveSession(t, folder);
	await again.add(torrent);
	const done = await waitForTorrent(again.session, infohash, ({ state }) => state === 'seeding');
	t.true(hasChecked(again));
	t.is(done.doneBytes, 20 * PIECE);
});

test('a verified piece that somebody changed meanwhile is not written over unasked, also not after another restart', async (t) => {
	const folder = await tempFolder(t);
	const torrent = twoFiles('changed');
	const { seed, infohash } = await seedOf(t, folder, torrent);
	await seed.session.close();
	const file = path.join(seed.downloadDir, 'changed', 'b.bin');
	const mine = await readFile(file);
	mine.fill(1, 0, 1000);
	await writeFile(file, mine);
	for (let start = 0; start < 2; start++) {
		const again = await liveSession(t, folder);
		await again.add(torrent);
		const { problem } = await waitForTorrent(
			again.session,
			infohash,
			({ state }) => state === 'error',
		);
		t.is(problem?.code, 'STORAGE_CHANGED');
		t.true(problem?.canForce);
		await again.session.close();
		t.deepEqual(await readFile(file), mine);
	}
});

test('a damaged or foreign resume record costs a check and nothing else', async (t) => {
	const folder = await tempFolder(t);
	const torrent = single('record.bin', 300_000);
	const { seed, infohash } = await seedOf(t, folder, torrent);
	await seed.session.close();
	const records = await readdir(path.join(folder, 'state'), { recursive: true });
	const record = records.find((name) => name.endsWith('.resume'));
	if (record === undefined) throw new Error('no record');
	const file = path.join(folder, 'state', record);
	const good = await readFile(file);
	const flipped = Buffer.from(good);
	flipped[200] = (flipped[200] ?? 0) ^ 4;
	for (const bad of [good.subarray(0, 100), Buffer.alloc(good.length), flipped, Buffer.alloc(0)]) {
		await writeFile(file, bad);
		const again = await liveSession(t, folder);
		await again.add(torrent);
		const done = await waitForTorrent(again.session, infohash, ({ state }) => state === 'seeding');
		t.true(hasChecked(again));
		t.is(done.doneBytes, 300_000);
		await again.session.close();
	}
});

test('finished data that is all gone at the start is missing, and nothing is written in its place', async (t) => {
	const folder = await tempFolder(t);
	const torrent = twoFiles('volume');
	const { seed, infohash } = await seedOf(t, folder, torrent);
	await seed.session.close();
	const away = path.join(folder, 'unmounted');
	await rename(seed.downloadDir, away);
	// The empty mount point.
	await mkdir(seed.downloadDir);
	const again = await liveSession(t, folder);
	await again.add(torrent);
	const gone = await waitForTorrent(again.session, infohash, ({ state }) => state === 'error');
	t.is(gone.problem?.code, 'STORAGE_MISSING');
	t.true(gone.problem?.resumesByItself);
	t.deepEqual(await readdir(seed.downloadDir), []);
	await rename(path.join(away, 'volume'), path.join(seed.downloadDir, 'volume'));
	await waitForTorrent(again.session, infohash, ({ state }) => state === 'seeding');
	t.false(hasChecked(again));
});

test('pausing in the middle of a piece loses nothing but that piece', async (t) => {
	const folder = await tempFolder(t);
	const bytes = pseudoRandomBytes(3_000_000, 5);
	const torrent = makeTorrent('paused.bin', [{ path: 'paused.bin', bytes }], {
		pieceLengthBytes: 1024 * 1024,
	});
	const { seed, infohash } = await seedOf(t, path.join(folder, 'seed'), torrent);
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		peers: [{ address: '127.0.0.1', port: seed.port }],
		maxDownloadRateBytesPerSecond: 600_000,
	});
	await leech.add(torrent);
	for (const atBytes of [200_000, 1_000_000]) {
		await waitForTorrent(leech.session, infohash, (now) => now.downloadedBytes > atBytes);
		await leech.session.dispatch({ type: 'pause', infohash });
		await waitForTorrent(leech.session, infohash, ({ state }) => state === 'paused');
		await leech.session.dispatch({ type: 'resume', infohash });
	}
	await leech.session.dispatch({ type: 'set-limits', downloadRate: 0, uploadRate: 0 });
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(leech.downloadDir, torrent));
});

test('a change that nobody asked for while it was seeded is not taken for ours at the next start', async (t) => {
	const folder = await tempFolder(t);
	const torrent = twoFiles('trusted');
	const { seed, infohash } = await seedOf(t, folder, torrent);
	const file = path.join(seed.downloadDir, 'trusted', 'a.bin');
	const bytes = await readFile(file);
	bytes[PIECE] = (bytes[PIECE] ?? 0) ^ 1;
	await writeFile(file, bytes);
	// Something to save, so that the record is made anew.
	await seed.session.dispatch({ type: 'set-sequential', infohash, isSequential: true });
	await seed.session.close();
	const again = await liveSession(t, folder);
	await again.add(torrent);
	const found = await waitForTorrent(again.session, infohash, ({ state }) => state === 'error');
	t.is(found.problem?.code, 'STORAGE_CHANGED');
	t.is(found.doneBytes, 19 * PIECE);
});

test('a torrent that is removed and added again goes on without a check', async (t) => {
	const folder = await tempFolder(t);
	const torrent = single('returned.bin', 300_000);
	const { seed, infohash } = await seedOf(t, folder, torrent);
	await seed.session.dispatch({ type: 'remove', infohash });
	const seen = statesSeen(seed.session);
	await seed.add(torrent);
	const back = await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
	t.is(back.doneBytes, 300_000);
	t.false(seen.has('checking'));
});
