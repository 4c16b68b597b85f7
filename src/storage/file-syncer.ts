/** What files look like on disk, and flushing the written ones to the device; in a disk thread. */
import path from 'node:path';
import { errorCode } from '../primitives/app-error.js';
import type { DiskFs, FileStat } from './disk-fs.js';
import type { SharedFileTable } from './file-table.js';
import { openForReading } from './safe-open.js';
import type { FileStamp } from './storage.js';
import { storageError, toStorageError } from './storage-error.js';

const ABSENT: FileStamp = { exists: false, isForeign: false, sizeBytes: 0, mtimeMs: 0, device: 0 };
/** Padding is never on disk: always as it should be. */
const PADDING: FileStamp = { ...ABSENT, exists: true };

/**
 * @param paths - in file order; empty for padding
 * @throws {StorageError} when the system does not say, e.g. no permission on a folder
 */
export function statFiles(
	fs: DiskFs,
	paths: readonly string[],
	table: SharedFileTable,
): FileStamp[] {
	return paths.map((filePath, index) => {
		if (filePath === '') return PADDING;
		const facts = lstatIfThere(fs, filePath);
		if (facts === undefined) return ABSENT;
		const isForeign = !facts.isFile();
		// The first look is what later reads are compared with.
		if (!isForeign && table.adopt(index, facts)) table.adoptContent(index, facts);
		return {
			exists: true,
			isForeign,
			sizeBytes: facts.size,
			mtimeMs: facts.mtimeMs,
			device: facts.dev,
		};
	});
}

/**
 * Flushes the files written since the last call. Each is flushed, also when another fails.
 * @throws {StorageError} the first failure; STORAGE_MISSING when a written file is gone
 */
export function syncFiles(
	fs: DiskFs,
	paths: readonly string[],
	table: SharedFileTable,
): FileStamp[] {
	const failures: unknown[] = [];
	for (const [index, filePath] of paths.entries()) {
		if (filePath === '' || !table.isDirty(index)) continue;
		table.beginSync(index);
		let facts: FileStat | undefined;
		try {
			facts = syncFile(fs, filePath, table, index);
		} catch (error) {
			// Gone, and known to be gone since the last check: nothing is left to be flushed.
			if (table.identity(index) === 0 && errorCode(error) === 'STORAGE_MISSING') table.clean(index);
			else failures.push(error);
		} finally {
			table.endSync(index, facts);
		}
	}
	if (failures.length > 0) throw failures[0];
	return statFiles(fs, paths, table);
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
