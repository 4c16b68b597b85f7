/** When a file that is not a torrent is given up: until then it may still be being written. */

/** A file that does not parse gets this long after its last change. */
export const SETTLE_MS = 15_000;

/** When a file last changed, in two ways, because neither can be trusted alone. */
export interface FileAge {
	/** Monotonic time at which a scan first saw this version; undefined when it was there at the start. */
	readonly seenAtMs: number | undefined;
	/** The file's own last change by the file system's clock, in milliseconds since 1970. */
	readonly changedAtWallMs: number;
}

/**
 * Milliseconds until a file that does not parse is reported, 0 when it is time.
 *
 * A file found at the start is judged by its dates alone, so that an old broken one is reported
 * at once; one that came or changed later is judged by what the scans saw too, because a copy
 * may carry old dates and a server's clock may be wrong. A date a little in the future is a
 * clock's error and counts as now; one far in the future says nothing.
 */
export function settleMs(age: FileAge, nowMs: number, wallMs: number): number {
	const ageByDate = wallMs - age.changedAtWallMs;
	const byDate = ageByDate >= -SETTLE_MS ? SETTLE_MS - Math.max(0, ageByDate) : 0;
	const bySight = age.seenAtMs === undefined ? 0 : SETTLE_MS - (nowMs - age.seenAtMs);
	return Math.max(0, byDate, bySight);
}
