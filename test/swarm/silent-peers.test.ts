/** Peers that say nothing, too little or too slowly, and who may be connected to whom. */
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ByteStream } from '../../src/net/byte-stream.js';
import { RateGate } from '../../src/net/rate-gate.js';
import { exchangeHandshakes, type HandshakeResult } from '../../src/peer/handshake-exchange.js';
import { PeerConnection } from '../../src/peer/peer-connection.js';
import { errorCode } from '../../src/primitives/app-error.js';
import { Bitfield } from '../../src/primitives/bitfield.js';
import { infohashBytes, infohashFromBytes } from '../../src/primitives/infohash.js';
import {
	encodeBitfield,
	encodeInterested,
	encodeKeepAlive,
	encodePieceHeader,
	encodeUnchoke,
} from '../../src/wire/encoder.js';
import { encodeHandshake, HANDSHAKE_BYTES } from '../../src/wire/handshake.js';
import { freshPeerId, type Heard, HostileConnection } from '../helpers/hostile-connection.js';
import { deferred, hostileSeed } from '../helpers/hostile-seed.js';
import {
	connectTo,
	infohashOf,
	PIECE_BYTES,
	PIECE_COUNT,
	servesWhole,
	type Target,
	targetTorrent,
} from '../helpers/hostile-target.js';
import { type LiveSession, liveSession, waitFor, waitForTorrent } from '../helpers/live-session.js';
import { makeTorrent, pseudoRandomBytes, writePayload } from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { settle, VirtualClock } from '../helpers/virtual-clock.js';

const INFOHASH = infohashFromBytes(new Uint8Array(20).fill(7));
const besieged = targetTorrent();

interface Meeting {
	readonly clock: VirtualClock;
	/** The silent one's end. */
	readonly socket: net.Socket;
	/** How the handshake ended on the listening side. */
	readonly outcome: Promise<HandshakeResult | { readonly code: string | undefined }>;
	/** Resolves when the listening side has read this many bytes. */
	readonly hasRead: (bytes: number) => Promise<void>;
	readonly isOver: () => boolean;
}

/** A real connection to a listening side whose time the test moves. */
async function meet(t: ExecutionContext): Promise<Meeting> {
	const clock = new VirtualClock();
	const server = net.createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => server.close());
	const address = server.address();
	const accepted = once(server, 'connection');
	const socket = net.connect({
		host: '127.0.0.1',
		port: typeof address === 'object' && address !== null ? address.port : 0,
	});
	socket.on('error', () => {}).resume();
	t.teardown(() => socket.destroy());
	const [theirs]: net.Socket[] = await accepted;
	if (theirs === undefined) throw new Error('nobody came');
	t.teardown(() => theirs.destroy());
	let isOver = false;
	const ours = encodeHandshake({ infohash: infohashBytes(INFOHASH), peerId: freshPeerId() });
	const outcome = exchangeHandshakes({
		stream: ByteStream.accept(theirs, new RateGate(0, clock)),
		clock,
		ours: () => ours,
	}).then(
		(result) => {
			isOver = true;
			return result;
		},
		(error: unknown) => {
			isOver = true;
			return { code: errorCode(error) };
		},
	);
	return {
		clock,
		socket,
		outcome,
		async hasRead(bytes) {
			while (theirs.bytesRead < bytes) await settle();
		},
		isOver: () => isOver,
	};
}

test('a peer that says nothing at all is cut after ten seconds, not before', async (t) => {
	const { clock, socket, outcome, isOver } = await meet(t);
	await clock.advanceAsync(9999);
	t.false(isOver());
	const closed = once(socket, 'close');
	clock.advance(1);
	t.deepEqual(await outcome, { code: 'PEER_HANDSHAKE_TIMEOUT' });
	await closed;
});

test('a peer that stops after 28 of 68 bytes is cut after ten seconds', async (t) => {
	const { clock, socket, outcome, hasRead, isOver } = await meet(t);
	socket.write(encodeHandshake(ids()).subarray(0, 28));
	await hasRead(28);
	await clock.advanceAsync(9999);
	t.false(isOver());
	clock.advance(1);
	t.deepEqual(await outcome, { code: 'PEER_HANDSHAKE_TIMEOUT' });
});

test('a peer that sends one byte a second is cut after ten seconds all the same', async (t) => {
	const { clock, socket, outcome, hasRead } = await meet(t);
	const handshake = encodeHandshake(ids());
	for (let i = 0; i < 10; i++) {
		socket.write(handshake.subarray(i, i + 1));
		await hasRead(i + 1);
		await clock.advanceAsync(999);
	}
	await clock.advanceAsync(10);
	t.deepEqual(await outcome, { code: 'PEER_HANDSHAKE_TIMEOUT' });
});

test('a peer that opens with an encrypted handshake is cut at its first bytes', async (t) => {
	const { socket, outcome } = await meet(t);
	socket.write(pseudoRandomBytes(96, 5));
	t.deepEqual(await outcome, { code: 'WIRE_NOT_BITTORRENT' });
});

