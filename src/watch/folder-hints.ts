/** What the watched folder asks of whoever tells it about changes. */
import type { Recursion } from './folder-scan.js';

export interface FolderEventsOptions {
	readonly folder: string;
	readonly recursive: Recursion;
	/** Something happened at a path, or the watches are in place (the folder itself). */
	readonly onHint: (path: string) => void;
	/** Called at most once: no more hints will come. */
	readonly onFailure: (message: string) => void;
}

/** Starts hints; returns the way to stop them. */
export type FolderEvents = (options: FolderEventsOptions) => () => Promise<void>;

/** Error codes of a system without watches or handles left: more of them would starve the session. */
export const OUT_OF_WATCHES: ReadonlySet<string | undefined> = new Set([
	'EMFILE',
	'ENFILE',
	'ENOSPC',
]);
