/** A running torrent's trackers: what they are told of it and what becomes of their peers. */
import { formatEndpoint } from '../primitives/endpoint.js';
import { TrackerSession } from '../tracker/tracker-session.js';
import type { Torrent } from './torrent.js';
import type { RunOptions } from './torrent-run.js';

/** Peers asked for in one announce, as long as there is room for them. */
const NUM_WANT = 80;

export function makeTrackers(torrent: Torrent, options: RunOptions): TrackerSession {
	const { engine, host } = options;
	return new TrackerSession({
		infohash: torrent.infohash,
		peerId: engine.peerId,
		tiers: torrent.tiers,
		transports: options.transports,
		clock: engine.clock,
		random: engine.random,
		logger: ({ level, area, message }) => host.log(torrent, level, area, message),
		totals: () => ({
			uploadedBytes: torrent.totals.sessionUploadedBytes,
			downloadedBytes: torrent.totals.sessionDownloadedBytes,
			leftBytes: Math.max(0, torrent.pieces.wantedBytes - torrent.pieces.wantedDoneBytes),
		}),
		port: () => engine.port(),
		ip: options.announceIp,
		numWant: () => ((torrent.activity?.swarm.size ?? 0) < host.maxPeers(torrent) ? NUM_WANT : 0),
		onPeers: (peers) => {
			torrent.found(peers.filter((peer) => !engine.ownEndpoints.has(formatEndpoint(peer))));
		},
		onChange: () => host.onNews(torrent),
	});
}