/** A connection past the handshake, under virtual time. */
async function connected(t: ExecutionContext): Promise<{
	readonly meeting: Meeting;
	readonly connection: PeerConnection;
	readonly reason: Promise<string>;
}> {
	const meeting = await meet(t);
	const { clock, socket, outcome } = meeting;
	socket.write(encodeHandshake(ids()));
	const handshake = await outcome;
	if (!('stream' in handshake)) throw new Error('no handshake');
	const connection = new PeerConnection(handshake, clock.now());
	const reason = new Promise<string>((resolve) => {
		connection.start(
			{
				onMessage() {},
				onBlockStart: () => undefined,
				onBlockEnd() {},
				onDrain() {},
				onClosed: resolve,
			},
			{ pieceCount: 8, earlyBytes: handshake.earlyBytes, group: t, now: () => clock.now() },
		);
	});
	return { meeting, connection, reason };
}

test('a peer that says nothing after its handshake is cut after about two minutes', async (t) => {
	const { meeting, connection, reason } = await connected(t);
	for (let second = 0; second < 120; second++) {
		meeting.clock.advance(1000);
		connection.tick(meeting.clock.now());
	}
	t.false(connection.isClosed);
	for (let second = 0; second < 10; second++) {
		meeting.clock.advance(1000);
		connection.tick(meeting.clock.now());
	}
	t.true(connection.isClosed);
	t.is(await reason, 'silent for two minutes');
});

test('keep-alives alone keep a connection for an hour, and it sends its own', async (t) => {
	const { meeting, connection } = await connected(t);
	let sent = HANDSHAKE_BYTES;
	for (let second = 1; second <= 3600; second++) {
		if (second % 110 === 0) {
			meeting.socket.write(encodeKeepAlive());
			sent += 4;
			await meeting.hasRead(sent);
		}
		meeting.clock.advance(1000);
		connection.tick(meeting.clock.now());
	}
	t.false(connection.isClosed);
	const { socket } = meeting;
	while (socket.bytesRead < HANDSHAKE_BYTES + 30 * 4) await settle();
	t.is(socket.bytesRead % 4, 0);
});

test('300 peers that say nothing do not keep a new good peer from being served', async (t) => {
	const { target, live } = await besiegedSession(t);
	const silent = await Promise.all(
		Array.from({ length: 300 }, () => HostileConnection.dial(target.port, PIECE_COUNT)),
	);
	t.teardown(() => {
		for (const { socket } of silent) socket.destroy();
	});
	const startedAt = performance.now();
	t.true(await servesWhole(target));
	t.true(performance.now() - startedAt < 8000);
	t.true(silent.filter(({ isClosed }) => !isClosed).length <= 256);
	await waitFor(live.session, ({ stats }) => stats.connections === 0);
});

test('the program never stays connected to itself and does not dial itself again', async (t) => {
	const folder = await tempFolder(t);
	// A door that leads back to the session itself, as its address in a tracker's answer does.
	let doorDials = 0;
	let port = 0;
	const door = net.createServer((socket) => {
		doorDials++;
		const inner = net.connect({ port, host: '127.0.0.1' });
		socket.on('error', () => {}).on('close', () => inner.destroy());
		inner.on('error', () => {}).on('close', () => socket.destroy());
		socket.pipe(inner).pipe(socket);
	});
	await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
	t.teardown(() => door.close());
	const address = door.address();
	const doorPort = typeof address === 'object' && address !== null ? address.port : 0;
	const live = await liveSession(t, folder, {
		peers: [{ address: '127.0.0.1', port: doorPort }],
	});
	port = live.port;
	const { torrent, infohash } = smallTorrent();
	await live.add(torrent);
	await waitForTorrent(live.session, infohash, ({ state }) => state === 'downloading');
	// Peers given by option are dialled again after 4 s, so 6 s are enough to see a second time.
	await new Promise((resolve) => setTimeout(resolve, 6000));
	t.is(doorDials, 1);
	t.is(live.session.getSnapshot().stats.connections, 0);
});

test('a peer that comes with our own peer id is dropped', async (t) => {
	const { target } = await besiegedSession(t);
	const first = await connectTo(target);
	const own = first.peerId;
	if (own === undefined) throw new Error('no peer id');
	const echo = await HostileConnection.dial(target.port, PIECE_COUNT);
	t.teardown(() => echo.socket.destroy());
	await echo.shakeHands(target.infohash, own);
	await echo.closed();
	t.false(first.isClosed);
	first.socket.destroy();
});

test('a second connection with the same peer id is refused and the first goes on', async (t) => {
	const { target } = await besiegedSession(t);
	const id = freshPeerId();
	const [first, second] = await Promise.all([
		HostileConnection.dial(target.port, PIECE_COUNT),
		HostileConnection.dial(target.port, PIECE_COUNT),
	]);
	t.teardown(() => first.socket.destroy());
	await first.shakeHands(target.infohash, id);
	await first.next((heard): heard is Heard => heard.type === 'have-all');
	await second.shakeHands(target.infohash, id);
	await second.closed();
	const answer = await first.ask({ piece: 0, offsetBytes: PIECE_BYTES, lengthBytes: 1 });
	t.is(answer, undefined);
	t.false(first.isClosed);
});

