/** What a disk thread knows of one torrent. */
import type { OpenRequest } from './disk-messages.js';
import { FilePlaces } from './file-places.js';
import { SharedFileTable } from './file-table.js';
import type { StoredFile } from './storage.js';
import { type StorageOperation, storageError } from './storage-error.js';

export interface ThreadTorrent {
	readonly key: number;
	readonly root: string;
	readonly files: FilePlaces;
	readonly pieceCount: number;
	readonly pieceLengthBytes: number;
	readonly totalBytes: number;
	readonly table: SharedFileTable;
}

export function threadTorrent(request: OpenRequest): ThreadTorrent {
	const { key, root, pieceLengthBytes, totalBytes } = request;
	const files = new FilePlaces(request.files);
	return {
		key,
		root,
		files,
		pieceLengthBytes,
		totalBytes,
		pieceCount: Math.ceil(totalBytes / pieceLengthBytes),
		table: new SharedFileTable(files.length, request.table),
	};
}

/** @throws {StorageError} STORAGE_BAD_REQUEST when the torrent has no such file */
export function fileAt(
	torrent: ThreadTorrent,
	file: number,
	operation: StorageOperation,
): StoredFile {
	const stored = torrent.files.at(file);
	if (stored === undefined)
		throw storageError(
			'STORAGE_BAD_REQUEST',
			operation,
			undefined,
			`No file ${file} in the torrent`,
		);
	return stored;
}
