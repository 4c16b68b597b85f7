/** Which torrents the list shows and in what order: what needs a person first. */
import type { Infohash } from '../primitives/infohash.js';
import type { TorrentSnapshot } from '../session/snapshot.js';

/**
 * The automatic order: errors, checking, downloading by rate, uploading by rate, queued, idle,
 * paused; equals in queue order, so that rows do not jump.
 */
export function orderTorrents(torrents: readonly TorrentSnapshot[]): readonly Infohash[] {
	return [...torrents].sort(compareTorrents).map((torrent) => torrent.infohash);
}

/**
 * Makes the test a filter text stands for: all words must be in the name, none of the `!words`;
 * capitals do not matter. An empty filter lets everything through.
 */
export function makeFilter(text: string): (torrent: TorrentSnapshot) => boolean {
	const words = text.toLowerCase().split(/\s+/);
	const wanted = words.filter((word) => word !== '' && !word.startsWith('!'));
	const unwanted = words.filter((word) => word.startsWith('!') && word.length > 1);
	return ({ name }) => {
		const lower = name.toLowerCase();
		return (
			wanted.every((word) => lower.includes(word)) &&
			!unwanted.some((word) => lower.includes(word.slice(1)))
		);
	};
}

function compareTorrents(a: TorrentSnapshot, b: TorrentSnapshot): number {
	const rank = rankOf(a) - rankOf(b);
	if (rank !== 0) return rank;
	const rate = rateOf(b) - rateOf(a);
	return rate === 0 ? a.queuePosition - b.queuePosition : rate;
}

function rankOf(torrent: TorrentSnapshot): number {
	switch (torrent.state) {
		case 'error':
			return 0;
		case 'checking':
			return 1;
		case 'downloading':
			return 2;
		case 'seeding':
			return torrent.uploadRate >= 1 ? 3 : 5;
		case 'queued':
			return 4;
		case 'finished':
			return 5;
		case 'paused':
			return 6;
	}
}

function rateOf(torrent: TorrentSnapshot): number {
	if (torrent.state === 'downloading') return Math.floor(torrent.downloadRate);
	return torrent.state === 'seeding' ? Math.floor(torrent.uploadRate) : 0;
}
