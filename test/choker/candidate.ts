/** Candidates and chance for the choker's tests. */

import type { ChokeCandidate } from '../../src/choker/choker.js';
import type { Random } from '../../src/primitives/clock.js';

/** An interested, choked peer that gives and gets nothing, connected for ten minutes. */
export function candidate(
	key: string,
	fields: Partial<ChokeCandidate<string>> = {},
): ChokeCandidate<string> {
	return {
		key,
		isInterested: true,
		isUnchoked: false,
		isSnubbed: false,
		downloadRate: 0,
		uploadRate: 0,
		connectedForMs: 600_000,
		uploadedSinceUnchokeBytes: 0,
		unchokedForMs: 0,
		...fields,
	};
}

/** The same numbers in every run. */
export function seededRandom(seed: number): Random {
	let state = seed;
	return () => {
		// A linear congruential generator (Numerical Recipes' constants).
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}
