/** What files look like on disk, and flushing the written ones to the device; in a disk thread. */
import path from 'node:path';
import { errorCode } from '../primitives/app-error.js';
import type { DiskFs, FileStat } from './disk-fs.js';
import type { FilePlaces } from './file-places.js';
import { ABSENT, FILE, FOREIGN, newStamps, setStamp } from './file-stamps.js';
import type { SharedFileTable } from './file-table.js';
import { openForReading } from './safe-open.js';
import { storageError, toStorageError } from './storage-error.js';

/**
 * @param first - index of the first of `count` files
 * @returns as `file-stamps.ts` says; padding is never on disk and always as it should be
 * @throws {StorageError} when the system does not say, e.g. no permission on a folder
 */
export function statFiles(
	fs: DiskFs,
	files: FilePlaces,
	table: SharedFileTable,
	first: number,
	count: number,
): Float64Array {
	const stamps = newStamps(count);
	for (let i = 0; i < count; i++) statFile(fs, files, table, first + i, stamps, i);
	return stamps;
}

function statFile(
	fs: DiskFs,
	files: FilePlaces,
	table: SharedFileTable,
	index: number,
	stamps: Float64Array,
	at: number,
): void {
	if (files.isPadding(index)) {
		setStamp(stamps, at, FILE, 0, 0, 0);
		return;
	}
	const facts = lstatIfThere(fs, files.path(index));
	if (facts === undefined) {
		setStamp(stamps, at, ABSENT, 0, 0, 0);
		return;
	}
	const kind = facts.isFile() ? FILE : FOREIGN;
	// The first look is what later reads are compared with.
	if (kind === FILE && table.adopt(index, facts)) table.adoptContent(index, facts);
	setStamp(stamps, at, kind, facts.size, facts.mtimeMs, facts.dev);
}

/**
 * Flushes the files written since the last call. Each is flushed, also when another fails.
 * @throws {StorageError} the first failure; STORAGE_MISSING when a written file is gone
 */
export function syncFiles(fs: DiskFs, files: FilePlaces, table: SharedFileTable): Float64Array {
	const failures: unknown[] = [];
	for (let index = 0; index < files.length; index++) {
		if (files.isPadding(index) || !table.isDirty(index)) continue;
		table.beginSync(index);
		let facts: FileStat | undefined;
		try {
			facts = syncFile(fs, files.path(index), table, index);
		} catch (error) {
			// Gone, and known to be gone since the last check: nothing is left to be flushed.
			if (table.identity(index) === 0 && errorCode(error) === 'STORAGE_MISSING') table.clean(index);
			else failures.push(error);
		} finally {
			table.endSync(index, facts);
		}
	}
	if (failures.length > 0) throw failures[0];
	return statFiles(fs, files, table, 0, files.length);
}

function syncFile(fs: DiskFs, filePath: string, table: SharedFileTable, index: number): FileStat {
	const { fd, facts } = openForReading(fs, filePath, 'sync');
	try {
		if (!table.adopt(index, facts))
			throw storageError(
				'STORAGE_MISSING',
				'sync',
				filePath,
				`${filePath} was replaced while it was written; check the data again`,
			);
		fs.fdatasync(fd);
		return fs.fstat(fd);
	} catch (error) {
		throw toStorageError(error, 'sync', filePath);
	} finally {
		fs.close(fd);
	}
}

function lstatIfThere(fs: DiskFs, filePath: string): FileStat | undefined {
	try {
		return fs.lstat(filePath);
	} catch (error) {
		const code = errorCode(error);
		// A file where a folder should be: nothing is there, and prepare will say why.
		if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
		throw toStorageError(error, 'stat', filePath);
	}
}

/** Bytes free for this user where `start` is or would be made. */
export function freeBytesAt(fs: DiskFs, start: string): number {
	for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
		try {
			return fs.freeBytes(folder);
		} catch (error) {
			const isRoot = path.dirname(folder) === folder;
			if (errorCode(error) !== 'ENOENT' || isRoot) throw toStorageError(error, 'stat', folder);
		}
	}
}
