/** What the watched folder remembers of a torrent once its bytes are let go. */
import path from 'node:path';
import type { Metainfo } from '../metainfo/metainfo.js';
import type { Infohash } from '../primitives/infohash.js';
import { judgeName } from './file-names.js';

export interface TorrentSummary {
	readonly infohash: Infohash;
	/** SHA-1 of the whole file in hex: tells an edit from a mere touch. */
	readonly digest: string;
	readonly name: string;
	readonly isPrivate: boolean;
	readonly tiers: readonly (readonly string[])[];
	/** Paths below the payload's folder of files that look like torrents themselves. */
	readonly innerTorrents: readonly string[];
}

export function summarize(metainfo: Metainfo, digest: string): TorrentSummary {
	const innerTorrents = metainfo.isMultiFile
		? metainfo.files
				.filter((file) => judgeName(file.path.at(-1) ?? '').type === 'torrent')
				.map((file) => path.join(...file.path))
		: [];
	return {
		infohash: metainfo.infohash,
		digest,
		name: metainfo.name,
		isPrivate: metainfo.isPrivate,
		tiers: metainfo.tiers,
		innerTorrents,
	};
}

/**
 * Where a torrent's inner torrents may lie, so that a download of `.torrent` files into the
 * watched folder is not taken for the user's wish to run them.
 * @param torrentPath - absolute
 * @param savePath - where the session says the data is; undefined before it was added
 */
export function innerTorrentPaths(
	torrent: TorrentSummary,
	torrentPath: string,
	savePath: string | undefined,
): string[] {
	if (torrent.innerTorrents.length === 0) return [];
	const folder = path.dirname(torrentPath);
	const stem = torrentPath.replace(/\.torrent$/i, '');
	// The three styles of `--save-as`, and the session's word, with and without the name.
	const roots = new Set([path.join(folder, torrent.name), stem]);
	if (savePath !== undefined) roots.add(savePath).add(path.join(savePath, torrent.name));
	return [...roots].flatMap((root) => torrent.innerTorrents.map((each) => path.join(root, each)));
}
