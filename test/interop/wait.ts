/** Waiting for what other programs do, which send no events. */
import { setTimeout as sleep } from 'node:timers/promises';
import { POLL_INTERVAL_MS } from './settings.js';

/**
 * Asks again and again until the answer is true.
 * @returns false when `limitMs` passed or `signal` was aborted first
 */
export async function waitUntil(
	ask: () => boolean | Promise<boolean>,
	limitMs: number,
	signal?: AbortSignal,
): Promise<boolean> {
	const giveUpAt = Date.now() + limitMs;
	while (!(await ask())) {
		if (Date.now() > giveUpAt || signal?.aborted === true) return false;
		await sleep(POLL_INTERVAL_MS);
	}
	return true;
}

/** The answer, or undefined from a program that does not answer yet. */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
	try {
		return await answer;
	} catch {
		// Not listening yet, or ended: the caller asks again until its limit.
		return undefined;
	}
}
