/** Folders for payloads and runs: in memory when there is room, so that no disk is measured. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const SHARED_MEMORY = '/dev/shm';
/** For processes and the page cache, besides what a case says it needs. */
const SPARE_BYTES = 3 * 2 ** 30;

/** Made and not yet removed. */
const made = new Set<string>();

export interface WorkFolder {
	readonly path: string;
	/** For the result file: `memory (/dev/shm)`, `BENCH_TMP` or `disk`. */
	readonly kind: string;
}

/** Makes a folder that `removeWorkFolder` or the end of the program removes. */
export function makeWorkFolder(roomBytes: number): WorkFolder {
	const { parent, kind } = chooseParent(roomBytes);
	mkdirSync(parent, { recursive: true });
	const folder = mkdtempSync(path.join(parent, 'btmany-bench-'));
	made.add(folder);
	return { path: folder, kind };
}

export function removeWorkFolder(folder: WorkFolder): void {
	rmSync(folder.path, { recursive: true, force: true });
	made.delete(folder.path);
}

/** For the last moment. */
export function removeAllWorkFolders(): void {
	for (const folder of made) rmSync(folder, { recursive: true, force: true });
	made.clear();
}

function chooseParent(roomBytes: number): { parent: string; kind: string } {
	const named = process.env['BENCH_TMP'];
	if (named !== undefined && named !== '')
		return { parent: path.resolve(named), kind: 'BENCH_TMP' };
	if (sharedMemoryRoomBytes() >= roomBytes + SPARE_BYTES) {
		return { parent: SHARED_MEMORY, kind: `memory (${SHARED_MEMORY})` };
	}
	return { parent: os.tmpdir(), kind: 'disk' };
}

/** The lesser of what the file system would take and what the kernel says is available. */
function sharedMemoryRoomBytes(): number {
	try {
		const { bavail, bsize } = statfsSync(SHARED_MEMORY);
		const info = readFileSync('/proc/meminfo', 'utf8');
		const availableKib = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(info)?.[1] ?? 0);
		return Math.min(bavail * bsize, availableKib * 1024);
	} catch {
		// Not there, or not to be looked at.
		return 0;
	}
}
