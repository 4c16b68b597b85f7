/** Makes a torrent's files ready for writing, in a disk thread; nothing is ever cut or removed. */
import path from 'node:path';
import { errorCode } from '../primitives/app-error.js';
import type { DiskFs, FileStat } from './disk-fs.js';
import { type DiskAccess, writeFully } from './payload-io.js';
import { checkParents, foreignFile, openForWriting } from './safe-open.js';
import type { StoredFile } from './storage.js';
import { storageError, toStorageError } from './storage-error.js';
import { fileAt, type ThreadTorrent } from './thread-torrent.js';

/** Zeros written in one job: other jobs go in between. */
const FILL_BYTES = 4 * 1024 * 1024;
const ZEROS: Uint8Array = new Uint8Array(256 * 1024);

/**
 * Checks every file of the torrent, then creates the wanted ones that are missing.
 * Nothing is created when any file stands in the way.
 * @throws {StorageError} STORAGE_FILE_LONGER (unless `force`), STORAGE_FILE_FOREIGN,
 * STORAGE_OUTSIDE_ROOT, STORAGE_MISSING when the download folder itself is not there
 */
export function prepareFiles(
	fs: DiskFs,
	torrent: ThreadTorrent,
	options: { readonly force: boolean; readonly wanted: readonly number[] },
): void {
	const present = new Map<number, FileStat>();
	const folders = new Set<string>();
	for (let index = 0; index < torrent.files.length; index++) {
		const file = fileAt(torrent, index, 'prepare');
		if (file.isPadding) continue;
		const folder = path.dirname(file.path);
		if (!folders.has(folder)) checkParents(fs, torrent.root, file.path, false, 'prepare');
		folders.add(folder);
		const facts = inspect(fs, file, options.force);
		if (facts !== undefined) present.set(index, facts);
	}
	// From here on these are the torrent's files, whatever was there before.
	for (let index = 0; index < torrent.files.length; index++) {
		const facts = present.get(index);
		if (facts === undefined) torrent.table.forget(index);
		else torrent.table.replace(index, facts);
	}
	for (const index of options.wanted) {
		const file = fileAt(torrent, index, 'prepare');
		if (!file.isPadding && !present.has(index)) create(fs, torrent, index, file);
	}
}

/** What stands at the file's path; undefined when nothing does. */
function inspect(fs: DiskFs, file: StoredFile, force: boolean): FileStat | undefined {
	const facts = lstatIfThere(fs, file);
	if (facts === undefined) return undefined;
	if (!facts.isFile()) throw foreignFile(file.path, 'prepare');
	if (facts.size > file.lengthBytes && !force)
		throw storageError(
			'STORAGE_FILE_LONGER',
			'prepare',
			file.path,
			`${file.path} has ${facts.size} bytes, the torrent says ${file.lengthBytes}; ` +
				'it was left as it is: move it away, or force its use',
		);
	return facts;
}

function lstatIfThere(fs: DiskFs, file: StoredFile): FileStat | undefined {
	try {
		return fs.lstat(file.path);
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return undefined;
		throw toStorageError(error, 'prepare', file.path);
	}
}

function create(fs: DiskFs, torrent: ThreadTorrent, index: number, file: StoredFile): void {
	const { fd, facts } = openForWriting(fs, torrent.root, file, true, 'prepare');
	torrent.table.replace(index, facts);
	try {
		fs.close(fd);
	} catch (error) {
		throw toStorageError(error, 'prepare', file.path);
	}
}

/**
 * Writes zeros after the end of a file, a few MiB at most; what the file has is not touched.
 * Runs in the one thread that writes this torrent, so that no block can land in between.
 * @returns true when the file has its full length
 */
export function fillTail(disk: DiskAccess, torrent: ThreadTorrent, index: number): boolean {
	const file = fileAt(torrent, index, 'prepare');
	if (file.isPadding || file.lengthBytes === 0) return true;
	const handle = disk.cache.get(torrent, index, true, 'prepare');
	const { size } = statOf(disk.fs, handle.fd, file.path);
	const end = Math.min(file.lengthBytes, size + FILL_BYTES);
	torrent.table.beginWrite(index);
	try {
		for (let at = size; at < end; at += ZEROS.byteLength)
			writeFully(disk, handle, [ZEROS.subarray(0, Math.min(ZEROS.byteLength, end - at))], at);
	} finally {
		torrent.table.endWrite(index);
	}
	return end >= file.lengthBytes;
}

function statOf(fs: DiskFs, fd: number, filePath: string): FileStat {
	try {
		return fs.fstat(fd);
	} catch (error) {
		throw toStorageError(error, 'prepare', filePath);
	}
}
