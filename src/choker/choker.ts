/**
 * Whom to upload to (BEP 3), decided every 10 s for one torrent; pure but for its memory of turns.
 *
 * Leeching: all slots but one go to the interested peers that give us most; the last rotates
 * (`OptimisticUnchoke`). Snubbed peers get that one, or slots that nobody else wants.
 * Seeding: every slot goes round, so that each interested peer gets its turn.
 */
import type { Random } from '../primitives/clock.js';
import { automaticSlots } from './automatic-slots.js';
import { OptimisticUnchoke } from './optimistic-unchoke.js';
import { byDownloadRate, byTurns, type ChokeCandidate, type Ranked } from './rankings.js';

export type { ChokeCandidate } from './rankings.js';

export interface ChokePlan<K> {
	/** Everybody else is to be choked. */
	readonly unchoked: ReadonlySet<K>;
	/** One of `unchoked`; undefined when seeding or when nobody is left for it. */
	readonly optimistic: K | undefined;
}

export interface ChokeOptions {
	/** Most peers to upload to at once, the optimistic one included; 0 = chosen by upload rate. */
	readonly slots: number;
	readonly isSeeding: boolean;
	/** Monotonic milliseconds. */
	readonly nowMs: number;
}

export class Choker<K> {
	readonly #optimistic: OptimisticUnchoke<K>;
	#automaticSlots = 0;
	/** When a peer's wait began: it came, or its last turn ended. Holds present peers only. */
	#waitingSinceMsByKey = new Map<K, number>();

	constructor(options: { readonly random: Random }) {
		this.#optimistic = new OptimisticUnchoke(options.random);
	}

	/**
	 * Decides for the next 10 s. Only interested peers are unchoked.
	 * @param candidates - all connected peers of the torrent, each key once
	 */
	plan(candidates: readonly ChokeCandidate<K>[], options: ChokeOptions): ChokePlan<K> {
		const { isSeeding, nowMs } = options;
		const slots = options.slots > 0 ? Math.ceil(options.slots) : this.#chooseSlots(candidates);
		const ranked = this.#remember(candidates, nowMs);
		const interested = ranked.filter(({ candidate }) => candidate.isInterested);
		return isSeeding
			? this.#planSeeding(interested, slots)
			: this.#planLeeching(interested, slots, nowMs);
	}

	#planSeeding(interested: Ranked<K>[], slots: number): ChokePlan<K> {
		this.#optimistic.clear();
		const unchoked = new Set(keysOf(interested.sort(byTurns).slice(0, slots)));
		return { unchoked, optimistic: undefined };
	}

	#planLeeching(interested: Ranked<K>[], slots: number, nowMs: number): ChokePlan<K> {
		const everybody = interested.map(({ candidate }) => candidate);
		const held = this.#optimistic.held(everybody, nowMs);
		const rivals = interested.filter(({ candidate: { key, isSnubbed } }) => {
			return !isSnubbed && key !== held;
		});
		const unchoked = new Set(keysOf(rivals.sort(byDownloadRate).slice(0, slots - 1)));
		const optimistic =
			held ??
			this.#optimistic.rotate(
				everybody.filter(({ key }) => !unchoked.has(key)),
				nowMs,
			);
		if (optimistic !== undefined) unchoked.add(optimistic);
		// Slots nobody else wants: idle upload helps no one, so even snubbed peers get those, in turns.
		for (const key of keysOf(interested.sort(byTurns))) {
			if (unchoked.size >= slots) break;
			unchoked.add(key);
		}
		return { unchoked, optimistic };
	}

	#chooseSlots(candidates: readonly ChokeCandidate<K>[]): number {
		const uploadRate = candidates.reduce((sum, candidate) => sum + candidate.uploadRate, 0);
		this.#automaticSlots = automaticSlots(uploadRate, this.#automaticSlots);
		return this.#automaticSlots;
	}

	#remember(candidates: readonly ChokeCandidate<K>[], nowMs: number): Ranked<K>[] {
		const before = this.#waitingSinceMsByKey;
		const waitingSinceMsByKey = new Map<K, number>();
		const ranked = candidates.map((candidate) => {
			const since = candidate.isUnchoked ? nowMs : before.get(candidate.key);
			const waitingSinceMs = since ?? nowMs - Math.max(0, candidate.connectedForMs);
			waitingSinceMsByKey.set(candidate.key, waitingSinceMs);
			return { candidate, waitingSinceMs };
		});
		this.#waitingSinceMsByKey = waitingSinceMsByKey;
		return ranked;
	}
}

function keysOf<K>(ranked: readonly Ranked<K>[]): K[] {
	return ranked.map(({ candidate }) => candidate.key);
}
