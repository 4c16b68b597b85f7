/** What a micro bench is: one part of the program, measured in a process of its own. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { distFolder } from '../../machine/project-folders.js';
import type { BenchCase, Figures } from '../../rounds/bench-plan.js';

/** Measures for about `budgetMs` per figure. */
export type Measure = (budgetMs: number) => Promise<Figures>;

export interface MicroCase extends Pick<BenchCase, 'name' | 'title' | 'figures' | 'ratios'> {
	/** By contender. */
	readonly variants: Readonly<Record<string, Measure>>;
}

/** Before the clock runs, so that the compiler has done its work. */
const WARM_UP_SHARE = 0.5;

/** A module of the build under test: `wire/decoder.js`. */
export async function underTest<T>(file: string): Promise<T> {
	const url = pathToFileURL(path.join(distFolder(), 'src', file)).href;
	return (await import(url)) as T;
}

/**
 * Repeats some work and tells units a second; only the work is timed.
 * @param prepare - makes what one run of the work uses up
 * @param work - returns how many units it did
 */
export function perSecond<T>(
	budgetMs: number,
	prepare: () => T,
	work: (prepared: T) => number,
): number {
	runFor(budgetMs * WARM_UP_SHARE, prepare, work);
	return runFor(budgetMs, prepare, work);
}

function runFor<T>(budgetMs: number, prepare: () => T, work: (prepared: T) => number): number {
	let units = 0;
	let usedMs = 0;
	while (usedMs < budgetMs) {
		const prepared = prepare();
		const startMs = performance.now();
		units += work(prepared);
		usedMs += performance.now() - startMs;
	}
	return (units * 1000) / usedMs;
}

/** The same numbers each run (mulberry32). */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
