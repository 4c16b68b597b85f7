/** Notes in the ledger what keeps a file's torrent from running: `why` must know of it too. */
import type { Infohash } from '../primitives/infohash.js';
import type { SessionApi } from '../session/session-api.js';
import type { TorrentSnapshot } from '../session/snapshot.js';
import type { LedgerNote } from './ledger.js';

/** @returns the way to stop following */
export function followProblems(session: SessionApi, note: (entry: LedgerNote) => void): () => void {
	const told = new Map<Infohash, string>();
	let seen: readonly TorrentSnapshot[] = [];
	return session.subscribe(() => {
		const { torrents } = session.getSnapshot();
		const before = seen;
		seen = torrents;
		// Unchanged torrents keep their object, and an unchanged list its own.
		if (before === torrents) return;
		for (const [place, torrent] of torrents.entries()) {
			if (before[place] === torrent) continue;
			const { infohash, problem, torrentPath } = torrent;
			if (problem?.code === told.get(infohash)) continue;
			if (problem === undefined) {
				told.delete(infohash);
				note({ path: torrentPath, outcome: 'recovered', message: 'The torrent goes on', infohash });
			} else {
				told.set(infohash, problem.code);
				note({ path: torrentPath, outcome: 'problem', message: problem.message, infohash });
			}
		}
	});
}
