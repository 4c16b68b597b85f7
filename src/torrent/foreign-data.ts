/**
 * Decides whether files found on disk may be written over: what is partly this torrent's data may,
 * what is longer than the torrent says or has nothing of it may not, unless the user says so. Pure.
 */
import type { Metainfo } from '../metainfo/metainfo.js';
import { filePieces } from '../metainfo/piece-layout.js';
import { AppError } from '../primitives/app-error.js';
import type { Bitfield } from '../primitives/bitfield.js';
import type { FileStamp, StoredFiles } from '../storage/storage.js';

/**
 * @param have - pieces that match on disk
 * @param isOurs - the file was written by us and has not changed since
 * @returns the refusal, or undefined when every file may be used
 */
export function foreignData(
	metainfo: Metainfo,
	files: StoredFiles,
	stamps: readonly FileStamp[],
	have: Bitfield,
	isOurs: (fileIndex: number) => boolean,
): AppError | undefined {
	for (const [index, stamp] of stamps.entries()) {
		if (!stamp.exists || isOurs(index)) continue;
		const file = files.at(index);
		if (file === undefined || file.isPadding) continue;
		if (stamp.isForeign) return refusal('STORAGE_FILE_FOREIGN', file.path, 'is not a regular file');
		if (stamp.sizeBytes === 0) continue;
		const pieces = filePieces(metainfo, index);
		const matching = pieces === undefined ? 0 : countHave(have, pieces.first, pieces.last);
		const all = pieces === undefined ? 0 : pieces.last - pieces.first + 1;
		if (stamp.sizeBytes > file.lengthBytes && matching < all) {
			const more = stamp.sizeBytes - file.lengthBytes;
			return refusal(
				'STORAGE_FILE_LONGER',
				file.path,
				`is ${more} bytes longer than the torrent says`,
			);
		}
		if (stamp.sizeBytes > file.lengthBytes && file.lengthBytes === 0) {
			return refusal('STORAGE_FILE_LONGER', file.path, 'should be empty');
		}
		if (matching === 0 && all > 0) {
			return refusal('STORAGE_FILE_FOREIGN', file.path, 'holds none of this torrent');
		}
	}
	return undefined;
}

function countHave(have: Bitfield, first: number, last: number): number {
	let count = 0;
	for (let piece = first; piece <= last; piece++) if (have.has(piece)) count++;
	return count;
}

function refusal(code: string, path: string, what: string): AppError {
	return new AppError(
		code,
		`${path} ${what}: nothing was overwritten; move it away, or let it be written over with F in the dashboard`,
	);
}
