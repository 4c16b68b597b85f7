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
	const known = new Set(before?.torrents);
	const isSameOrder =
		before !== undefined &&
		before.torrents.length === torrents.length &&
		torrents.every((torrent, i) => before.torrents[i]?.infohash === torrent.infohash);
	return {
		head,
		changed: torrents.filter((torrent) => !known.has(torrent)),
		order: isSameOrder ? undefined : torrents.map((torrent) => torrent.infohash),
	};
}

/** The snapshot after a difference; unchanged torrents keep their object. */
export function applyDelta(
	before: SessionSnapshot | undefined,
	delta: SnapshotDelta,
): SessionSnapshot {
	const byInfohash = new Map<Infohash, TorrentSnapshot>();
	for (const torrent of before?.torrents ?? []) byInfohash.set(torrent.infohash, torrent);
	for (const torrent of delta.changed) byInfohash.set(torrent.infohash, torrent);
	const order = delta.order ?? before?.torrents.map((torrent) => torrent.infohash) ?? [];
	const torrents: TorrentSnapshot[] = [];
	for (const infohash of order) {
		const torrent = byInfohash.get(infohash);
		if (torrent !== undefined) torrents.push(torrent);
	}
	return { ...delta.head, torrents };
}
