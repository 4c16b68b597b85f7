/** Connections peers make to us: one port for all torrents, told apart by the infohash they name. */
import { Listener } from '../net/listener.js';
import type { RateGate } from '../net/rate-gate.js';
import { exchangeHandshakes } from '../peer/handshake-exchange.js';
import type { Clock } from '../primitives/clock.js';
import { type Infohash, infohashFromBytes } from '../primitives/infohash.js';
import type { Torrent } from '../torrent/torrent.js';
import { encodeHandshake } from '../wire/handshake.js';
import type { SessionOptions } from './session-options.js';

export interface IncomingOptions {
	readonly options: Pick<SessionOptions, 'ports' | 'bindAddress'>;
	readonly clock: Clock;
	readonly readGate: RateGate;
	readonly peerId: Uint8Array;
	/** A torrent that takes peers now. */
	find(infohash: Infohash): Torrent | undefined;
	onRefused(address: string, reason: string): void;
}

/** @throws {AppError} `NET_LISTEN_FAILED` */
export function listenForPeers(incoming: IncomingOptions): Promise<Listener> {
	return Listener.open({
		...incoming.options,
		readGate: incoming.readGate,
		onConnection(stream, settled) {
			exchangeHandshakes({
				stream,
				clock: incoming.clock,
				ours: (infohash) =>
					infohash === undefined || incoming.find(infohashFromBytes(infohash)) === undefined
						? undefined
						: encodeHandshake({ infohash, peerId: incoming.peerId }),
			})
				.then(
					(handshake) => {
						const torrent = incoming.find(infohashFromBytes(handshake.infohash));
						if (torrent === undefined) stream.destroy();
						else torrent.accept(handshake);
					},
					(error: unknown) => {
						incoming.onRefused(
							stream.remote.address,
							error instanceof Error ? error.message : String(error),
						);
					},
				)
				.finally(settled);
		},
	});
}
