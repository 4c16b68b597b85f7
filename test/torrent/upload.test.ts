/** Serving under an upload limit while the disk is slow. */
import test from 'ava';
import { RateGate } from '../../src/net/rate-gate.js';
import type { BlocksLease, TorrentStorage } from '../../src/storage/storage.js';
import type { Peer } from '../../src/torrent/peer.js';
import { RequestQueue } from '../../src/torrent/request-queue.js';
import { Upload } from '../../src/torrent/upload.js';
import { VirtualClock } from '../helpers/virtual-clock.js';

const BLOCK = 16_384;

/** A peer that asked for the blocks of piece 0, and a connection that takes what it is sent. */
function peerWithRequests(count: number): Peer {
	const requests = new RequestQueue();
	for (let at = 0; at < count; at++)
		requests.push({ piece: 0, offsetBytes: at * BLOCK, lengthBytes: BLOCK });
	const stream = { bufferedBytes: 0, cork() {}, uncork() {} };
	const connection = { isClosed: false, supportsFast: true, stream, send() {}, close() {} };
	const peer = { requests, connection, prefetchedRequests: 0, comingUploadBytes: 0 };
	return peer as unknown as Peer;
}

test('blocks that the disk must read first count in the round that let them go', (t) => {
	const clock = new VirtualClock(0);
	const gate = new RateGate(4_000_000, clock);
	let askedBlocks = 0;
	const storage = {
		prefetch() {},
		lease(_wanted: unknown, count: number): Promise<BlocksLease> {
			askedBlocks += count;
			return new Promise(() => {});
		},
	} as unknown as TorrentStorage;
	const upload = new Upload({
		layout: { pieceLengthBytes: 16 * BLOCK, pieceCount: 1, totalBytes: 16 * BLOCK },
		storage,
		gate,
		group: {},
		now: () => clock.now(),
		hasPiece: () => true,
		onSent() {},
		onReadError() {},
	});
	gate.took(1, {});
	for (let each = 0; each < 50; each++) upload.pump(peerWithRequests(16));
	t.is(askedBlocks, 0);
	clock.advance(clock.nextTimerInMs ?? 0);
	const allowedBytes = clock.now() * 4000;
	t.true(askedBlocks > 0);
	t.true(askedBlocks * BLOCK <= allowedBytes + gate.turnBytes, `${askedBlocks} blocks`);
});
