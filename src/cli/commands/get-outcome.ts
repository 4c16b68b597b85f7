/** When a single download is over. Pure. */
import type { TorrentSnapshot } from '../../session/snapshot.js';

export type GetOutcome =
	| { readonly type: 'done' }
	| { readonly type: 'failed'; readonly message: string }
	/** Somebody removed it in the dashboard. */
	| { readonly type: 'removed' };

/**
 * What the torrent's state means for `get`; undefined while it has to go on.
 * @param keepSeeding - done is then only a reached seed goal
 */
export function getOutcome(
	torrent: TorrentSnapshot | undefined,
	keepSeeding: boolean,
): GetOutcome | undefined {
	if (torrent === undefined) return { type: 'removed' };
	if (torrent.state === 'finished') return { type: 'done' };
	if (torrent.problem !== undefined && torrent.state === 'error') {
		const { message, resumesByItself } = torrent.problem;
		if (resumesByItself) return undefined;
		return { type: 'failed', message };
	}
	return !keepSeeding && isComplete(torrent) ? { type: 'done' } : undefined;
}

/** All wanted bytes are there and verified. */
export function isComplete(torrent: TorrentSnapshot): boolean {
	if (torrent.state === 'seeding' || torrent.state === 'finished') return true;
	// Complete, but paused or waiting for a seed slot.
	const isIdle = torrent.state === 'queued' || torrent.state === 'paused';
	return isIdle && torrent.completedAtMs !== undefined && torrent.doneBytes >= torrent.wantedBytes;
}
