/** Hostile peers against a session that downloads: an honest seed comes later, and it must win. */
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { concatBytes } from '../../src/primitives/bytes.js';
import {
	encodeChoke,
	encodeHave,
	encodeHaveAll,
	encodeHaveNone,
	encodePieceHeader,
	encodeReject,
	encodeUnchoke,
} from '../../src/wire/encoder.js';
import type { HostileConnection } from '../helpers/hostile-connection.js';
import { type HostileSeed, hostileSeed, type Misbehaviour } from '../helpers/hostile-seed.js';
import { infohashOf } from '../helpers/hostile-target.js';
import { type LiveSession, liveSession, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const PIECE_BYTES = 65_536;
const BLOCK_BYTES = 16_384;
const payload = pseudoRandomBytes(4_000_000, 33);
const name = 'contested.bin';
const torrent = makeTorrent(name, [{ path: name, bytes: payload }], {
	pieceLengthBytes: PIECE_BYTES,
});
const infohash = infohashOf(torrent);
const pieceCount = Math.ceil(payload.byteLength / PIECE_BYTES);
const junk = new Uint8Array(BLOCK_BYTES).fill(0xaa);

function sent(piece: number, offsetBytes: number, bytes: Uint8Array): Uint8Array {
	return concatBytes([encodePieceHeader(piece, offsetBytes, bytes.byteLength), bytes]);
}

interface Contest {
	readonly hostile: HostileSeed;
	readonly leech: LiveSession;
}

/**
 * A leech that knows the hostile peer alone. When `isDone` resolves, still short of everything, an
 * honest seed calls, and the download must complete.
 */
async function contest(
	t: ExecutionContext,
	misbehaviour: Misbehaviour,
	isDone: (hostile: HostileSeed) => Promise<unknown>,
): Promise<Contest> {
	const folder = await tempFolder(t);
	const hostile = await hostileSeed(t, { infohash, pieceCount }, misbehaviour);
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		peers: [{ address: '127.0.0.1', port: hostile.port }],
	});
	await leech.add(torrent);
	await isDone(hostile);
	t.is(leech.session.getSnapshot().torrents[0]?.doneBytes, 0);
	await writePayload(path.join(folder, 'seed', 'data'), torrent);
	const seed = await liveSession(t, path.join(folder, 'seed'), {
		peers: [{ address: '127.0.0.1', port: leech.port }],
		maxUploadRateBytesPerSecond: 4_000_000,
	});
	await seed.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(leech.downloadDir, torrent));
	return { hostile, leech };
}

/** The leech has hung up on its first connection. */
async function isThrownOut(hostile: HostileSeed): Promise<void> {
	await hostile.joined();
	await hostile.connections[0]?.closed();
}

function failedPieces({ leech }: Contest): number {
	return leech.session
		.getSnapshot()
		.notices.filter(({ message }) => message.includes('failed its hash check')).length;
}

test('many blocks nobody asked for end the connection of a newcomer', async (t) => {
	await contest(t, { onStart: (connection) => pour(connection, unaskedBlocks(4)) }, isThrownOut);
});

test('blocks a newcomer was not asked for never get into a piece', async (t) => {
	let isFlooding = false;
	const result = await contest(
		t,
		{
			saysNoBitfield: true,
			// The honest seed is at work: pieces are open, and this fills them all with junk.
			onHave(connection) {
				if (!isFlooding) pour(connection, unaskedBlocks(2));
				isFlooding = true;
			},
		},
		(hostile) => hostile.joined(),
	);
	t.true(isFlooding);
	t.is(failedPieces(result), 0);
});

const wrongAnswer = test.macro({
	title: (_provided, how: string) => `answers ${how} are thrown away and the download completes`,
	async exec(t, _how: string, answer: (piece: number, offset: number) => Uint8Array) {
		const result = await contest(
			t,
			{
				onInterested: (connection) => connection.write(encodeUnchoke()),
				onRequest: (connection, { piece, offsetBytes }) =>
					connection.write(answer(piece, offsetBytes)),
			},
			(hostile) => hostile.asked(),
		);
		t.is(failedPieces(result), 0);
	},
});

