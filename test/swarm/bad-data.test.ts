import { createHash } from 'node:crypto';
import path from 'node:path';
import test from 'ava';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { fakeSeed } from '../helpers/fake-peer.js';
import { liveSession, waitFor, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	type MadeTorrent,
	makeTorrent,
	pseudoRandomBytes,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const PIECE = 65_536;

function payloadOf(lengthBytes: number): { bytes: Uint8Array; torrent: MadeTorrent } {
	const bytes = pseudoRandomBytes(lengthBytes, 99);
	const files = [{ path: 'poisoned.bin', bytes }];
	return { bytes, torrent: makeTorrent('poisoned.bin', files, { pieceLengthBytes: PIECE }) };
}

function seedOptions(bytes: Uint8Array, torrent: MadeTorrent, name: string) {
	const { infohash } = parseMetainfo(torrent.metainfoBytes, (part) =>
		createHash('sha1').update(part).digest(),
	);
	return { infohash, payload: bytes, pieceLengthBytes: PIECE, name };
}

const spoiled = (block: Uint8Array): Uint8Array => block.map((byte) => byte ^ 0x55);

test('a seed whose every block is bad is banned, and an honest one on the same address is not', async (t) => {
	const { bytes, torrent } = payloadOf(2_000_000);
	const folder = await tempFolder(t);
	const liar = await fakeSeed(t, {
		...seedOptions(bytes, torrent, 'liar'),
		corrupt: (_piece, _offset, block) => spoiled(block),
	});
	const honest = await fakeSeed(t, seedOptions(bytes, torrent, 'honest'));
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		peers: [
			{ address: '127.0.0.1', port: liar.port },
			{ address: '127.0.0.1', port: honest.port },
		],
	});
	const infohash = await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(leech.downloadDir, torrent));
	const messages = leech.session.getSnapshot().notices.map(({ message }) => message);
	t.true(messages.some((message) => message.includes('banned')));
	t.is(honest.connections(), 1);
	t.is(liar.connections(), 1);
	const waste = leech.session.getSnapshot().torrents[0]?.wastedBytes ?? 0;
	t.true(waste <= 12 * PIECE, `${waste} bytes were wasted`);
});

test('a seed that lies in one block of a hundred is found out and the honest one is kept', async (t) => {
	const { bytes, torrent } = payloadOf(4_000_000);
	const folder = await tempFolder(t);
	let blocks = 0;
	const liar = await fakeSeed(t, {
		...seedOptions(bytes, torrent, 'liar'),
		corrupt: (_piece, _offset, block) => (++blocks % 100 === 50 ? spoiled(block) : block),
	});
	const honest = await fakeSeed(t, seedOptions(bytes, torrent, 'honest'));
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		peers: [
			{ address: '127.0.0.1', port: liar.port },
			{ address: '127.0.0.1', port: honest.port },
		],
	});
	const infohash = await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(leech.downloadDir, torrent));
	t.is(honest.connections(), 1);
});

test('when every seed lies nothing bad is kept and the waste is bounded', async (t) => {
	const { bytes, torrent } = payloadOf(500_000);
	const folder = await tempFolder(t);
	const liar = await fakeSeed(t, {
		...seedOptions(bytes, torrent, 'liar'),
		corrupt: (_piece, _offset, block) => spoiled(block),
	});
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		peers: [{ address: '127.0.0.1', port: liar.port }],
	});
	const infohash = await leech.add(torrent);
	await waitFor(leech.session, ({ notices }) =>
		notices.some(({ message }) => message.includes('banned')),
	);
	const torrentNow = await waitForTorrent(leech.session, infohash, ({ seeds }) => seeds === 0);
	t.is(torrentNow.doneBytes, 0);
	t.true(torrentNow.wastedBytes <= 600_000);
	t.is(liar.connections(), 1);
});
