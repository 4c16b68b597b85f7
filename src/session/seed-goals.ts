/** When a complete torrent has seeded enough: by ratio, by time, or because nobody wants it. */

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

/**
 * Uploaded over downloaded bytes; over the size when nothing was downloaded,
 * so that data found on disk does not count as a ratio without end. 0 when there is nothing.
 */
export function seedRatio(
	uploadedBytes: number,
	downloadedBytes: number,
	totalBytes: number,
): number {
	const base = downloadedBytes > 0 ? downloadedBytes : totalBytes;
	return base > 0 ? uploadedBytes / base : 0;
}

/** The goal that has been reached, or undefined while it should go on seeding. */
export function reachedSeedGoal(progress: SeedProgress, goals: SeedGoals): SeedGoal | undefined {
	const ratio = seedRatio(progress.uploadedBytes, progress.downloadedBytes, progress.totalBytes);
	if (goals.ratio > 0 && ratio >= goals.ratio) return 'ratio';
	if (goals.seedMs > 0 && progress.seedMs >= goals.seedMs) return 'time';
	if (goals.idleMs > 0 && progress.idleMs >= goals.idleMs) return 'idle';
	return undefined;
}

/**
 * How long until a time or idle goal could be reached, so that a timer can be set.
 * @returns milliseconds, at least 0; undefined when no goal depends on time
 */
export function msToSeedGoal(progress: SeedProgress, goals: SeedGoals): number | undefined {
	const waits: number[] = [];
	if (goals.seedMs > 0) waits.push(goals.seedMs - progress.seedMs);
	if (goals.idleMs > 0) waits.push(goals.idleMs - progress.idleMs);
	return waits.length === 0 ? undefined : Math.max(0, Math.min(...waits));
}
