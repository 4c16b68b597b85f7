import { createHash } from 'node:crypto';
import test from 'ava';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { fakeSeed } from '../helpers/fake-peer.js';
import { liveSession, waitForTorrent } from '../helpers/live-session.js';
import { makeTorrent, pseudoRandomBytes } from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const PIECE = 32_768;
const PIECES = 40;

/** The order in which a peer is asked for pieces, each one once. */
async function pieceOrder(
	t: Parameters<typeof fakeSeed>[0],
	isSequential: boolean,
): Promise<number[]> {
	const payload = pseudoRandomBytes(PIECES * PIECE, 80);
	const torrent = makeTorrent('order.bin', [{ path: 'x', bytes: payload }], {
		pieceLengthBytes: PIECE,
	});
	const { infohash } = parseMetainfo(torrent.metainfoBytes, (part) =>
		createHash('sha1').update(part).digest(),
	);
	const order: number[] = [];
	const seed = await fakeSeed(t, {
		infohash,
		payload,
		pieceLengthBytes: PIECE,
		name: 'recorder',
		corrupt(piece, _offset, block) {
			if (!order.includes(piece)) order.push(piece);
			return block;
		},
	});
	const live = await liveSession(t, await tempFolder(t), {
		peers: [{ address: '127.0.0.1', port: seed.port }],
		isSequential,
	});
	await live.add(torrent);
	await waitForTorrent(live.session, infohash, ({ state }) => state === 'seeding');
	return order;
}

test('in sequential mode pieces are asked for in their order', async (t) => {
	const order = await pieceOrder(t, true);
	t.deepEqual(
		order,
		Array.from({ length: PIECES }, (_none, i) => i),
	);
});

test('without it they are not', async (t) => {
	const order = await pieceOrder(t, false);
	t.is(order.length, PIECES);
	t.notDeepEqual(
		order,
		Array.from({ length: PIECES }, (_none, i) => i),
	);
});
