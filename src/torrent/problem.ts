/** Turns what went wrong into the error state people and scripts see. Pure. */
import { errorCode, errorMessage } from '../primitives/app-error.js';
import type { TorrentProblem } from './torrent-snapshot.js';

/** Causes that can go away without the user: tried again every little while. */
const PASSING = new Set([
	'STORAGE_DISK_FULL',
	'STORAGE_DENIED',
	'STORAGE_MISSING',
	'STORAGE_IO',
	'STORAGE_TOO_MANY_FILES',
	'STORAGE_WORKER_DIED',
	'TORRENT_PATH_TAKEN',
]);

/** Existing data is in the way; the user may decide to use it. */
const FORCEABLE = new Set(['STORAGE_FILE_LONGER', 'STORAGE_FILE_FOREIGN', 'STORAGE_CHANGED']);

export function problemOf(error: unknown): TorrentProblem {
	const code = errorCode(error) ?? 'TORRENT_FAILED';
	return {
		code,
		message: errorMessage(error),
		resumesByItself: PASSING.has(code),
		canForce: FORCEABLE.has(code),
	};
}
