/** What the user says about disk threads and memory, as a session obeys it. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { liveSession, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const SMALLEST = {
	diskThreads: 3,
	writeBufferBytes: 2 ** 20,
	readCacheBytes: 2 ** 21,
	maxOpenFiles: 1,
};

test('the sizes and the number of threads asked for are those in use', async (t) => {
	const { session } = await liveSession(t, await tempFolder(t), SMALLEST);
	const { stats } = session.getSnapshot();
	t.is(stats.ringSlots, 64);
	t.is(stats.diskWorkers, 3);
	t.true(stats.readCache.bytes < 2 ** 21 + 2 ** 14);
});

test('the smallest settings move pieces that are larger than the buffer, over many files', async (t) => {
	const folder = await tempFolder(t);
	const files = Array.from({ length: 7 }, (_none, i) => ({
		path: `${i}.bin`,
		bytes: pseudoRandomBytes(700_001, i + 1),
	}));
	const torrent = makeTorrent('many', files, { pieceLengthBytes: 2 ** 21 });
	const [from, to] = [path.join(folder, 'from'), path.join(folder, 'to')];
	await mkdir(from);
	await mkdir(to);
	const seed = await liveSession(t, from, SMALLEST);
	await writePayload(seed.downloadDir, torrent);
	await waitForTorrent(seed.session, await seed.add(torrent), ({ state }) => state === 'seeding');
	const leech = await liveSession(t, to, {
		...SMALLEST,
		peers: [{ address: '127.0.0.1', port: seed.port }],
	});
	const infohash = await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	await leech.session.close();
	t.true(await isPayloadIn(leech.downloadDir, torrent));
});
