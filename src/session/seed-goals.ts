/** When a complete torrent has seeded enough: by ratio, by time, or because nobody wants it. */
import { shareRatio } from '../torrent/transfer-totals.js';

/** Every goal that is 0 is off; the first one reached ends the seeding. */
export interface SeedGoals {
	/** Uploaded over downloaded bytes. */
	readonly ratio: number;
	/** Time spent seeding. */
	readonly seedMs: number;
	/** Time spent seeding since the last byte was uploaded. */
	readonly idleMs: number;
}

/** What one torrent has given so far. Times count only while it seeds: a queue is not generosity. */
export interface SeedProgress {
	readonly uploadedBytes: number;
	readonly downloadedBytes: number;
	readonly totalBytes: number;
	readonly seedMs: number;
	readonly idleMs: number;
}

export type SeedGoal = 'ratio' | 'time' | 'idle';

/** The goal that has been reached, or undefined while it should go on seeding. */
export function reachedSeedGoal(progress: SeedProgress, goals: SeedGoals): SeedGoal | undefined {
	const ratio = shareRatio(progress.uploadedBytes, progress.downloadedBytes, progress.totalBytes);
	if (goals.ratio > 0 && ratio >= goals.ratio) return 'ratio';
	if (goals.seedMs > 0 && progress.seedMs >= goals.seedMs) return 'time';
	if (goals.idleMs > 0 && progress.idleMs >= goals.idleMs) return 'idle';
	return undefined;
}
