/** What is remembered of a torrent between runs, taken from it as it is now. */
import type { ResumeRecord } from '../state/resume-record.js';
import type { Torrent } from './torrent.js';

/** @param onDisk - what the payload check vouches for */
export function recordOf(
	torrent: Torrent,
	onDisk: Pick<ResumeRecord, 'have' | 'stamps'>,
	queuePosition: number,
	nowMs: number,
): ResumeRecord {
	return {
		infohash: torrent.infohash,
		...onDisk,
		...torrent.totals.lifetime(),
		addedAtMs: torrent.addedAtMs,
		completedAtMs: torrent.completedAtMs,
		seedingMs: torrent.seedingMs(nowMs),
		filePriorities: torrent.files.priorities,
		isPaused: torrent.isPaused,
		isSequential: torrent.isSequential,
		isForced: torrent.isForced,
		savePath: torrent.savePath,
		queuePosition,
		torrentPath: torrent.torrentPath,
	};
}
