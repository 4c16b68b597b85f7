import { stat } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Infohash } from '../../src/primitives/infohash.js';
import type { SessionOptions } from '../../src/session/session-options.js';
import { startFakeHttpTracker } from '../helpers/fake-tracker.js';
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

function singles(count: number, lengthBytes: number): MadeTorrent[] {
	return Array.from({ length: count }, (_none, i) =>
		makeTorrent(`t${i}.bin`, [{ path: 'x', bytes: pseudoRandomBytes(lengthBytes, 60 + i) }], {
			pieceLengthBytes: PIECE,
		}),
	);
}

function total(bytes: readonly number[]): number {
	return bytes.reduce((sum, one) => sum + one, 0);
}

async function swarmOf(
	t: ExecutionContext,
	torrents: readonly MadeTorrent[],
	options: Partial<SessionOptions>,
): Promise<{ seed: LiveSession; leech: LiveSession; infohashes: Infohash[] }> {
	const folder = await tempFolder(t);
	for (const torrent of torrents) await writePayload(path.join(folder, 'seed', 'data'), torrent);
	const seed = await liveSession(t, path.join(folder, 'seed'));
	for (const torrent of torrents) {
		const infohash = await seed.add(torrent);
		await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
	}
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		peers: [{ address: '127.0.0.1', port: seed.port }],
		...options,
	});
	const infohashes: Infohash[] = [];
	for (const torrent of torrents) infohashes.push(await leech.add(torrent));
	return { seed, leech, infohashes };
}

test('no more downloads than the limit run at a time, in queue order, and moving one to the front starts it', async (t) => {
	const { leech, infohashes } = await swarmOf(t, singles(3, 20 * PIECE), {
		activeDownloads: 1,
		maxDownloadRateBytesPerSecond: 400_000,
	});
	const [first, second, third] = infohashes;
	if (first === undefined || second === undefined || third === undefined) throw new Error('none');
	let most = 0;
	const finished: Infohash[] = [];
	leech.session.subscribe(() => {
		const { torrents } = leech.session.getSnapshot();
		most = Math.max(most, torrents.filter(({ state }) => state === 'downloading').length);
		for (const { infohash, state } of torrents)
			if (state === 'seeding' && !finished.includes(infohash)) finished.push(infohash);
	});
	await waitForTorrent(leech.session, first, ({ doneBytes }) => doneBytes > 0);
	const moved = await leech.session.dispatch({ type: 'move', infohash: third, position: 0 });
	t.true(moved.ok);
	await waitForTorrent(leech.session, third, ({ state }) => state === 'downloading');
	const snapshot = leech.session.getSnapshot();
	t.deepEqual(
		snapshot.torrents.map(({ infohash, state }) => [infohash, state]),
		[
			[third, 'downloading'],
			[first, 'queued'],
			[second, 'queued'],
		],
	);
	await waitFor(leech.session, ({ torrents }) =>
		torrents.every(({ state }) => state === 'seeding'),
	);
	t.deepEqual(finished, [third, first, second]);
	t.is(most, 1);
});

test('one check runs at a time on a volume', async (t) => {
	const folder = await tempFolder(t);
	const torrents = singles(4, 60 * PIECE);
	for (const torrent of torrents) await writePayload(path.join(folder, 'data'), torrent);
	const live = await liveSession(t, folder);
	let most = 0;
	const seen = new Set<string>();
	live.session.subscribe(() => {
		const checking = live.session
			.getSnapshot()
			.torrents.filter(({ state }) => state === 'checking');
		for (const { infohash } of checking) seen.add(infohash);
		most = Math.max(most, checking.length);
	});
	await Promise.all(torrents.map((torrent) => live.add(torrent)));
	await waitFor(live.session, (snapshot) => snapshot.torrents.length === 4);
	await waitFor(live.session, (snapshot) =>
		snapshot.torrents.every(({ state }) => state === 'seeding'),
	);
	t.is(most, 1);
	t.true(seen.size > 0);
});

test('the active seeds are limited too', async (t) => {
	const folder = await tempFolder(t);
	const torrents = singles(3, PIECE);
	for (const torrent of torrents) await writePayload(path.join(folder, 'data'), torrent);
	const live = await liveSession(t, folder, { activeSeeds: 1 });
	for (const torrent of torrents) await live.add(torrent);
	await waitFor(
		live.session,
		(snapshot) =>
			snapshot.torrents.map(({ state, progress }) => `${state} ${progress}`).join() ===
			'seeding 1,queued 1,queued 1',
	);
	const [first] = live.session.getSnapshot().torrents;
	if (first === undefined) throw new Error('none');
	await live.session.dispatch({ type: 'pause', infohash: first.infohash });
	await waitFor(
		live.session,
		(snapshot) => snapshot.torrents.map(({ state }) => state).join() === 'paused,seeding,queued',
	);
	t.pass();
});

