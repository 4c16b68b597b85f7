/** Hints by chokidar, for folders of usual size. */
import path from 'node:path';
import { watch } from 'chokidar';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { isHiddenFolder, judgeName } from './file-names.js';
import { type FolderEvents, OUT_OF_WATCHES } from './folder-hints.js';

/**
 * Hints by chokidar. Only folders and names that end in `.torrent` are watched, so that a
 * download into the folder neither costs a watch per file nor causes a rescan per block.
 */
export const chokidarEvents: FolderEvents = ({ folder, recursive, onHint, onFailure }) => {
	let hasFailed = false;
	const watcher = watch(folder, {
		ignoreInitial: true,
		ignorePermissionErrors: true,
		// Linked folders are left to the rescan: a loop of links has no end here.
		followSymlinks: false,
		...(recursive === 'none' ? { depth: 0 } : {}),
		ignored: (file, stats) => {
			if (file === folder) return false;
			const name = path.basename(file);
			if (stats?.isDirectory() === true) return isHiddenFolder(name);
			return stats === undefined ? false : judgeName(name).type !== 'torrent';
		},
	});
	// Closing twice is allowed, and a watcher that cannot be closed has nothing left to watch.
	const close = async (): Promise<void> => watcher.close().catch(() => undefined);
	watcher.on('all', (_event, file) => onHint(file));
	// What changed between the first scan and the first watch gave no event.
	watcher.on('ready', () => onHint(folder));
	watcher.on('error', (error) => {
		if (hasFailed || !OUT_OF_WATCHES.has(errorCode(error))) return;
		hasFailed = true;
		onFailure(errorMessage(error));
		void close();
	});
	return close;
};
