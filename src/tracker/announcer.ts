/**
 * When a torrent announces, to which trackers in which order, and with which event (BEP 3, BEP 12).
 * Decides only: time and chance are arguments, `TrackerSession` does what it says.
 *
 * A round asks trackers one after the other, from the first tier on, until one answers. The next
 * round starts at the first tier again, so that a primary that comes back is used again.
 */
import type { Random } from '../primitives/clock.js';
import type { AnnounceEvent, AnnounceResponse } from './announce.js';
import { mergeTiers, promote, type Tiers } from './tier.js';
import { TrackerEntry } from './tracker-entry.js';
import type { TrackerError } from './tracker-error.js';

/** A download without enough peers asks again after this time, then twice as long, and so on. */
const HUNGRY_FIRST_MS = 15_000;
/** Announces are spread over this part of the interval, so that a crowd does not return at once. */
const JITTER = 0.1;

/** `hungry` rounds come before the interval is over. */
type RoundReason = 'regular' | 'hungry' | 'by-hand' | 'completed';

export class Announcer {
	readonly #random: Random;
	#tiers: Tiers = [];
	/** In the order of the tiers. */
	#entries: readonly TrackerEntry[] = [];
	#active: TrackerEntry | undefined;
	/** End of the interval of the last answer. */
	#dueAt = 0;
	/** When a hungry download may ask again. */
	#hungryAt = 0;
	#hungrySteps = 0;
	#isHungry = false;
	#isByHand = false;
	#isComplete = false;
	#reason: RoundReason = 'regular';

	constructor(options: { readonly tiers: Tiers; readonly random: Random }) {
		this.#random = options.random;
		this.setTiers(options.tiers);
	}

	get tiers(): Tiers {
		return this.#tiers;
	}

	/** The one that answered the last round. */
	get active(): TrackerEntry | undefined {
		return this.#active;
	}

	get isComplete(): boolean {
		return this.#isComplete;
	}

	/** In the order of the tiers. */
	get entries(): readonly TrackerEntry[] {
		return this.#entries;
	}

	/** The one that a round most likely begins with; undefined when there is none to ask. */
	get first(): TrackerEntry | undefined {
		return this.#active ?? this.#entries.find(({ unsupported }) => unsupported === undefined);
	}

	/** Takes a new list; the entries of URLs that are no longer in it are given back. */
	setTiers(tiers: Tiers): readonly TrackerEntry[] {
		this.#tiers = mergeTiers(this.#tiers, tiers, this.#random);
		const before = this.#entries;
		const entries = this.#inOrder();
		this.#entries = entries;
		if (this.#active !== undefined && !entries.includes(this.#active)) this.#active = undefined;
		return before.filter((entry) => !entries.includes(entry));
	}

	/** @returns whether that is news */
	setHungry(isHungry: boolean): boolean {
		const isNews = this.#isHungry !== isHungry;
		this.#isHungry = isHungry;
		return isNews;
	}

	/** The download finished while we were announcing it. */
	setComplete(): void {
		this.#isComplete = true;
	}

	/** The next round comes as early as the tracker in use allows. */
	askByHand(): void {
		this.#isByHand = true;
	}

	/** Everything about being announced is over; a later round begins with `started` again. */
	reset(): void {
		for (const entry of this.#entries) entry.onStopped();
		this.#active = undefined;
		this.#isByHand = false;
		this.#isComplete = false;
		this.#hungrySteps = 0;
	}

	/** When the next round has to begin; undefined when there is no tracker to ask. */
	nextRoundAt(nowMs: number): number | undefined {
		if (this.first === undefined) return undefined;
		const active = this.#active;
		if (active === undefined) {
			if (this.#isByHand) return nowMs;
			return this.#readyAt();
		}
		if (active.owesCompleted(this.#isComplete)) return nowMs;
		const allowedAt = Math.max(nowMs, active.minIntervalUntil);
		if (this.#isByHand) return allowedAt;
		if (!this.#isHungry) return this.#dueAt;
		return Math.min(this.#dueAt, Math.max(allowedAt, this.#hungryAt));
	}

	/**
	 * The trackers to ask in this round, in order. One in back-off is left out until its time, unless
	 * all are; one that set a `min interval` is left out until that is over, unless it has to hear of
	 * an event.
	 */
	beginRound(nowMs: number): readonly TrackerEntry[] {
		this.#reason = this.#roundReason(nowMs);
		this.#isByHand = false;
		const ignoresBackoff = this.#reason === 'by-hand';
		const ready = (ignores: boolean): readonly TrackerEntry[] =>
			this.#entries.filter((entry) => entry.isReady(nowMs, this.#isComplete, ignores));
		const candidates = ready(ignoresBackoff);
		const chosen = candidates.length > 0 ? candidates : ready(true);
		const active = this.#active;
		if (this.#reason !== 'completed' || active === undefined) return chosen;
		// The tracker that knows us as a leecher hears first that we are none any more.
		return [active, ...chosen.filter((entry) => entry !== active)];
	}

	eventFor(entry: TrackerEntry): AnnounceEvent | undefined {
		return entry.eventOwed(this.#isComplete);
	}

	/** An answer ends the round. */
	onAnswer(
		entry: TrackerEntry,
		response: AnnounceResponse,
		sent: { readonly event: AnnounceEvent | undefined; readonly leftBytes: number },
		nowMs: number,
	): void {
		entry.onAnswer(response, sent, nowMs);
		this.#active = entry;
		this.#promote(entry);
		const seconds = Math.max(response.intervalSeconds, response.minIntervalSeconds ?? 0);
		this.#dueAt = nowMs + seconds * 1000 * (1 + this.#random() * JITTER);
		// Starts over only after a time with enough peers: a dead swarm is not asked more and more often.
		if (!this.#isHungry && this.#reason === 'regular') this.#hungrySteps = 0;
		const hungryMs = HUNGRY_FIRST_MS * 2 ** Math.min(20, this.#hungrySteps);
		this.#hungrySteps++;
		this.#hungryAt = nowMs + hungryMs * (1 + this.#random() * JITTER);
	}

	/** No answer: the round goes on with the next tracker. */
	onFailure(entry: TrackerEntry, error: TrackerError, nowMs: number): void {
		entry.onFailure(error, nowMs, this.#random);
		if (this.#active === entry) this.#active = undefined;
	}

	/** The earliest time at which one of them may be asked. */
	#readyAt(): number {
		let readyAt = Number.POSITIVE_INFINITY;
		for (const entry of this.#entries) {
			if (entry.unsupported === undefined)
				readyAt = Math.min(readyAt, entry.readyAt(this.#isComplete));
		}
		return readyAt;
	}

	#promote({ url }: TrackerEntry): void {
		const tiers = promote(this.#tiers, url);
		if (tiers === this.#tiers) return;
		this.#tiers = tiers;
		this.#entries = this.#inOrder();
	}

	/** Entries of the tiers as they are now: those there are, and new ones. */
	#inOrder(): TrackerEntry[] {
		const known = new Map(this.#entries.map((entry) => [entry.url, entry]));
		return this.#tiers.flat().map((url) => known.get(url) ?? new TrackerEntry(url, this.#random));
	}

	#roundReason(nowMs: number): RoundReason {
		if (this.#active?.owesCompleted(this.#isComplete) === true) return 'completed';
		if (this.#isByHand) return 'by-hand';
		return this.#active !== undefined && nowMs < this.#dueAt ? 'hungry' : 'regular';
	}
}
