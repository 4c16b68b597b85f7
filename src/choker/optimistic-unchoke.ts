/** The rotating extra slot: a chance for peers that have had none to show what they give (BEP 3). */
import type { Random } from '../primitives/clock.js';
import type { ChokeCandidate } from './rankings.js';

/** Three rounds of the choker: time for a new peer to answer in kind. */
const ROTATION_MS = 30_000;

/** Peers younger than this have nothing to give yet and are drawn more often. */
const NEW_PEER_MS = 60_000;
const NEW_PEER_WEIGHT = 3;

export class OptimisticUnchoke<K> {
	readonly #random: Random;
	#holder: K | undefined;
	#chosenAtMs = 0;

	constructor(random: Random) {
		this.#random = random;
	}

	/**
	 * Who has the slot and keeps it: for 30 s, while it is still among the interested peers.
	 * Undefined when it is time to `rotate`.
	 */
	held(interested: readonly ChokeCandidate<K>[], nowMs: number): K | undefined {
		const holder = this.#holder;
		if (holder === undefined || nowMs - this.#chosenAtMs >= ROTATION_MS) return undefined;
		return interested.some(({ key }) => key === holder) ? holder : undefined;
	}

	/**
	 * Gives the slot to somebody else, or to the same peer when there is nobody else.
	 * @param eligible - interested peers without a regular slot
	 */
	rotate(eligible: readonly ChokeCandidate<K>[], nowMs: number): K | undefined {
		const others = eligible.filter(({ key }) => key !== this.#holder);
		this.#holder = this.#draw(others.length > 0 ? others : eligible);
		this.#chosenAtMs = nowMs;
		return this.#holder;
	}

	/** Nobody has the slot. */
	clear(): void {
		this.#holder = undefined;
	}

	#draw(candidates: readonly ChokeCandidate<K>[]): K | undefined {
		const total = candidates.reduce((sum, candidate) => sum + weightOf(candidate), 0);
		let left = this.#random() * total;
		for (const candidate of candidates) {
			left -= weightOf(candidate);
			if (left < 0) return candidate.key;
		}
		return candidates.at(-1)?.key;
	}
}

function weightOf(candidate: ChokeCandidate<unknown>): number {
	return candidate.connectedForMs < NEW_PEER_MS ? NEW_PEER_WEIGHT : 1;
}
