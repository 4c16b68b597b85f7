import path from 'node:path';
import test from 'ava';
import { liveSession, waitForTorrent } from '../helpers/live-session.js';
import { makeTorrent, pseudoRandomBytes, writePayload } from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

/** Long enough for the burst at the start to be a small part. */
const RATE = 400_000;
const LENGTH = 2_000_000;

const limited = test.macro({
	title: (_provided, side: 'download' | 'upload', torrentCount: number) =>
		`a global ${side} limit holds within a tenth over ${torrentCount} torrent(s) and one peer`,
	async exec(t, side: 'download' | 'upload', torrentCount: number) {
		const folder = await tempFolder(t);
		const torrents = Array.from({ length: torrentCount }, (_, i) => {
			const bytes = pseudoRandomBytes(LENGTH / torrentCount, i + 1);
			return makeTorrent(`part${i}.bin`, [{ path: `part${i}.bin`, bytes }]);
		});
		const seedFolder = path.join(folder, 'seed');
		for (const torrent of torrents) await writePayload(path.join(seedFolder, 'data'), torrent);
		const seed = await liveSession(
			t,
			seedFolder,
			side === 'upload' ? { maxUploadRateBytesPerSecond: RATE } : {},
		);
		const infohashes = await Promise.all(torrents.map((torrent) => seed.add(torrent)));
		for (const infohash of infohashes) {
			await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
		}
		const leech = await liveSession(t, path.join(folder, 'leech'), {
			peers: [{ address: '127.0.0.1', port: seed.port }],
			...(side === 'download' ? { maxDownloadRateBytesPerSecond: RATE } : {}),
		});
		await Promise.all(torrents.map((torrent) => leech.add(torrent)));
		const startedAt = await new Promise<number>((resolve) => {
			const unsubscribe = leech.session.subscribe(() => {
				if (
					leech.session.getSnapshot().torrents.every(({ downloadedBytes }) => downloadedBytes === 0)
				) {
					return;
				}
				unsubscribe();
				resolve(performance.now());
			});
		});
		const already = leech.session
			.getSnapshot()
			.torrents.reduce((sum, { downloadedBytes }) => sum + downloadedBytes, 0);
		await Promise.all(
			infohashes.map((infohash) =>
				waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding'),
			),
		);
		const rate = ((LENGTH - already) * 1000) / (performance.now() - startedAt);
		t.true(rate < RATE * 1.1, `${Math.round(rate)} B/s is above the limit of ${RATE}`);
		t.true(rate > RATE * 0.7, `${Math.round(rate)} B/s is far below the limit of ${RATE}`);
	},
});

test.serial(limited, 'download', 1);
test.serial(limited, 'upload', 1);
test.serial(limited, 'download', 4);
test.serial(limited, 'upload', 4);
