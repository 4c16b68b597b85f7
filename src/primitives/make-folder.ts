/** Makes a folder and those above it, one `mkdir` a level. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from './app-error.js';

/**
 * Like `mkdir` with `recursive`, which tries for ever where the system answers "no such file" for a
 * folder whose parent is there (`/proc`).
 * Rejects with the system's error.
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
	const full = path.resolve(folder);
	try {
		await mkdir(full, { mode });
		return;
	} catch (error) {
		if (errorCode(error) === 'EEXIST') return;
		if (errorCode(error) !== 'ENOENT' || path.dirname(full) === full) throw error;
	}
	await makeFolder(path.dirname(full), mode);
	await mkdir(full, { mode }).catch((error: unknown) => {
		// Somebody else was faster.
		if (errorCode(error) !== 'EEXIST') throw error;
	});
}
