import path from 'node:path';
import test from 'ava';
import type { SessionSnapshot, TorrentDetail } from '../../src/session/snapshot.js';
import { liveSession, waitForTorrent } from '../helpers/live-session.js';
import { makeTorrent, pseudoRandomBytes, writePayload } from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

test('a published snapshot or detail never changes afterwards, whatever happens to its torrents', async (t) => {
	const folder = await tempFolder(t);
	const torrent = makeTorrent(
		'pictures',
		[
			{ path: 'a', bytes: pseudoRandomBytes(300_000, 1) },
			{ path: 'b', bytes: pseudoRandomBytes(100_000, 2) },
		],
		{ tiers: [['http://127.0.0.1:9/announce']] },
	);
	const seedFolder = path.join(folder, 'seed');
	await writePayload(path.join(seedFolder, 'data'), torrent);
	const seed = await liveSession(t, seedFolder);
	await seed.add(torrent);
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		peers: [{ address: '127.0.0.1', port: seed.port }],
		maxDownloadRateBytesPerSecond: 300_000,
	});
	const kept: { given: SessionSnapshot | TorrentDetail; copy: SessionSnapshot | TorrentDetail }[] =
		[];
	const keep = (given: SessionSnapshot | TorrentDetail | undefined): void => {
		if (given !== undefined) kept.push({ given, copy: structuredClone(given) });
	};
	leech.session.subscribe(() => keep(leech.session.getSnapshot()));
	const infohash = await leech.add(torrent);
	leech.session.watchDetail(infohash, keep);
	await waitForTorrent(leech.session, infohash, ({ doneBytes }) => doneBytes > 0);
	await leech.session.dispatch({
		type: 'set-file-priority',
		infohash,
		fileIndex: 1,
		priority: 'high',
	});
	await leech.session.dispatch({ type: 'pause', infohash });
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'paused');
	await leech.session.dispatch({ type: 'resume', infohash });
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	await leech.session.dispatch({ type: 'remove', infohash });
	t.true(kept.length > 8);
	for (const { given, copy } of kept) t.deepEqual(given, copy);
	const revisions = kept.flatMap(({ given }) => ('revision' in given ? [given.revision] : []));
	t.deepEqual(
		revisions,
		[...new Set(revisions)].sort((a, b) => a - b),
	);
});
