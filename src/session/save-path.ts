/** Where a torrent's payload goes: the three `--save-as` styles. Pure but for path arithmetic. */
import path from 'node:path';
import type { Metainfo, TorrentFile } from '../metainfo/metainfo.js';
import type { StoredFile, StoredFiles } from '../storage/storage.js';
import type { SessionOptions } from './session-options.js';

export interface SavePlace {
	/** The download folder: nothing is written outside it. */
	readonly root: string;
	/** The file or folder people look for. */
	readonly savePath: string;
	readonly files: StoredFiles;
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
		files: new PlacedFiles(metainfo, savePath),
	};
}

/** Thousands of paths that begin the same are put together only when somebody wants them. */
class PlacedFiles implements StoredFiles {
	readonly #metainfo: Metainfo;
	readonly #savePath: string;

	constructor(metainfo: Metainfo, savePath: string) {
		this.#metainfo = metainfo;
		this.#savePath = savePath;
	}

	get length(): number {
		return this.#metainfo.files.length;
	}

	at(index: number): StoredFile | undefined {
		const file = this.#metainfo.files[index];
		return file === undefined ? undefined : this.#placed(file);
	}

	*[Symbol.iterator](): Generator<StoredFile> {
		for (const file of this.#metainfo.files) yield this.#placed(file);
	}

	#placed(file: TorrentFile): StoredFile {
		return {
			path: this.#metainfo.isMultiFile ? path.join(this.#savePath, ...file.path) : this.#savePath,
			lengthBytes: file.lengthBytes,
			offsetBytes: file.offsetBytes,
			isPadding: file.isPadding,
			isExecutable: file.isExecutable,
		};
	}
}

/** The `.torrent` file's name without its ending, unless that leaves nothing. */
function torrentStem(torrentPath: string, fallback: string): string {
	const stem = path.basename(torrentPath).replace(/\.torrent$/i, '');
	return stem === '' || stem === '.' || stem === '..' ? fallback : stem;
}
