/** What a failure of the disk threads means for the maker of a torrent. */
import { errorMessage } from '../primitives/app-error.js';
import { StorageError } from '../storage/storage-error.js';
import { abortedError, ToolsError } from './tools-error.js';

/** Turns whatever listing or hashing threw into a ToolsError that names the path. */
export function readFailure(error: unknown): ToolsError {
	if (error instanceof ToolsError) return error;
	const options = { cause: error };
	if (!(error instanceof StorageError))
		return new ToolsError('TOOLS_UNREADABLE', undefined, errorMessage(error), options);
	const place = error.path ?? 'the data';
	const { code, message, path } = error;
	if (code === 'STORAGE_ABORTED') return abortedError();
	if (code === 'STORAGE_MISSING' || code === 'STORAGE_FILE_FOREIGN')
		return changedError(place, options);
	if (code === 'STORAGE_UNSUPPORTED')
		return new ToolsError('TOOLS_TOO_LARGE', path, message, options);
	const reason = code === 'STORAGE_DENIED' ? `${place}: Permission denied` : message;
	return new ToolsError('TOOLS_UNREADABLE', path, reason, options);
}

/** The file is not the one that was listed. */
export function changedError(place: string, options?: { cause?: unknown }): ToolsError {
	const message = `${place} changed while it was read; try again when nobody writes to it`;
	return new ToolsError('TOOLS_CHANGED', place, message, options);
}
