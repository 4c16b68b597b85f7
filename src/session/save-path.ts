/** Where a torrent's payload goes: the three `--save-as` styles. Pure but for path arithmetic. */
import path from 'node:path';
import type { Metainfo } from '../metainfo/metainfo.js';
import type { StoredFile } from '../storage/storage.js';
import type { SessionOptions } from './session-options.js';

export interface SavePlace {
	/** The download folder: nothing is written outside it. */
	readonly root: string;
	/** The file or folder people look for. */
	readonly savePath: string;
	readonly files: readonly StoredFile[];
}

/**
 * @param torrentPath - the `.torrent` file; its folder is the download folder unless one is given
 */
export function savePlace(
	metainfo: Metainfo,
	torrentPath: string,
	options: Pick<SessionOptions, 'downloadDir' | 'saveAs'>,
): SavePlace {
	const root = path.resolve(options.downloadDir ?? path.dirname(torrentPath));
	const stem = torrentStem(torrentPath, metainfo.name);
	const top = options.saveAs === 'name' ? metainfo.name : stem;
	const isInFolder = options.saveAs === 'folder' && !metainfo.isMultiFile;
	const savePath = isInFolder ? path.join(root, stem, metainfo.name) : path.join(root, top);
	return {
		root,
		savePath,
		files: metainfo.files.map((file) => ({
			path: metainfo.isMultiFile ? path.join(savePath, ...file.path) : savePath,
			lengthBytes: file.lengthBytes,
			offsetBytes: file.offsetBytes,
			isPadding: file.isPadding,
			isExecutable: file.isExecutable,
		})),
	};
}

/** The `.torrent` file's name without its ending, unless that leaves nothing. */
function torrentStem(torrentPath: string, fallback: string): string {
	const stem = path.basename(torrentPath).replace(/\.torrent$/i, '');
	return stem === '' || stem === '.' || stem === '..' ? fallback : stem;
}
