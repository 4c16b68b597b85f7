/** What can go wrong with a torrent's files, in stable codes and in words a person can act on. */
import { AppError, errorCode, errorMessage } from '../primitives/app-error.js';

export const STORAGE_CODES = [
	/** No space or no quota left. */
	'STORAGE_DISK_FULL',
	/** No permission, or the volume is read-only. */
	'STORAGE_DENIED',
	/** A file, folder or volume that was there is gone, cut short or replaced. */
	'STORAGE_MISSING',
	/** The device failed. */
	'STORAGE_IO',
	/** An existing file is longer than the torrent says. */
	'STORAGE_FILE_LONGER',
	/** Something that is not a regular file stands where a file belongs. */
	'STORAGE_FILE_FOREIGN',
	/** A symbolic link leads out of the download folder. */
	'STORAGE_OUTSIDE_ROOT',
	'STORAGE_TOO_MANY_FILES',
	/** A file of finished data was changed by somebody else: check it again. */
	'STORAGE_CHANGED',
	/** The file system does not take the name or a file of that size. */
	'STORAGE_UNSUPPORTED',
	/** The disk thread ended in the middle of the job; the next job starts a new one. */
	'STORAGE_WORKER_DIED',
	'STORAGE_ABORTED',
	'STORAGE_CLOSED',
	/** The caller asked for something outside the torrent. */
	'STORAGE_BAD_REQUEST',
] as const;
export type StorageCode = (typeof STORAGE_CODES)[number];

/** What was being done; part of the message. */
export type StorageOperation =
	| 'read'
	| 'write'
	| 'open'
	| 'prepare'
	| 'verify'
	| 'stat'
	| 'sync'
	| 'close';

/** The fields of a StorageError as plain data, to cross from a worker thread. */
export interface StorageErrorFields {
	readonly code: StorageCode;
	readonly message: string;
	readonly path: string | undefined;
	readonly operation: StorageOperation;
	/** The operating system's own code (`ENOSPC`), when it raised the error. */
	readonly systemCode: string | undefined;
}

/** A failed disk operation. `path` is the file or folder concerned, when there is one. */
export class StorageError extends AppError {
	declare readonly code: StorageCode;
	readonly path: string | undefined;
	readonly operation: StorageOperation;
	readonly systemCode: string | undefined;

	constructor(fields: StorageErrorFields, options?: { cause?: unknown }) {
		super(fields.code, fields.message, options);
		this.path = fields.path;
		this.operation = fields.operation;
		this.systemCode = fields.systemCode;
	}
}

/** A StorageError that the operating system did not raise itself. */
export function storageError(
	code: StorageCode,
	operation: StorageOperation,
	path: string | undefined,
	message: string,
): StorageError {
	return new StorageError({ code, message, path, operation, systemCode: undefined });
}

/** Turns whatever was thrown by a file call into a StorageError; one passes through unchanged. */
export function toStorageError(
	error: unknown,
	operation: StorageOperation,
	path: string | undefined,
): StorageError {
	if (error instanceof StorageError) return error;
	const systemCode = errorCode(error);
	const code = codeOf(systemCode);
	const message = `Cannot ${operation} ${path ?? 'the data'}: ${reasonOf(code, systemCode, error)}`;
	return new StorageError({ code, message, path, operation, systemCode }, { cause: error });
}

/** The plain fields of any thrown value. */
export function errorFields(error: unknown, operation: StorageOperation): StorageErrorFields {
	const {
		code,
		message,
		path,
		operation: actual,
		systemCode,
	} = toStorageError(error, operation, undefined);
	return { code, message, path, operation: actual, systemCode };
}

const CODE_BY_SYSTEM_CODE: Readonly<Record<string, StorageCode>> = {
	ENOSPC: 'STORAGE_DISK_FULL',
	EDQUOT: 'STORAGE_DISK_FULL',
	EACCES: 'STORAGE_DENIED',
	EPERM: 'STORAGE_DENIED',
	EROFS: 'STORAGE_DENIED',
	ETXTBSY: 'STORAGE_DENIED',
	ENOENT: 'STORAGE_MISSING',
	ENODEV: 'STORAGE_MISSING',
	ESTALE: 'STORAGE_MISSING',
	ENOTCONN: 'STORAGE_MISSING',
	EISDIR: 'STORAGE_FILE_FOREIGN',
	ENOTDIR: 'STORAGE_FILE_FOREIGN',
	ELOOP: 'STORAGE_FILE_FOREIGN',
	ENXIO: 'STORAGE_FILE_FOREIGN',
	EMFILE: 'STORAGE_TOO_MANY_FILES',
	ENFILE: 'STORAGE_TOO_MANY_FILES',
	EFBIG: 'STORAGE_UNSUPPORTED',
	ENAMETOOLONG: 'STORAGE_UNSUPPORTED',
	EILSEQ: 'STORAGE_UNSUPPORTED',
};

function codeOf(systemCode: string | undefined): StorageCode {
	return (systemCode === undefined ? undefined : CODE_BY_SYSTEM_CODE[systemCode]) ?? 'STORAGE_IO';
}

const REASONS: Partial<Record<StorageCode, string>> = {
	STORAGE_DISK_FULL: 'the disk is full; free some space',
	STORAGE_DENIED: 'permission denied or read-only; make it writable for this user',
	STORAGE_MISSING: 'it is not there; bring it or its volume back, or check the data again',
	STORAGE_FILE_FOREIGN: 'something else stands at this path; move it away',
	STORAGE_TOO_MANY_FILES: 'too many open files; raise the limit (ulimit -n)',
	STORAGE_UNSUPPORTED: 'the file system does not take this name or size; use another folder',
	STORAGE_IO: 'the device reports an error; check the disk',
};

function reasonOf(code: StorageCode, systemCode: string | undefined, error: unknown): string {
	// A programming error must not be dressed up as a broken disk.
	if (systemCode === undefined) return errorMessage(error);
	const known = systemCode in CODE_BY_SYSTEM_CODE || systemCode === 'EIO';
	const reason = known ? REASONS[code] : undefined;
	return `${reason ?? errorMessage(error)} (${systemCode})`;
}
