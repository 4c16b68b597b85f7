/** Snapshots as differences, so that ten thousand idle torrents cost nothing to hand over. Pure. */
import type { Infohash } from '../primitives/infohash.js';
import type { SessionSnapshot, TorrentSnapshot } from './snapshot.js';
import type { SnapshotDelta } from './thread-messages.js';

/** What turns `before` (what the other side has) into `after`. */
export function snapshotDelta(
	before: SessionSnapshot | undefined,
	after: SessionSnapshot,
): SnapshotDelta {
	const { torrents, ...head } = after;
	if (before !== undefined && isSameOrder(before.torrents, torrents)) {
		const isSame = before.torrents === torrents;
		const changed = isSame
			? []
			: torrents.filter((torrent, place) => before.torrents[place] !== torrent);
		return { head, changed, order: undefined };
	}
	const known = new Set(before?.torrents);
	return {
		head,
		changed: torrents.filter((torrent) => !known.has(torrent)),
		order: torrents.map((torrent) => torrent.infohash),
	};
}

/** The snapshot after a difference; unchanged torrents keep their object. */
export function applyDelta(
	before: SessionSnapshot | undefined,
	{ head, changed, order }: SnapshotDelta,
): SessionSnapshot {
	const known = before?.torrents ?? [];
	if (order === undefined) return { ...head, torrents: replace(known, changed) };
	const byInfohash = new Map<Infohash, TorrentSnapshot>();
	for (const torrent of known) byInfohash.set(torrent.infohash, torrent);
	for (const torrent of changed) byInfohash.set(torrent.infohash, torrent);
	const torrents: TorrentSnapshot[] = [];
	for (const infohash of order) {
		const torrent = byInfohash.get(infohash);
		if (torrent !== undefined) torrents.push(torrent);
	}
	return { ...head, torrents };
}

function isSameOrder(
	before: readonly TorrentSnapshot[],
	after: readonly TorrentSnapshot[],
): boolean {
	if (before === after) return true;
	if (before.length !== after.length) return false;
	for (const [place, torrent] of after.entries()) {
		const other = before[place];
		if (other !== torrent && other?.infohash !== torrent.infohash) return false;
	}
	return true;
}

/** Both in queue order, so one pass finds all places. */
function replace(
	known: readonly TorrentSnapshot[],
	changed: readonly TorrentSnapshot[],
): readonly TorrentSnapshot[] {
	if (changed.length === 0) return known;
	const torrents = [...known];
	let place = 0;
	for (const torrent of changed) {
		while (place < torrents.length && torrents[place]?.infohash !== torrent.infohash) place++;
		torrents[place] = torrent;
	}
	return torrents;
}
