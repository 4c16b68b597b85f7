import path from 'node:path';
import test from 'ava';
import { systemClock, systemRandom } from '../../src/primitives/clock.js';
import { startTrackerServer } from '../../src/tracker-server/tracker-server.js';
import { liveSession, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

test('nine leeches that know only the tracker get everything, also after the seed has left', async (t) => {
	const folder = await tempFolder(t);
	const tracker = await startTrackerServer({
		host: '127.0.0.1',
		port: 0,
		intervalSeconds: 60,
		clock: systemClock,
		random: systemRandom,
	});
	t.teardown(() => tracker.close());
	const bytes = pseudoRandomBytes(3_000_001, 7);
	const torrent = makeTorrent('shared.bin', [{ path: 'shared.bin', bytes }], {
		tiers: [[tracker.announceUrl]],
	});
	const seedFolder = path.join(folder, 'seed');
	await writePayload(path.join(seedFolder, 'data'), torrent);
	const seed = await liveSession(t, seedFolder, { maxUploadRateBytesPerSecond: 4_000_000 });
	const infohash = await seed.add(torrent);
	await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');

	const leeches = await Promise.all(
		Array.from({ length: 9 }, (_, i) => liveSession(t, path.join(folder, `leech${i}`))),
	);
	await Promise.all(leeches.map((leech) => leech.add(torrent)));
	const [first] = leeches;
	if (first === undefined) throw new Error('no leech');
	await waitForTorrent(first.session, infohash, ({ state }) => state === 'seeding', 50_000);
	await seed.session.close();
	await Promise.all(
		leeches.map((leech) =>
			waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding', 50_000),
		),
	);
	for (const leech of leeches) t.true(await isPayloadIn(leech.downloadDir, torrent));
	const uploaded = leeches.map(
		(leech) => leech.session.getSnapshot().torrents[0]?.uploadedBytes ?? 0,
	);
	t.true(
		uploaded.some((amount) => amount > 0),
		'leeches must have shared among themselves',
	);
});