test(wrongAnswer, 'one byte short', (piece, offset) => sent(piece, offset, junk.subarray(1)));
test(wrongAnswer, 'of one byte', (piece, offset) => sent(piece, offset, junk.subarray(0, 1)));
test(wrongAnswer, 'of 32 KiB', (piece, offset) => sent(piece, offset, new Uint8Array(32_768)));
test(wrongAnswer, 'at an odd offset', (piece, offset) => sent(piece, offset + 1, junk));
test(wrongAnswer, 'behind the end of the piece', (piece) => sent(piece, PIECE_BYTES, junk));
test(wrongAnswer, 'at offset 2^32-1', (piece) => sent(piece, 0xffff_ffff, junk));

test('a block of 256 KiB ends the connection', async (t) => {
	const block = new Uint8Array(262_144);
	await contest(
		t,
		{
			onInterested: (connection) => connection.write(encodeUnchoke()),
			onRequest: (connection, { piece }) => connection.write(sent(piece, 0, block)),
		},
		isThrownOut,
	);
});

test('a peer that rejects every request is not asked again as fast as it rejects', async (t) => {
	const startedAt = performance.now();
	await contest(
		t,
		{
			onInterested: (connection) => connection.write(encodeUnchoke()),
			onRequest: (connection, range) => connection.write(encodeReject(range)),
		},
		async (hostile) => {
			await hostile.asked();
			await new Promise((resolve) => setTimeout(resolve, 1500));
			const seconds = (performance.now() - startedAt) / 1000;
			t.log(`${hostile.requests()} requests in ${seconds} s`);
			t.true(hostile.requests() <= 16 * (seconds + 1), `${hostile.requests()} in ${seconds} s`);
		},
	);
});

test('rejects of what was never asked end the connection', async (t) => {
	const reject = encodeReject({ piece: 1, offsetBytes: 0, lengthBytes: BLOCK_BYTES });
	const rejects = Array.from({ length: 2000 }, () => reject);
	await contest(t, { onStart: (connection) => pour(connection, rejects) }, isThrownOut);
});

test('a peer that chokes and unchokes without end is thrown out', async (t) => {
	const flap = concatBytes([encodeUnchoke(), encodeChoke()]);
	const flaps = Array.from({ length: 2000 }, () => flap);
	await contest(t, { onInterested: (connection) => pour(connection, flaps) }, isThrownOut);
});

test('a flood of whole bitfields ends the connection', async (t) => {
	const fields = concatBytes([encodeHaveNone(), encodeHaveAll()]);
	const flood = Array.from({ length: 2000 }, () => fields);
	await contest(
		t,
		{ saysNoBitfield: true, onStart: (connection) => pour(connection, flood) },
		isThrownOut,
	);
});

test('a million HAVEs cost nothing but their bytes', async (t) => {
	const haves = concatBytes(
		Array.from({ length: 10_000 }, (_, i) => encodeHave(i % (pieceCount - 1))),
	);
	const flood = Array.from({ length: 100 }, () => haves);
	let poured: Promise<number> | undefined;
	const { hostile } = await contest(
		t,
		{
			saysNoBitfield: true,
			onStart(connection) {
				poured = connection.pour(flood);
			},
		},
		async (joined) => {
			await joined.joined();
			t.is(await poured, flood.length * haves.byteLength);
		},
	);
	t.is(hostile.connections.length, 1);
});

function* unaskedBlocks(rounds: number): Generator<Uint8Array> {
	for (let round = 0; round < rounds; round++) {
		for (let at = 0; at + BLOCK_BYTES <= payload.byteLength; at += BLOCK_BYTES) {
			yield sent(Math.floor(at / PIECE_BYTES), at % PIECE_BYTES, junk);
		}
	}
}

/** Sends as long as anybody takes it; never fails. */
function pour(connection: HostileConnection, parts: Iterable<Uint8Array>): void {
	connection.pour(parts).catch(() => {});
}
