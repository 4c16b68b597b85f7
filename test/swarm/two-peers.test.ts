import path from 'node:path';
import test from 'ava';
import { liveSession, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	type MadeTorrent,
	makeTorrent,
	type PayloadFile,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

function single(name: string, lengthBytes: number, pieceLengthBytes = 32768): MadeTorrent {
	const bytes = pseudoRandomBytes(lengthBytes, lengthBytes + 1);
	return makeTorrent(name, [{ path: name, bytes }], { pieceLengthBytes });
}

const oddFiles: readonly PayloadFile[] = [
	{ path: 'a.bin', bytes: pseudoRandomBytes(70_001, 1) },
	{ path: 'empty', bytes: new Uint8Array(0) },
	{ path: 'sub/b.bin', bytes: pseudoRandomBytes(16_384, 2) },
	{ path: 'sub/deeper/c.bin', bytes: pseudoRandomBytes(1, 3) },
	{ path: 'sub/d.bin', bytes: pseudoRandomBytes(200_003, 4) },
];

const transfer = test.macro({
	title: (_provided, torrent: MadeTorrent, dialer: 'leech' | 'seed') =>
		`${torrent.name} goes from a seed to a leech when the ${dialer} dials`,
	async exec(t, torrent: MadeTorrent, dialer: 'leech' | 'seed') {
		const folder = await tempFolder(t);
		const seedFolder = path.join(folder, 'seed');
		const leechFolder = path.join(folder, 'leech');
		await writePayload(path.join(seedFolder, 'data'), torrent);
		const first = await liveSession(t, dialer === 'leech' ? seedFolder : leechFolder);
		const second = await liveSession(t, dialer === 'leech' ? leechFolder : seedFolder, {
			peers: [{ address: '127.0.0.1', port: first.port }],
		});
		const [seed, leech] = dialer === 'leech' ? [first, second] : [second, first];
		const infohash = await seed.add(torrent);
		await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
		await leech.add(torrent);
		await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
		t.true(await isPayloadIn(leech.downloadDir, torrent));
	},
});

test(transfer, single('single.bin', 1_000_003), 'leech');
test(transfer, single('single.bin', 1_000_003), 'seed');
test(transfer, single('one-byte', 1), 'leech');
test(transfer, single('one-block', 16_384, 16_384), 'leech');
test(transfer, single('one-block-and-a-byte', 16_385, 16_384), 'leech');
test(transfer, single('big-pieces', 9_000_001, 4 * 1024 * 1024), 'leech');
test(transfer, makeTorrent('odd', oddFiles), 'leech');
test(transfer, makeTorrent('odd', oddFiles), 'seed');

test('a torrent without a single byte is refused by name', async (t) => {
	const folder = await tempFolder(t);
	const torrent = makeTorrent('nothing', [{ path: 'nothing', bytes: new Uint8Array(0) }]);
	const live = await liveSession(t, folder);
	await t.throwsAsync(live.add(torrent), { message: /METAINFO_EMPTY/ });
});
