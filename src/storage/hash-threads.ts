/**
 * Starts disk threads for the torrent tools. It is apart from what talks to them and loads next to
 * nothing: they come up while the rest of the program is loaded.
 */
import { statSync } from 'node:fs';
import os from 'node:os';
import type { Worker } from 'node:worker_threads';
import type { WorkerStart } from './disk-messages.js';
import { startDiskThread } from './start-disk-thread.js';

/** Files a thread holds open: it reads one after the other. */
const OPEN_FILES = 8;

/** Less than this is hashed before a second thread would be up. */
export const ONE_THREAD_BYTES: number = 32 * 1024 * 1024;

export interface HashThreadOptions {
	/** Default one a core. */
	readonly threads?: number;
	/** Behind everything else where the system can do that; for use beside a running session. */
	readonly isBackground?: boolean;
	/** Entry of a disk thread; tests name one whose file calls fail. */
	readonly workerEntry?: URL;
}

/** How many threads a pool may have, how it starts one, and those that run already. */
export interface HashThreads {
	readonly count: number;
	readonly entry: URL;
	readonly start: WorkerStart;
	/** Given to one pool, which ends them. */
	readonly started: readonly Worker[];
}

/** True for a folder or a large file; false also for what is neither. */
export function isWorthThreads(path: string): boolean {
	try {
		const facts = statSync(path);
		return facts.isDirectory() || facts.size > ONE_THREAD_BYTES;
	} catch {
		// Not there, or no path at all: nothing is decided here but when a thread starts.
		return false;
	}
}

/** @param startCount - how many to start at once */
export function hashThreads(options: HashThreadOptions, startCount: number): HashThreads {
	const entry = options.workerEntry ?? new URL('./disk-worker.js', import.meta.url);
	const start: WorkerStart = {
		ring: new SharedArrayBuffer(0),
		readRing: new SharedArrayBuffer(0),
		maxOpenFiles: OPEN_FILES,
		isBackground: options.isBackground ?? false,
		entry: entry.href,
	};
	const count = Math.max(1, options.threads ?? os.availableParallelism());
	const length = Math.min(count, startCount);
	const started = Array.from({ length }, () => startDiskThread(entry, start));
	return { count, entry, start, started };
}
