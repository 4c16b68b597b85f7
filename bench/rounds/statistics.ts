/** Medians and ratios. Never a mean: one disturbed round must not move the figure. */

export interface Summary {
	readonly median: number;
	readonly min: number;
	readonly max: number;
	/** How many values there were. */
	readonly count: number;
}

/** @returns undefined when there is no value */
export function summarize(values: readonly number[]): Summary | undefined {
	const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
	const min = sorted[0];
	const max = sorted.at(-1);
	if (min === undefined || max === undefined) return undefined;
	return { median: percentile(sorted, 0.5), min, max, count: sorted.length };
}

/**
 * @param sorted - ascending, not empty
 * @param share - 0 to 1; between two values the straight line between them
 */
export function percentile(sorted: readonly number[], share: number): number {
	const at = (sorted.length - 1) * Math.min(1, Math.max(0, share));
	const below = sorted[Math.floor(at)] ?? Number.NaN;
	const above = sorted[Math.ceil(at)] ?? below;
	return below + (above - below) * (at - Math.floor(at));
}

/**
 * Ratios of two contenders, round by round: what disturbs a whole round disturbs both.
 * Rounds in which one of them has no value, or `over` is 0, are left out.
 */
export function pairRatios(
	of: readonly (number | undefined)[],
	over: readonly (number | undefined)[],
): number[] {
	const ratios: number[] = [];
	for (const [round, value] of of.entries()) {
		const other = over[round];
		if (value !== undefined && other !== undefined && other !== 0) ratios.push(value / other);
	}
	return ratios;
}