const crossed = test.macro({
	title: (_provided, greater: 'peer' | 'session') =>
		`when two dial each other at once the connection dialled by the greater id stays: the ${greater}'s`,
	async exec(t, greater: 'peer' | 'session') {
		const folder = await tempFolder(t);
		const { torrent, infohash } = smallTorrent();
		const { promise: dialled, resolve } = deferred();
		let theirs: HostileConnection | undefined;
		const server = net.createServer((socket) => {
			theirs ??= new HostileConnection(socket, 20);
			resolve();
		});
		await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
		t.teardown(() => server.close());
		const address = server.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		const live = await liveSession(t, folder, { peers: [{ address: '127.0.0.1', port }] });
		await live.add(torrent);
		await dialled;
		// Its handshake waits for an answer while the peer's own call gets through.
		const id = Buffer.from(`${greater === 'peer' ? '~' : '!'}HP0001-crossed-dial`.slice(0, 20));
		const ours = await HostileConnection.dial(live.port, 20);
		t.teardown(() => ours.socket.destroy());
		await ours.shakeHands(infohash, id);
		await ours.next((heard): heard is Heard => heard.type === 'have-none');
		if (theirs === undefined) throw new Error('nobody dialled');
		t.teardown(() => theirs?.socket.destroy());
		await theirs.shakeHands(infohash, id);
		const [stays, goes] = greater === 'peer' ? [ours, theirs] : [theirs, ours];
		await goes.closed();
		await waitFor(live.session, ({ stats }) => stats.connections === 1);
		t.false(stays.isClosed);
	},
});

test(crossed, 'peer');
test(crossed, 'session');

test('several peers behind one address are connected and served at the same time', async (t) => {
	const { target, live } = await besiegedSession(t);
	const peers = await Promise.all(Array.from({ length: 5 }, () => connectTo(target)));
	t.teardown(() => {
		for (const { socket } of peers) socket.destroy();
	});
	for (const peer of peers) peer.write(encodeInterested());
	await Promise.all(
		peers.map((peer) => peer.next((heard): heard is Heard => heard.type === 'unchoke')),
	);
	const blocks = await Promise.all(
		peers.map((peer) => peer.ask({ piece: 1, offsetBytes: 0, lengthBytes: 16_384 })),
	);
	for (const block of blocks) t.is(block?.byteLength, 16_384);
	await waitFor(live.session, ({ stats }) => stats.connections === 5);
});

test('a bitfield that comes late, and a second one, are believed and used', async (t) => {
	const folder = await tempFolder(t);
	const { torrent, infohash, payload } = smallTorrent();
	const pieceCount = payload.byteLength / 32_768;
	const half = new Bitfield(pieceCount);
	for (let piece = 0; piece < pieceCount / 2; piece++) half.set(piece);
	const asked = deferred();
	let isFirstHalf = true;
	let isTooEarly = false;
	const seed = await hostileSeed(
		t,
		{ infohash, pieceCount },
		{
			saysNoBitfield: true,
			onStart(connection) {
				// Not the first message: other clients hang up on this.
				connection.write(encodeKeepAlive());
				connection.write(encodeUnchoke());
				connection.write(encodeBitfield(half.toBytes()));
			},
			onRequest(connection, { piece, offsetBytes, lengthBytes }) {
				asked.resolve();
				if (isFirstHalf && !half.has(piece)) isTooEarly = true;
				const start = piece * 32_768 + offsetBytes;
				connection.write(encodePieceHeader(piece, offsetBytes, lengthBytes));
				connection.write(payload.subarray(start, start + lengthBytes));
			},
		},
	);
	const leech = await liveSession(t, folder, {
		peers: [{ address: '127.0.0.1', port: seed.port }],
	});
	await leech.add(torrent);
	await asked.promise;
	await waitForTorrent(
		leech.session,
		infohash,
		({ doneBytes }) => doneBytes === payload.byteLength / 2,
	);
	isFirstHalf = false;
	t.false(isTooEarly);
	seed.connections[0]?.write(encodeBitfield(Bitfield.full(pieceCount).toBytes()));
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.is(seed.connections.length, 1);
});

function ids(): { readonly infohash: Uint8Array; readonly peerId: Uint8Array } {
	return { infohash: infohashBytes(INFOHASH), peerId: freshPeerId() };
}

function smallTorrent() {
	const payload = pseudoRandomBytes(20 * 32_768, 38);
	const torrent = makeTorrent('small.bin', [{ path: 'small.bin', bytes: payload }]);
	return { torrent, payload, infohash: infohashOf(torrent) };
}

async function besiegedSession(
	t: ExecutionContext,
): Promise<{ readonly target: Target; readonly live: LiveSession }> {
	const folder = await tempFolder(t);
	const { torrent, infohash, payload } = besieged;
	await writePayload(path.join(folder, 'data'), torrent);
	const live = await liveSession(t, folder);
	await live.add(torrent);
	await waitForTorrent(live.session, infohash, ({ state }) => state === 'seeding');
	return { live, target: { port: live.port, infohash, payload } };
}
