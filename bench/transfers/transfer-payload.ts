/** What is transferred, and its `.torrent`. */
import path from 'node:path';
import { type BenchTorrent, makeTorrentFile } from '../payloads/make-torrent.js';
import { manyFiles, writeRandomFiles, writeSparseFile } from '../payloads/random-files.js';

export interface PayloadPlan {
	/** Also the name in the torrent. */
	readonly name: string;
	readonly lengthBytes: number;
	readonly pieceLengthBytes: number;
	/** One file without a folder when left out. */
	readonly fileCount?: number;
	/** Zeros that take no room at the seeder. */
	readonly isSparse?: boolean;
}

export interface TransferPayload {
	readonly torrent: BenchTorrent;
	/** Seeders read it from here; it is never written again. */
	readonly folder: string;
}

/** Writes files and `.torrent`; afterwards they are in the page cache. */
export function makeTransferPayload(
	folder: string,
	plan: PayloadPlan,
	announce: string,
): TransferPayload {
	const { name, lengthBytes, pieceLengthBytes, fileCount, isSparse = false } = plan;
	const files =
		fileCount === undefined
			? [{ path: name, lengthBytes }]
			: manyFiles(name, fileCount, lengthBytes);
	if (isSparse) writeSparseFile(path.join(folder, name), lengthBytes);
	else writeRandomFiles(folder, files, 1);
	const torrent = makeTorrentFile(folder, files, {
		torrentPath: path.join(folder, `${name}.torrent`),
		pieceLengthBytes,
		announce,
	});
	return { torrent, folder };
}