test('pause, resume, recheck and remove do what they say, and unknown torrents are refused by code', async (t) => {
	const torrents = singles(1, 30 * PIECE);
	const { leech, infohashes } = await swarmOf(t, torrents, {
		maxDownloadRateBytesPerSecond: 300_000,
	});
	const [infohash] = infohashes;
	const [torrent] = torrents;
	if (infohash === undefined || torrent === undefined) throw new Error('none');
	await waitForTorrent(leech.session, infohash, ({ doneBytes }) => doneBytes > 0);
	await leech.session.dispatch({ type: 'pause', infohash });
	const paused = await waitForTorrent(leech.session, infohash, ({ state }) => state === 'paused');
	t.is(paused.peers + paused.seeds, 0);
	const { downloadedBytes } = paused;
	await leech.session.dispatch({ type: 'recheck', infohash });
	await leech.session.dispatch({ type: 'resume', infohash });
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'checking');
	const going = await waitForTorrent(
		leech.session,
		infohash,
		({ state }) => state === 'downloading',
	);
	t.true(going.doneBytes >= paused.doneBytes);
	await leech.session.dispatch({ type: 'set-limits', downloadRate: 0, uploadRate: 0 });
	const done = await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.true(done.downloadedBytes >= downloadedBytes);
	await leech.session.dispatch({ type: 'remove', infohash });
	await waitFor(leech.session, (snapshot) => snapshot.torrents.length === 0);
	t.true(await isPayloadIn(leech.downloadDir, torrent));
	const again = await leech.session.dispatch({ type: 'pause', infohash });
	t.deepEqual(again.ok ? '' : again.code, 'SESSION_NO_TORRENT');
});

test('pausing in the middle of a check stops it without an error, and a check begun again is a whole one', async (t) => {
	const folder = await tempFolder(t);
	const torrents = singles(1, 600 * PIECE);
	for (const torrent of torrents) await writePayload(path.join(folder, 'data'), torrent);
	const live = await liveSession(t, folder);
	const [torrent] = torrents;
	if (torrent === undefined) throw new Error('none');
	const infohash = await live.add(torrent);
	await waitForTorrent(live.session, infohash, ({ state }) => state !== 'queued');
	await live.session.dispatch({ type: 'recheck', infohash });
	await live.session.dispatch({ type: 'pause', infohash });
	await waitForTorrent(live.session, infohash, ({ state }) => state === 'paused');
	await live.session.dispatch({ type: 'resume', infohash });
	const done = await waitForTorrent(live.session, infohash, ({ state }) => state === 'seeding');
	t.is(done.doneBytes, 600 * PIECE);
	t.is(done.problem, undefined);
});

test('reannounce asks the tracker at once', async (t) => {
	const waiting: (() => void)[] = [];
	const tracker = await startFakeHttpTracker((_request, response) => {
		response.end('d8:intervali1800e5:peers0:e');
		for (const tell of waiting.splice(0)) tell();
	});
	t.teardown(() => tracker.close());
	const events = (): string[] =>
		tracker.requests.map((query) => /[?&]event=([a-z]+)/.exec(query)?.[1] ?? '');
	const announced = async (count: number): Promise<void> => {
		while (tracker.requests.length < count)
			await new Promise<void>((resolve) => waiting.push(resolve));
	};
	const folder = await tempFolder(t);
	const bytes = pseudoRandomBytes(PIECE, 70);
	const torrent = makeTorrent('told.bin', [{ path: 'x', bytes }], { tiers: [[tracker.url]] });
	await writePayload(path.join(folder, 'data'), torrent);
	const live = await liveSession(t, folder);
	const infohash = await live.add(torrent);
	await announced(1);
	await waitForTorrent(live.session, infohash, (now) => (now.nextAnnounceSeconds ?? 0) > 60);
	await live.session.dispatch({ type: 'reannounce', infohash });
	await announced(2);
	await live.session.close();
	t.deepEqual(events(), ['started', '', 'stopped']);
});

