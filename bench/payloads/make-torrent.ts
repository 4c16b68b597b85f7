/** `.torrent` files for files that are too big for memory. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildMetainfo } from '../../src/metainfo/build-metainfo.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import type { PayloadFile } from './random-files.js';

export interface BenchTorrent {
	readonly torrentPath: string;
	/** 40 lower-case hex digits. */
	readonly infohash: string;
	readonly name: string;
	readonly lengthBytes: number;
	readonly pieceCount: number;
	readonly files: readonly PayloadFile[];
}

/**
 * Hashes the files and writes a `.torrent`. It blocks meanwhile.
 * @param files - either one without `/`, or all under one folder, whose name the torrent gets
 * @param announce - URL of the tracker
 */
export function makeTorrentFile(
	folder: string,
	files: readonly PayloadFile[],
	options: {
		readonly torrentPath: string;
		readonly pieceLengthBytes: number;
		readonly announce?: string;
	},
): BenchTorrent {
	const { torrentPath, pieceLengthBytes, announce } = options;
	const [first] = files;
	if (first === undefined) throw new Error('A torrent needs a file');
	const [name = ''] = first.path.split('/');
	const lengthBytes = files.reduce((sum, file) => sum + file.lengthBytes, 0);
	const metainfoBytes = buildMetainfo({
		name,
		pieceLengthBytes,
		pieceHashes: hashPieces(folder, files, pieceLengthBytes),
		...(first.path.includes('/')
			? {
					files: files.map((file) => ({
						path: file.path.split('/').slice(1),
						lengthBytes: file.lengthBytes,
					})),
				}
			: { lengthBytes }),
		...(announce === undefined ? {} : { announce }),
	});
	writeFileSync(torrentPath, metainfoBytes);
	const { infohash } = parseMetainfo(metainfoBytes, (bytes) =>
		createHash('sha1').update(bytes).digest(),
	);
	const pieceCount = Math.ceil(lengthBytes / pieceLengthBytes);
	return { torrentPath, infohash, name, lengthBytes, pieceCount, files };
}

function hashPieces(
	folder: string,
	files: readonly PayloadFile[],
	pieceLengthBytes: number,
): Uint8Array {
	const hashes: Uint8Array[] = [];
	const piece = Buffer.allocUnsafe(pieceLengthBytes);
	let filledBytes = 0;
	const finish = (): void => {
		hashes.push(createHash('sha1').update(piece.subarray(0, filledBytes)).digest());
		filledBytes = 0;
	};
	for (const file of files) {
		const descriptor = openSync(path.join(folder, file.path), 'r');
		for (let at = 0; at < file.lengthBytes; ) {
			const got = readSync(descriptor, piece, filledBytes, pieceLengthBytes - filledBytes, at);
			if (got === 0) throw new Error(`${file.path} is shorter than ${file.lengthBytes} bytes`);
			at += got;
			filledBytes += got;
			if (filledBytes === pieceLengthBytes) finish();
		}
		closeSync(descriptor);
	}
	if (filledBytes > 0) finish();
	return Buffer.concat(hashes);
}
