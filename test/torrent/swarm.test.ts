import net from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { ByteStream } from '../../src/net/byte-stream.js';
import { Dialer } from '../../src/net/dialer.js';
import { RateGate } from '../../src/net/rate-gate.js';
import { PeerBook } from '../../src/peer/peer-book.js';
import type { Peer } from '../../src/torrent/peer.js';
import { Swarm } from '../../src/torrent/swarm.js';
import { encodeInterested, encodeUnchoke } from '../../src/wire/encoder.js';
import { VirtualClock } from '../helpers/virtual-clock.js';

const SLOTS = 2;

/** A seed's swarm whose clock nobody moves: no round of the choker comes due. */
async function standingSwarm(t: ExecutionContext) {
	const clock = new VirtualClock();
	const readGate = new RateGate(0, clock);
	const infohash = new Uint8Array(20);
	const heard: ((peer: Peer) => void)[] = [];
	const swarm = new Swarm({
		infohash,
		peerId: new Uint8Array(20).fill(1),
		pieceCount: 1,
		book: new PeerBook({ random: () => 0.5 }),
		dialer: new Dialer({ readGate, bindAddress: undefined }),
		clock,
		random: () => 0.5,
		group: {},
		maxPeers: () => 10,
		uploadSlots: () => SLOTS,
		isComplete: () => true,
		takeConnection: () => true,
		freeConnection() {},
		onSelf() {},
		onJoined() {},
		onLeft() {},
		onChoked() {},
		onMessage(peer, message) {
			if (message.type !== 'interested') return;
			peer.peerInterested = true;
			swarm.interestChanged(peer, clock.now());
			heard.shift()?.(peer);
		},
		onBlockStart: () => undefined,
		onBlockEnd() {},
		onDrain() {},
	});
	let joined = 1;
	const server = net.createServer((socket) => {
		const stream = ByteStream.accept(socket, readGate);
		const peerId = new Uint8Array(20).fill(++joined);
		swarm.accept({
			stream,
			infohash,
			peerId,
			supportsFast: false,
			supportsExtensions: false,
			earlyBytes: new Uint8Array(0),
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => {
		swarm.close('test ended');
		server.close();
	});
	const { port } = server.address() as net.AddressInfo;
	/** A newcomer that wants something: itself, as we see it, and its end of the line. */
	return async () => {
		const peer = new Promise<Peer>((resolve) => heard.push(resolve));
		const socket = net.connect(port, '127.0.0.1');
		socket.on('error', () => {});
		t.teardown(() => socket.destroy());
		socket.write(encodeInterested());
		return { peer: await peer, socket };
	};
}

test('a newcomer gets a free upload slot at once, without waiting for a round of the choker', async (t) => {
	const join = await standingSwarm(t);
	for (let slot = 0; slot < SLOTS; slot++) {
		const { socket } = await join();
		const bytes = await new Promise<Uint8Array>((resolve) => socket.once('data', resolve));
		t.deepEqual(Uint8Array.from(bytes), encodeUnchoke());
	}
	const { peer } = await join();
	t.true(peer.amChoking, 'there is no slot left for it');
});