test('a torrent that reached its ratio is finished and takes no more peers', async (t) => {
	const { seed, leech, infohashes } = await swarmOf(t, singles(1, 10 * PIECE), {});
	const [infohash] = infohashes;
	if (infohash === undefined) throw new Error('none');
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	await seed.session.close();
	const folder = await tempFolder(t);
	const [torrent] = singles(1, 10 * PIECE);
	if (torrent === undefined) throw new Error('none');
	// One that has everything and may give it once.
	await writePayload(path.join(folder, 'giver', 'data'), torrent);
	const giver = await liveSession(t, path.join(folder, 'giver'), { seedRatio: 0.9 });
	await giver.add(torrent);
	await waitForTorrent(giver.session, infohash, ({ state }) => state === 'seeding');
	const taker = await liveSession(t, path.join(folder, 'taker'), {
		peers: [{ address: '127.0.0.1', port: giver.port }],
	});
	await taker.add(torrent);
	const finished = await waitForTorrent(
		giver.session,
		infohash,
		({ state }) => state === 'finished',
	);
	t.true(finished.ratio >= 0.9);
	t.is(finished.peers + finished.seeds, 0);
});

test('a file that is off is not made and not waited for; switched on later it is fetched', async (t) => {
	const torrent = makeTorrent(
		'parts',
		[
			{ path: 'wanted.bin', bytes: pseudoRandomBytes(6 * PIECE, 71) },
			{ path: 'later/off.bin', bytes: pseudoRandomBytes(6 * PIECE, 72) },
		],
		{ pieceLengthBytes: PIECE },
	);
	const folder = await tempFolder(t);
	await writePayload(path.join(folder, 'seed', 'data'), torrent);
	const seed = await liveSession(t, path.join(folder, 'seed'));
	await seed.add(torrent);
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		peers: [{ address: '127.0.0.1', port: seed.port }],
	});
	const added = await leech.session.dispatch({
		type: 'add',
		metainfoBytes: torrent.metainfoBytes,
		torrentPath: path.join(folder, 'parts.torrent'),
		isPaused: true,
	});
	const infohash = added.ok ? added.infohash : undefined;
	if (infohash === undefined) throw new Error('refused');
	const choose = (priority: 'off' | 'high') =>
		leech.session.dispatch({ type: 'set-file-priority', infohash, fileIndex: 1, priority });
	await choose('off');
	await leech.session.dispatch({ type: 'resume', infohash });
	const part = await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.is(part.wantedBytes, 6 * PIECE);
	t.is(part.doneBytes, 6 * PIECE);
	const off = path.join(leech.downloadDir, 'parts', 'later', 'off.bin');
	await t.throwsAsync(stat(off), { code: 'ENOENT' });
	await t.throwsAsync(stat(path.dirname(off)), { code: 'ENOENT' });
	await choose('high');
	await waitForTorrent(leech.session, infohash, ({ wantedBytes, doneBytes, state }) => {
		return state === 'seeding' && wantedBytes === 12 * PIECE && doneBytes === wantedBytes;
	});
	t.true(await isPayloadIn(leech.downloadDir, torrent));
	const missing = await leech.session.dispatch({
		type: 'set-file-priority',
		infohash,
		fileIndex: 7,
		priority: 'off',
	});
	t.is(missing.ok ? '' : missing.code, 'SESSION_NO_FILE');
});

test('switching off what is left of a download completes it', async (t) => {
	const torrent = makeTorrent(
		'rest',
		[
			{ path: 'a.bin', bytes: pseudoRandomBytes(4 * PIECE, 73) },
			{ path: 'b.bin', bytes: pseudoRandomBytes(200 * PIECE, 74) },
		],
		{ pieceLengthBytes: PIECE },
	);
	const { leech, infohashes } = await swarmOf(t, [torrent], {
		maxDownloadRateBytesPerSecond: 300_000,
		isSequential: true,
	});
	const [infohash] = infohashes;
	if (infohash === undefined) throw new Error('none');
	await waitForTorrent(leech.session, infohash, ({ doneBytes }) => doneBytes > 4 * PIECE);
	await leech.session.dispatch({
		type: 'set-file-priority',
		infohash,
		fileIndex: 1,
		priority: 'off',
	});
	const done = await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.true(done.completedAtMs !== undefined);
	t.is(done.progress, 1);
});

test('two torrents share a download limit evenly', async (t) => {
	const { leech, infohashes } = await swarmOf(t, singles(2, 100 * PIECE), {
		maxDownloadRateBytesPerSecond: 500_000,
	});
	await waitFor(leech.session, ({ torrents }) =>
		torrents.every(({ downloadedBytes }) => downloadedBytes > 100_000),
	);
	const before = leech.session.getSnapshot().torrents.map((one) => one.downloadedBytes);
	const snapshot = await waitFor(
		leech.session,
		({ torrents }) => total(torrents.map((one) => one.downloadedBytes)) > total(before) + 2_000_000,
	);
	const moved = snapshot.torrents.map((one, i) => one.downloadedBytes - (before[i] ?? 0));
	t.is(moved.length, infohashes.length);
	for (const bytes of moved) {
		const share = bytes / total(moved);
		t.true(share > 0.375 && share < 0.625, `shares ${moved.join(' and ')}`);
	}
});
