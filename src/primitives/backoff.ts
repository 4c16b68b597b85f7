/** Delays between retries: doubling, capped, with jitter so that a crowd does not return at once. */
import type { Random } from './clock.js';

export interface BackoffLimits {
	readonly firstMs: number;
	readonly maxMs: number;
}

/**
 * The wait before the next try.
 * @param failures - how many tries failed in a row, from 1
 * @returns between 75 % and 125 % of `firstMs * 2^(failures - 1)`, the base capped at `maxMs`
 */
export function backoffMs(failures: number, limits: BackoffLimits, random: Random): number {
	const base = Math.min(
		limits.maxMs,
		limits.firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)),
	);
	return base * (0.75 + random() * 0.5);
}
