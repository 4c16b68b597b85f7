/** A running torrent's trackers: what they are told of it and what becomes of their peers. */
import { TrackerSession } from '../tracker/tracker-session.js';
import type { Torrent } from './torrent.js';
import type { TorrentOptions } from './torrent-options.js';

/** Peers asked for in one announce, as long as there is room for them. */
const NUM_WANT = 80;

export function makeTrackers(torrent: Torrent, options: TorrentOptions): TrackerSession {
	const { engine } = options;
	return new TrackerSession({
		infohash: torrent.infohash,
		peerId: engine.peerId,
		tiers: torrent.tiers,
		transports: options.transports,
		clock: engine.clock,
		random: engine.random,
		logger: ({ level, area, message }) => options.log(level, area, message),
		totals: () => ({
			uploadedBytes: torrent.totals.sessionUploadedBytes,
			downloadedBytes: torrent.totals.sessionDownloadedBytes,
			leftBytes: Math.max(0, torrent.picker.wantedBytes() - torrent.picker.wantedDoneBytes()),
		}),
		port: () => engine.port(),
		ip: options.announceIp,
		numWant: () => ((torrent.activity?.swarm.size ?? 0) < options.maxPeers() ? NUM_WANT : 0),
		onPeers: (peers) => {
			for (const endpoint of peers) torrent.activity?.book.add(endpoint, 'tracker');
			torrent.activity?.tick(engine.clock.now());
		},
		onChange: () => options.onChange(),
	});
}
