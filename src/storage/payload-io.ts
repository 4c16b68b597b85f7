/** Reads and writes ranges of the payload, which may run over many files; padding is zeros. */
import type { FileSpan } from '../metainfo/piece-layout.js';
import type { DiskFs } from './disk-fs.js';
import type { FileCache, FileHandle } from './file-cache.js';
import { type StorageOperation, storageError, toStorageError } from './storage-error.js';
import type { ThreadTorrent } from './thread-torrent.js';

/** What the functions below work with: one a thread. */
export interface DiskAccess {
	readonly fs: DiskFs;
	readonly cache: FileCache;
}

/** Hands out the bytes of several views as if they were one array. */
class ViewCursor {
	readonly #views: readonly Uint8Array[];
	#index = 0;
	#used = 0;

	constructor(views: readonly Uint8Array[]) {
		this.#views = views;
	}

	/** The next `length` bytes, as parts of the views. */
	take(length: number): Uint8Array[] {
		const parts: Uint8Array[] = [];
		let left = length;
		while (left > 0) {
			const view = this.#views[this.#index];
			if (view === undefined) throw new RangeError('The views hold fewer bytes than the range');
			const part = view.subarray(this.#used, this.#used + left);
			if (part.byteLength > 0) parts.push(part);
			left -= part.byteLength;
			this.#used += part.byteLength;
			if (this.#used === view.byteLength) {
				this.#index++;
				this.#used = 0;
			}
		}
		return parts;
	}
}

/** Number of bytes in all views. */
export function viewBytes(views: readonly Uint8Array[]): number {
	let bytes = 0;
	for (const view of views) bytes += view.byteLength;
	return bytes;
}

/** A file whose state was looked at in this turn is not asked again for the next range of it. */
export interface ReadGuard {
	checked: FileHandle | undefined;
}

/**
 * Fills the views with the payload from `offsetBytes` on.
 * @param guard - refuse a file that somebody changed since it was last known good
 * @throws {StorageError} STORAGE_MISSING for a short file, STORAGE_CHANGED for a changed one
 */
export function readPayload(
	disk: DiskAccess,
	torrent: ThreadTorrent,
	offsetBytes: number,
	views: readonly Uint8Array[],
	operation: StorageOperation,
	guard: ReadGuard | undefined,
): void {
	const lengthBytes = viewBytes(views);
	const cursor = new ViewCursor(views);
	for (const span of torrent.files.spans(offsetBytes, lengthBytes)) {
		const parts = span.lengthBytes === lengthBytes ? views : cursor.take(span.lengthBytes);
		if (torrent.files.isPadding(span.fileIndex)) {
			for (const part of parts) part.fill(0);
			continue;
		}
		const handle = disk.cache.get(torrent, span.fileIndex, false, operation);
		if (guard !== undefined && guard.checked !== handle) {
			checkUnchanged(disk, torrent, span.fileIndex, handle, operation);
			guard.checked = handle;
		}
		readFully(disk, handle, parts, span, operation);
	}
}

/**
 * Writes the views to the payload from `offsetBytes` on, in as few calls as there are files.
 * @throws {StorageError} when not every byte was taken by the operating system
 */
export function writePayload(
	disk: DiskAccess,
	torrent: ThreadTorrent,
	offsetBytes: number,
	views: readonly Uint8Array[],
): void {
	const cursor = new ViewCursor(views);
	for (const span of torrent.files.spans(offsetBytes, viewBytes(views))) {
		const parts = cursor.take(span.lengthBytes);
		if (torrent.files.isPadding(span.fileIndex)) continue;
		const handle = disk.cache.get(torrent, span.fileIndex, true, 'write');
		checkNotCut(disk, torrent, span.fileIndex, handle);
		torrent.table.beginWrite(span.fileIndex);
		try {
			writeFully(disk, handle, parts, span.fileOffsetBytes);
			torrent.table.reached(span.fileIndex, span.fileOffsetBytes + span.lengthBytes);
		} finally {
			torrent.table.endWrite(span.fileIndex);
		}
	}
}

/** Writes all parts at a place of an open file. */
export function writeFully(
	disk: DiskAccess,
	handle: FileHandle,
	parts: readonly Uint8Array[],
	positionBytes: number,
): void {
	let rest = parts;
	let position = positionBytes;
	try {
		while (rest.length > 0) {
			const written = disk.fs.writev(handle.fd, rest, position);
			position += written;
			rest = after(rest, written);
		}
	} catch (error) {
		throw toStorageError(error, 'write', handle.path);
	}
}

function readFully(
	disk: DiskAccess,
	handle: FileHandle,
	parts: readonly Uint8Array[],
	span: FileSpan,
	operation: StorageOperation,
): void {
	let rest = parts;
	let position = span.fileOffsetBytes;
	const end = position + span.lengthBytes;
	while (position < end) {
		let read: number;
		try {
			read = disk.fs.readv(handle.fd, rest, position);
		} catch (error) {
			throw toStorageError(error, operation, handle.path);
		}
		if (read === 0) throw shortFile(handle.path, position, operation);
		position += read;
		if (position < end) rest = after(rest, read);
	}
}

/** The parts without their first `bytes` bytes. */
function after(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
	const rest: Uint8Array[] = [];
	let skip = bytes;
	for (const part of parts) {
		if (skip >= part.byteLength) skip -= part.byteLength;
		else {
			rest.push(skip === 0 ? part : part.subarray(skip));
			skip = 0;
		}
	}
	return rest;
}

/** Writing on would make a file of the right size with a hole where verified data was. */
function checkNotCut(
	disk: DiskAccess,
	torrent: ThreadTorrent,
	file: number,
	handle: FileHandle,
): void {
	if (!torrent.table.isCutShort(file, factsOf(disk, handle, 'write').size)) return;
	throw storageError(
		'STORAGE_CHANGED',
		'write',
		handle.path,
		`${handle.path} was cut short by another program; its data must be checked again`,
	);
}

/** A finished file that changes under us must not be served: its hash no longer holds. */
function checkUnchanged(
	disk: DiskAccess,
	torrent: ThreadTorrent,
	file: number,
	handle: FileHandle,
	operation: StorageOperation,
): void {
	let facts = factsOf(disk, handle, operation);
	if (facts.nlink === 0)
		throw storageError(
			'STORAGE_MISSING',
			operation,
			handle.path,
			`${handle.path} was removed; bring it back or check the data again`,
		);
	if (!torrent.table.isForeignChange(file, facts)) return;
	// Asked twice: our own write may lie between the first answer and the look at the table.
	facts = factsOf(disk, handle, operation);
	if (!torrent.table.isForeignChange(file, facts)) return;
	throw storageError(
		'STORAGE_CHANGED',
		operation,
		handle.path,
		`${handle.path} was changed by another program; its data must be checked again`,
	);
}

function factsOf(disk: DiskAccess, handle: FileHandle, operation: StorageOperation) {
	try {
		return disk.fs.fstat(handle.fd);
	} catch (error) {
		throw toStorageError(error, operation, handle.path);
	}
}

function shortFile(filePath: string, atBytes: number, operation: StorageOperation): Error {
	return storageError(
		'STORAGE_MISSING',
		operation,
		filePath,
		`${filePath} ends at byte ${atBytes}, before the data it should hold; check the data again`,
	);
}
