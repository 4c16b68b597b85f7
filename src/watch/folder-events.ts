/**
 * File system events of a watched folder, as mere hints that a rescan is worth its while.
 *
 * Chokidar looks at every file of a folder whenever something in it changes, and watches each
 * `.torrent`: right for dozens, half a core for ten thousand beside a download. Big folders are
 * watched directly.
 */
import { readdir } from 'node:fs/promises';
import { chokidarEvents } from './chokidar-events.js';
import { directEvents } from './direct-events.js';
import type { FolderEvents } from './folder-hints.js';

/** Entries of the folder from which on it is watched directly. */
const BIG_FOLDER_ENTRIES = 1000;

/** Chooses by the size the folder has now. */
export const folderEvents: FolderEvents = (options) => {
	let isStopped = false;
	const started = entryCount(options.folder).then((entries) => {
		if (isStopped) return undefined;
		return (entries < BIG_FOLDER_ENTRIES ? chokidarEvents : directEvents)(options);
	});
	return async () => {
		isStopped = true;
		await (await started)?.();
	};
};

async function entryCount(folder: string): Promise<number> {
	try {
		return (await readdir(folder)).length;
	} catch {
		return 0; // The rescan reports what is wrong with it.
	}
}
