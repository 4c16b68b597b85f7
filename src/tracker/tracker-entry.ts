/** What one torrent knows of one of its trackers. Decides, does no I/O; times are monotonic ms. */
import { type BackoffLimits, backoffMs } from '../primitives/backoff.js';
import type { Random } from '../primitives/clock.js';
import type { AnnounceEvent, AnnounceResponse, ScrapeResponse } from './announce.js';
import { trackerAddress } from './tracker-address.js';
import type { TrackerError } from './tracker-error.js';

const BACKOFF: BackoffLimits = { firstMs: 15_000, maxMs: 1_800_000 };

/** How long the counts of an answer are good enough, and the least time between two scrapes. */
const SCRAPE_INTERVAL_MS = 15 * 60_000;

export class TrackerEntry {
	readonly url: string;
	/** Why it is never asked; undefined when it is. */
	readonly unsupported: string | undefined;
	/** 8 hex digits, another for every tracker: they cannot tell that we are the same. */
	readonly key: string;
	/** It took our `started` and has not had our `stopped`. */
	hasStarted = false;
	trackerId: string | undefined;
	/** In a row. */
	failures = 0;
	/** Not before this time, unless asked by hand. */
	retryAt = 0;
	/** Not before this time, except with an event. */
	minIntervalUntil = 0;
	lastAnswerAt: number | undefined;
	error: string | undefined;
	warning: string | undefined;
	peers: number | undefined;
	seeds: number | undefined;
	leechers: number | undefined;
	downloads: number | undefined;
	#startedIncomplete = false;
	#hasCompleted = false;
	#countsAt: number | undefined;
	#scrapedAt: number | undefined;

	constructor(url: string, random: Random) {
		this.url = url;
		this.unsupported = trackerAddress(url).unsupported;
		this.key = Math.floor(random() * 2 ** 32)
			.toString(16)
			.padStart(8, '0');
	}

	/** The event it has to hear next. Every tracker hears `started` first. */
	eventOwed(isComplete: boolean): AnnounceEvent | undefined {
		if (!this.hasStarted) return 'started';
		return this.owesCompleted(isComplete) ? 'completed' : undefined;
	}

	/** It knows us as a leecher and has not heard that we finished. */
	owesCompleted(isComplete: boolean): boolean {
		return isComplete && this.hasStarted && this.#startedIncomplete && !this.#hasCompleted;
	}

	/** May be asked now, as far as its own wishes and our back-off go. */
	isReady(nowMs: number, isComplete: boolean, ignoresBackoff: boolean): boolean {
		if (this.unsupported !== undefined) return false;
		if (this.retryAt > nowMs && !ignoresBackoff) return false;
		return this.minIntervalUntil <= nowMs || this.eventOwed(isComplete) !== undefined;
	}

	/** The earliest time for a plain announce. */
	readyAt(isComplete: boolean): number {
		return this.eventOwed(isComplete) === undefined
			? Math.max(this.retryAt, this.minIntervalUntil)
			: this.retryAt;
	}

	/** @param sent - the event of the request and how much was missing then */
	onAnswer(
		response: AnnounceResponse,
		sent: { readonly event: AnnounceEvent | undefined; readonly leftBytes: number },
		nowMs: number,
	): void {
		if (sent.event === 'started') {
			this.hasStarted = true;
			this.#startedIncomplete = sent.leftBytes > 0;
			this.#hasCompleted = false;
		}
		if (sent.event === 'completed') this.#hasCompleted = true;
		this.failures = 0;
		this.retryAt = 0;
		this.minIntervalUntil = nowMs + (response.minIntervalSeconds ?? 0) * 1000;
		this.lastAnswerAt = nowMs;
		this.error = undefined;
		this.warning = response.warning;
		this.trackerId = response.trackerId ?? this.trackerId;
		this.peers = response.peers.length;
		this.#onCounts(response, nowMs);
	}

	onFailure(error: TrackerError, nowMs: number, random: Random): void {
		this.failures++;
		const waitMs = backoffMs(this.failures, BACKOFF, random);
		this.retryAt = nowMs + Math.max(waitMs, error.retryInMs ?? 0);
		this.error = error.message;
		if (error.code === 'TRACKER_REFUSED') this.lastAnswerAt = nowMs;
	}

	/** We told it, or gave up telling it, that we are gone. */
	onStopped(): void {
		this.hasStarted = false;
		this.retryAt = 0;
		this.failures = 0;
		this.error = undefined;
	}

	/** True when a scrape would tell something new and is not too early. */
	wantsScrape(nowMs: number): boolean {
		if (!this.hasStarted || this.failures > 0) return false;
		if (this.#scrapedAt !== undefined && nowMs - this.#scrapedAt < SCRAPE_INTERVAL_MS) return false;
		const isFresh = this.#countsAt !== undefined && nowMs - this.#countsAt < SCRAPE_INTERVAL_MS;
		return !isFresh || this.seeds === undefined || this.downloads === undefined;
	}

	onScrapeSent(nowMs: number): void {
		this.#scrapedAt = nowMs;
	}

	onScrape(response: ScrapeResponse, nowMs: number): void {
		this.#onCounts(response, nowMs);
	}

	#onCounts(counts: ScrapeResponse, nowMs: number): void {
		if (counts.complete !== undefined || counts.incomplete !== undefined) this.#countsAt = nowMs;
		this.seeds = counts.complete ?? this.seeds;
		this.leechers = counts.incomplete ?? this.leechers;
		this.downloads = counts.downloaded ?? this.downloads;
	}
}
