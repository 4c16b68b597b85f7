import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { systemClock, systemRandom } from '../../src/primitives/clock.js';
import { silentLogger } from '../../src/primitives/logger.js';
import { startTrackerServer, type TrackerServer } from '../../src/tracker-server/tracker-server.js';
import { startWatchFolder } from '../../src/watch/watch-folder.js';
import { liveSession, waitFor, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	type MadeTorrent,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

function payload(name: string, seed: number, tiers: readonly (readonly string[])[]): MadeTorrent {
	return makeTorrent(name, [{ path: name, bytes: pseudoRandomBytes(150_000 + seed, seed) }], {
		tiers,
	});
}

function makeTracker(): Promise<TrackerServer> {
	return startTrackerServer({
		host: '127.0.0.1',
		port: 0,
		intervalSeconds: 60,
		clock: systemClock,
		random: systemRandom,
	});
}

test('a folder with good, broken, duplicate, trackerless and colliding torrents downloads what it can and says what became of each', async (t) => {
	const folder = await tempFolder(t);
	const tracker = await makeTracker();
	t.teardown(() => tracker.close());
	const tiers = [[tracker.announceUrl]];
	const good = payload('good.bin', 1, tiers);
	const late = payload('late.bin', 2, tiers);
	const trackerless = payload('trackerless.bin', 3, []);
	const first = payload('same.bin', 4, tiers);
	const second = payload('same.bin', 5, tiers);

	const seedFolder = path.join(folder, 'seed');
	const seed = await liveSession(t, seedFolder);
	for (const torrent of [good, late, trackerless, first]) {
		await writePayload(seed.downloadDir, torrent);
		const infohash = await seed.add(torrent);
		await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
	}

	const watched = path.join(folder, 'watched');
	await mkdir(path.join(watched, 'sub'), { recursive: true });
	const drop = (name: string, torrent: MadeTorrent): Promise<void> =>
		writeFile(path.join(watched, name), torrent.metainfoBytes);
	await drop('good.torrent', good);
	await drop('sub/good again.torrent', good);
	await drop('trackerless.torrent', trackerless);
	await drop('a first.torrent', first);
	await drop('b second.torrent', second);
	await writeFile(path.join(watched, 'broken.torrent'), 'this is not a torrent');
	await writeFile(path.join(watched, 'empty.torrent'), '');
	await writeFile(path.join(watched, '.hidden.torrent'), good.metainfoBytes);
	await mkdir(path.join(watched, 'folder.torrent'));
	await writeFile(path.join(watched, 'late.torrent'), late.metainfoBytes.subarray(0, 60));

	const live = await liveSession(t, path.join(folder, 'leech'), {
		peers: [{ address: '127.0.0.1', port: seed.port }],
	});
	const watch = await startWatchFolder({
		folder: watched,
		session: live.session,
		recursive: 'all',
		rescanIntervalMs: 200,
		stateDir: path.join(folder, 'leech', 'state'),
		logger: silentLogger,
		clock: systemClock,
	});
	t.teardown(() => watch.close());
	await writeFile(path.join(watched, 'late.torrent'), late.metainfoBytes);

	const snapshot = await waitFor(live.session, ({ torrents }) => {
		const settled = torrents.filter(({ state }) => state === 'seeding' || state === 'error');
		return torrents.length === 5 && settled.length === 5;
	});
	for (const torrent of [good, late, trackerless, first]) {
		t.true(await isPayloadIn(live.downloadDir, torrent), torrent.name);
	}
	const colliding = snapshot.torrents.find(({ state }) => state === 'error');
	t.is(colliding?.problem?.code, 'TORRENT_PATH_TAKEN');
	t.regex(colliding?.problem?.message ?? '', /a first\.torrent/);
	const duplicate = watch.ledger().find(({ outcome }) => outcome === 'duplicate');
	t.regex(duplicate?.path ?? '', /good again\.torrent$/);

	// The winner goes: its duplicate stands in, without a check and without a byte downloaded again.
	const goodNow = snapshot.torrents.find(({ name }) => name === 'good.bin');
	if (goodNow === undefined) throw new Error('good.bin is not there');
	await rm(path.join(watched, 'good.torrent'));
	const promoted = await waitForTorrent(live.session, goodNow.infohash, ({ torrentPath }) =>
		torrentPath.endsWith('good again.torrent'),
	);
	t.is(promoted.state, 'seeding');
	t.is(promoted.downloadedBytes, goodNow.downloadedBytes);

	// Moved between folders: the same torrent goes on.
	await rename(path.join(watched, 'late.torrent'), path.join(watched, 'sub', 'late.torrent'));
	const lateNow = snapshot.torrents.find(({ name }) => name === 'late.bin');
	if (lateNow === undefined) throw new Error('late.bin is not there');
	const moved = await waitForTorrent(live.session, lateNow.infohash, ({ torrentPath }) =>
		torrentPath.endsWith(path.join('sub', 'late.torrent')),
	);
	t.is(moved.state, 'seeding');

	// Removed: the torrent stops and its data stays.
	await rm(path.join(watched, 'trackerless.torrent'));
	await waitFor(live.session, ({ torrents }) =>
		torrents.every(({ name }) => name !== 'trackerless.bin'),
	);
	t.true(await isPayloadIn(live.downloadDir, trackerless));

	// The first of the two that want one path goes: the other may have it, but not its foreign data.
	await rm(path.join(watched, 'a first.torrent'));
	const freed = await waitForTorrent(
		live.session,
		colliding?.infohash ?? goodNow.infohash,
		({ problem }) => problem?.code === 'STORAGE_FILE_FOREIGN',
	);
	t.is(freed.state, 'error');
	t.true(await isPayloadIn(live.downloadDir, first));
});

test('an edit of the trackers is taken over without a restart, and the new tracker hears of the torrent', async (t) => {
	const folder = await tempFolder(t);
	const [before, after] = [await makeTracker(), await makeTracker()];
	t.teardown(() => before.close());
	t.teardown(() => after.close());
	const watched = path.join(folder, 'watched');
	await mkdir(watched);
	const old = payload('edited.bin', 9, [[before.announceUrl]]);
	const edited = payload('edited.bin', 9, [[after.announceUrl]]);
	const file = path.join(watched, 'edited.torrent');
	await writeFile(file, old.metainfoBytes);
	const live = await liveSession(t, path.join(folder, 'live'));
	await writePayload(live.downloadDir, old);
	const watch = await startWatchFolder({
		folder: watched,
		session: live.session,
		recursive: 'all',
		rescanIntervalMs: 200,
		stateDir: path.join(folder, 'live', 'state'),
		logger: silentLogger,
		clock: systemClock,
	});
	t.teardown(() => watch.close());
	await waitFor(live.session, ({ torrents }) => torrents[0]?.state === 'seeding');
	await waitFor(live.session, () => before.stats().peers === 1);
	const states = new Set<string>();
	const stop = live.session.subscribe(() => {
		states.add(live.session.getSnapshot().torrents[0]?.state ?? 'gone');
	});
	await writeFile(file, edited.metainfoBytes);
	await waitFor(live.session, () => after.stats().peers === 1 && before.stats().peers === 0);
	stop();
	t.deepEqual([...states], ['seeding']);
	t.true(existsSync(path.join(live.downloadDir, 'edited.bin')));
	t.is((await readFile(path.join(live.downloadDir, 'edited.bin'))).byteLength, 150_009);
});
