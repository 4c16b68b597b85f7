/**
 * Replaces a file so that after a crash at any moment either the old or the new content is there,
 * whole: temporary file in the same folder, flush, rename, flush of the folder.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage } from '../primitives/app-error.js';
import { StateError } from './state-error.js';

/** End of the temporary files' names; one that a crash left behind may be removed. */
export const TEMPORARY_SUFFIX = '.tmp';

/** The file calls made, so that tests can make any of them fail. */
export interface AtomicFs {
	open(path: string, flags: string, mode?: number): Promise<FileHandle>;
	rename(from: string, to: string): Promise<void>;
	unlink(path: string): Promise<void>;
}

export const nodeAtomicFs: AtomicFs = { open, rename, unlink };

/**
 * @param filePath - its folder must exist
 * @param mode - permissions of the new file; only its owner's unless given
 * @throws {StateError} STATE_WRITE_FAILED; the old content is then intact
 */
export async function atomicWrite(
	filePath: string,
	bytes: Uint8Array,
	fs: AtomicFs = nodeAtomicFs,
	mode = 0o600,
): Promise<void> {
	const name = `${filePath}.${randomBytes(6).toString('hex')}${TEMPORARY_SUFFIX}`;
	try {
		await writeNew(fs, name, bytes, mode);
		await fs.rename(name, filePath);
		await syncFolder(fs, path.dirname(filePath));
	} catch (error) {
		await fs.unlink(name).catch(() => {
			// Never made or renamed already; what matters is the error above.
		});
		throw new StateError(
			'STATE_WRITE_FAILED',
			filePath,
			`Cannot save ${filePath}: ${errorMessage(error)}`,
			{ cause: error },
		);
	}
}

async function writeNew(
	fs: AtomicFs,
	name: string,
	bytes: Uint8Array,
	mode: number,
): Promise<void> {
	const file = await fs.open(name, 'wx', mode);
	try {
		await file.writeFile(bytes);
		await file.sync();
	} finally {
		await file.close();
	}
}

async function syncFolder(fs: AtomicFs, folder: string): Promise<void> {
	// Windows cannot open folders, and keeps renames by itself.
	if (process.platform === 'win32') return;
	const handle = await fs.open(folder, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
