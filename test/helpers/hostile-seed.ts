/** A peer that is dialled and misbehaves as a test wants, after an ordinary handshake. */
import net from 'node:net';
import type { ExecutionContext } from 'ava';
import { Bitfield } from '../../src/primitives/bitfield.js';
import type { Infohash } from '../../src/primitives/infohash.js';
import { encodeBitfield } from '../../src/wire/encoder.js';
import type { BlockRange } from '../../src/wire/message.js';
import { type Heard, HostileConnection } from './hostile-connection.js';

export interface HostileSeed {
	readonly port: number;
	/** Requests it heard on all its connections. */
	requests(): number;
	/** Resolves when somebody has shaken hands with it. */
	joined(): Promise<void>;
	/** Resolves when it was asked for a block. */
	asked(): Promise<void>;
	/** Connections it had, open and closed. */
	readonly connections: readonly HostileConnection[];
}

/** What it does; everything it is not told about it leaves undone. */
export interface Misbehaviour {
	/** After both handshakes and, unless told otherwise, a full bitfield. */
	onStart?(connection: HostileConnection): void;
	onRequest?(connection: HostileConnection, range: BlockRange): void;
	onInterested?(connection: HostileConnection): void;
	/** The other side has got a piece. */
	onHave?(connection: HostileConnection): void;
	readonly saysNoBitfield?: boolean;
}

export async function hostileSeed(
	t: ExecutionContext,
	torrent: { readonly infohash: Infohash; readonly pieceCount: number },
	misbehaviour: Misbehaviour,
): Promise<HostileSeed> {
	const connections: HostileConnection[] = [];
	let requests = 0;
	const joined = deferred();
	const asked = deferred();
	const server = net.createServer((socket) => {
		const connection = new HostileConnection(socket, torrent.pieceCount);
		connections.push(connection);
		connection.onHeard = (heard: Heard) => {
			if (heard.type === 'interested') misbehaviour.onInterested?.(connection);
			if (heard.type === 'have') misbehaviour.onHave?.(connection);
			if (heard.type !== 'request') return;
			requests++;
			asked.resolve();
			misbehaviour.onRequest?.(connection, heard);
		};
		connection.shakeHands(torrent.infohash).then(
			() => {
				if (misbehaviour.saysNoBitfield !== true) {
					connection.write(encodeBitfield(Bitfield.full(torrent.pieceCount).toBytes()));
				}
				misbehaviour.onStart?.(connection);
				joined.resolve();
			},
			() => {
				// It hung up: the test looks at `connections`.
			},
		);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => {
		server.close();
		for (const { socket } of connections) socket.destroy();
	});
	const address = server.address();
	return {
		port: typeof address === 'object' && address !== null ? address.port : 0,
		requests: () => requests,
		joined: () => joined.promise,
		asked: () => asked.promise,
		connections,
	};
}

/** A promise and the way to resolve it. */
export function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
	const waiting: (() => void)[] = [];
	const promise = new Promise<void>((resolve) => {
		waiting.push(resolve);
	});
	return {
		promise,
		resolve: () => {
			for (const resolve of waiting) resolve();
		},
	};
}
