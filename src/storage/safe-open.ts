/**
 * Opens one payload file without ever leaving the download folder and without being led astray:
 * no symbolic link at the file's own place, no folder link that leads outside, no waiting on pipes.
 */
import { constants } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../primitives/app-error.js';
import type { DiskFs, FileStat } from './disk-fs.js';
import type { StoredFile } from './storage.js';
import { type StorageOperation, storageError, toStorageError } from './storage-error.js';

/** A pipe or a device at the path must not block the thread: that is what O_NONBLOCK is for. */
const SAFE = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export interface OpenedFile {
	readonly fd: number;
	readonly facts: FileStat;
}

/** @throws {StorageError} STORAGE_MISSING, STORAGE_FILE_FOREIGN, STORAGE_DENIED and others */
export function openForReading(
	fs: DiskFs,
	filePath: string,
	operation: StorageOperation,
): OpenedFile {
	return openRegular(fs, filePath, constants.O_RDONLY | SAFE, 0, operation);
}

/**
 * Opens a file for reading and writing; its folders are made when it may be created.
 * @param root - must exist: a download folder that went away is not made anew on another volume
 */
export function openForWriting(
	fs: DiskFs,
	root: string,
	file: StoredFile,
	mayCreate: boolean,
	operation: StorageOperation,
): OpenedFile {
	checkParents(fs, root, file.path, mayCreate, operation);
	const flags = constants.O_RDWR | SAFE | (mayCreate ? constants.O_CREAT : 0);
	return openRegular(fs, file.path, flags, file.isExecutable ? 0o777 : 0o666, operation);
}

function openRegular(
	fs: DiskFs,
	filePath: string,
	flags: number,
	mode: number,
	operation: StorageOperation,
): OpenedFile {
	let fd: number;
	try {
		fd = fs.open(filePath, flags, mode);
	} catch (error) {
		throw toStorageError(error, operation, filePath);
	}
	try {
		const facts = fs.fstat(fd);
		if (!facts.isFile()) throw foreignFile(filePath, operation);
		return { fd, facts };
	} catch (error) {
		fs.close(fd);
		throw toStorageError(error, operation, filePath);
	}
}

export function foreignFile(filePath: string, operation: StorageOperation): Error {
	return storageError(
		'STORAGE_FILE_FOREIGN',
		operation,
		filePath,
		`${filePath} is not a regular file; move it away or choose another folder`,
	);
}

/**
 * Makes sure that the folder of `filePath` lies inside `root` once all links are followed.
 * @throws {StorageError} STORAGE_OUTSIDE_ROOT, or STORAGE_MISSING when the root is not there
 */
export function checkParents(
	fs: DiskFs,
	root: string,
	filePath: string,
	mayCreate: boolean,
	operation: StorageOperation,
): void {
	const relative = path.relative(root, path.dirname(filePath));
	if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative))
		throw outsideRoot(root, filePath, operation);
	const realRoot = realpathOf(fs, root, operation);
	const parent = path.dirname(filePath);
	const real = realpathIfThere(fs, parent, operation);
	if (real !== undefined) {
		if (!isInside(realRoot, real)) throw outsideRoot(root, parent, operation);
		return;
	}
	if (!mayCreate) return;
	let folder = root;
	for (const element of relative.split(path.sep)) {
		folder = path.join(folder, element);
		makeFolder(fs, folder, operation);
		// Checked before anything is made inside it.
		if (!isInside(realRoot, realpathOf(fs, folder, operation)))
			throw outsideRoot(root, folder, operation);
	}
}

function makeFolder(fs: DiskFs, folder: string, operation: StorageOperation): void {
	try {
		fs.mkdir(folder);
	} catch (error) {
		if (errorCode(error) !== 'EEXIST') throw toStorageError(error, operation, folder);
	}
}

function realpathOf(fs: DiskFs, folder: string, operation: StorageOperation): string {
	try {
		return fs.realpath(folder);
	} catch (error) {
		throw toStorageError(error, operation, folder);
	}
}

function realpathIfThere(
	fs: DiskFs,
	folder: string,
	operation: StorageOperation,
): string | undefined {
	try {
		return fs.realpath(folder);
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return undefined;
		throw toStorageError(error, operation, folder);
	}
}

function isInside(realRoot: string, realFolder: string): boolean {
	const prefix = realRoot.endsWith(path.sep) ? realRoot : realRoot + path.sep;
	return realFolder === realRoot || realFolder.startsWith(prefix);
}

function outsideRoot(root: string, culprit: string, operation: StorageOperation): Error {
	return storageError(
		'STORAGE_OUTSIDE_ROOT',
		operation,
		culprit,
		`${culprit} leads out of the download folder ${root}; remove the link or choose another folder`,
	);
}
