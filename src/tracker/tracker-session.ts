/**
 * All trackers of one torrent: does what `Announcer` decides. Between two rounds it is one object that
 * waits for its time; what a round needs is made when it begins.
 */
import { errorMessage } from '../primitives/app-error.js';
import type { AnnounceEvent, AnnounceResponse } from './announce.js';
import { Announcer } from './announcer.js';
import type { DueWaiter } from './due-times.js';
import type { Tiers } from './tier.js';
import { type TrackerAddress, trackerAddress } from './tracker-address.js';
import type { TrackerEntry } from './tracker-entry.js';
import { TrackerError } from './tracker-error.js';
import type { AnnouncedTorrent, TrackerServices } from './tracker-services.js';
import type { TrackerStatus } from './tracker-status.js';
import { trackerStatuses } from './tracker-statuses.js';
import type { TurnWaiter } from './turns.js';

const STOP_TIMEOUT_MS = 5000;
/** A tracker that has others behind it gets less time, so that peers are found sooner. */
const SHORT_PATIENCE_MS = 20_000;
/** Between the beginnings of two rounds, whatever asks for them. */
const MIN_ROUND_GAP_MS = 1000;
/** How many times a first announce is put off because our port is not known yet. */
const MAX_PORT_WAITS = 5;
/** Announced when nobody can dial us: trackers refuse port 0. */
const NO_PORT = 1;

/** One announce of the round under way. */
interface Flight {
	readonly entry: TrackerEntry;
	readonly event: AnnounceEvent | undefined;
}

interface Round {
	/** Whose place in the line it has. */
	readonly place: TrackerAddress;
	readonly stop: AbortController;
	flight: Flight | undefined;
	done: Promise<void>;
}

export class TrackerSession implements DueWaiter, TurnWaiter {
	/** See `DueWaiter`. */
	dueAtMs = 0;
	duePlace = -1;
	readonly #torrent: AnnouncedTorrent;
	readonly #services: TrackerServices;
	readonly #announcer: Announcer;
	#isRunning = false;
	/** It stands in the line for this tracker. */
	#waitsFor: TrackerAddress | undefined;
	#round: Round | undefined;
	#lastRoundAt = Number.NEGATIVE_INFINITY;
	#portWaits = 0;
	/** Ends scrapes and goodbyes; made with the first of them. */
	#ending: AbortController | undefined;
	#scrapes = 0;
	/** Made with the first of them. */
	#goodbyes: Set<Promise<void>> | undefined;

	constructor(torrent: AnnouncedTorrent, tiers: Tiers, services: TrackerServices) {
		this.#torrent = torrent;
		this.#services = services;
		this.#announcer = new Announcer({ tiers, random: services.random });
	}

	/** Host and port of the tracker in use, for people; undefined when there is none. */
	get shownHost(): string | undefined {
		const entry = this.#announcer.active ?? this.#announcer.entries[0];
		return entry === undefined ? undefined : trackerAddress(entry.url).shownHost;
	}

	/** Announces `started` at once. Nothing happens when it runs already. */
	start(): void {
		if (this.#isRunning) return;
		this.#isRunning = true;
		this.#portWaits = 0;
		// Goodbyes of an earlier run must not overtake the new hello.
		this.#ending?.abort();
		this.#ending = undefined;
		this.#begin();
	}

	/** The download has just finished: `completed` goes once to each tracker that saw it unfinished. */
	completed(): void {
		this.#announcer.setComplete();
		this.#schedule();
	}

	/**
	 * Sends `stopped`, in parallel, to every tracker that had `started`.
	 * @returns a promise that never rejects and settles after `timeoutMs` at the latest
	 */
	async stop(timeoutMs: number = STOP_TIMEOUT_MS): Promise<void> {
		if (this.#isRunning) {
			this.#isRunning = false;
			this.#stopWaiting();
			const round = this.#round;
			this.#round = undefined;
			// A `completed` on its way is let through: a download that ends the program counts too.
			if (round?.flight?.event !== 'completed') round?.stop.abort();
			const started = this.#announcer.entries.filter((entry) => this.#mayKnowUs(entry, round));
			for (const entry of started) this.#sayGoodbye(entry, round);
			this.#announcer.reset();
			this.#torrent.onChange();
		}
		const ending = this.#ending;
		const goodbyes = this.#goodbyes;
		await this.#waitForGoodbyes(timeoutMs);
		// An abort is dear, and there are thousands of us.
		if (this.#scrapes > 0 || (goodbyes !== undefined && goodbyes.size > 0)) ending?.abort();
	}

	/** Announces now, or as soon as the `min interval` of the tracker in use is over. */
	reannounce(): void {
		if (!this.#isRunning || this.#isAtWork) return;
		this.#announcer.askByHand();
		this.#schedule();
	}

	/** Whether a download wants more peers before the interval is over. */
	setHungry(isHungry: boolean): void {
		if (this.#announcer.setHungry(isHungry)) this.#schedule();
	}

	/** Takes an edited announce list; trackers that stay keep all they know. */
	setTiers(tiers: Tiers): void {
		const round = this.#round;
		const removed = this.#announcer.setTiers(tiers);
		if (this.#isRunning) {
			for (const entry of removed)
				if (this.#mayKnowUs(entry, round)) this.#sayGoodbye(entry, round);
			if (round?.flight !== undefined && removed.includes(round.flight.entry)) {
				this.#round = undefined;
				round.stop.abort();
			}
			this.#schedule();
		}
		this.#torrent.onChange();
	}

	/** Somebody looks at the counts: scrapes the trackers in use whose counts are older than 15 min. */
	requestScrape(): void {
		if (!this.#isRunning) return;
		const { clock } = this.#services;
		for (const entry of this.#announcer.entries) {
			if (!entry.wantsScrape(clock.now())) continue;
			entry.onScrapeSent(clock.now());
			void this.#scrape(entry, this.#endingSignal());
		}
	}

	/** One line per tracker, in the order they are tried now. */
	status(): readonly TrackerStatus[] {
		const next = this.#waitsFor === undefined ? undefined : this.#announcer.first;
		return trackerStatuses(this.#announcer, this.#services.clock.now(), {
			isRunning: this.#isRunning,
			announcing: this.#round?.flight?.entry ?? next,
		});
	}

	/** See `DueWaiter`. */
	onDue(): void {
		this.#begin();
	}

	/** See `TurnWaiter`. */
	onTurn(): void {
		const place = this.#waitsFor;
		if (place === undefined) return;
		this.#waitsFor = undefined;
		this.#startRound(place);
	}

	/** In a round, or in the line for one. */
	get #isAtWork(): boolean {
		return this.#round !== undefined || this.#waitsFor !== undefined;
	}

	#stopWaiting(): void {
		this.#services.dueTimes.delete(this);
		if (this.#waitsFor !== undefined) this.#services.line.forget(this.#waitsFor, this);
		this.#waitsFor = undefined;
	}

	#schedule(): void {
		const { clock, dueTimes } = this.#services;
		if (!this.#isRunning || this.#isAtWork) return;
		const now = clock.now();
		const dueAt = this.#announcer.nextRoundAt(now);
		if (dueAt === undefined) dueTimes.delete(this);
		else dueTimes.set(this, Math.max(dueAt, this.#lastRoundAt + MIN_ROUND_GAP_MS, now));
	}

	#begin(): void {
		const { clock, dueTimes, line } = this.#services;
		dueTimes.delete(this);
		this.#lastRoundAt = clock.now();
		if (this.#services.port() === undefined && this.#portWaits < MAX_PORT_WAITS) {
			this.#portWaits++;
			this.#schedule();
			return;
		}
		const { first } = this.#announcer;
		if (first === undefined) return;
		const place = trackerAddress(first.url);
		if (line.enter(place, this)) this.#startRound(place);
		else {
			this.#waitsFor = place;
			this.#torrent.onChange();
		}
	}

	#startRound(place: TrackerAddress): void {
		this.#lastRoundAt = this.#services.clock.now();
		const round: Round = {
			place,
			stop: new AbortController(),
			flight: undefined,
			done: Promise.resolve(),
		};
		this.#round = round;
		round.done = this.#runRound(round).finally(() => {
			if (this.#round === round) {
				this.#round = undefined;
				this.#schedule();
				this.#torrent.onChange();
			}
			this.#services.line.leave(place);
		});
	}

	/** Asks one tracker after the other until one answers. Never rejects. */
	async #runRound(round: Round): Promise<void> {
		const candidates = this.#announcer.beginRound(this.#services.clock.now());
		for (const [place, entry] of candidates.entries()) {
			const isLast = place === candidates.length - 1;
			const hasAnswered = await this.#ask(round, entry, isLast ? undefined : SHORT_PATIENCE_MS);
			if (hasAnswered || this.#round !== round) return;
		}
	}

	/** @returns whether the tracker answered */
	async #ask(round: Round, entry: TrackerEntry, patienceMs: number | undefined): Promise<boolean> {
		const { clock } = this.#services;
		const torrent = this.#torrent;
		const event = this.#announcer.eventFor(entry);
		const { leftBytes } = torrent.totals();
		round.flight = { entry, event };
		try {
			const asking = this.#send(entry, event, torrent.numWant(), patienceMs, round.stop.signal);
			torrent.onChange();
			const response = await asking;
			if (this.#round !== round) return true;
			this.#announcer.onAnswer(entry, response, { event, leftBytes }, clock.now());
			this.#logAnswer(event, response);
			if (response.peers.length > 0) torrent.onPeers(response.peers, entry.url);
			return true;
		} catch (error) {
			if (this.#round !== round) return false;
			const failure = asTrackerError(error);
			const level = entry.failures === 0 ? 'warn' : 'debug';
			this.#announcer.onFailure(entry, failure, clock.now());
			this.#torrent.log(level, `Announce failed: ${failure.message}`);
			return false;
		} finally {
			round.flight = undefined;
			torrent.onChange();
		}
	}

	async #send(
		entry: TrackerEntry,
		event: AnnounceEvent | undefined,
		numWant: number,
		patienceMs: number | undefined,
		signal: AbortSignal,
	): Promise<AnnounceResponse> {
		const { transports, peerId, ip } = this.#services;
		const { infohash } = this.#torrent;
		const { key, trackerId } = entry;
		const request = { infohash, peerId, ip, key, trackerId, event, numWant, patienceMs };
		const now = { ...this.#torrent.totals(), port: this.#services.port() ?? NO_PORT };
		return transports.announce(entry.url, { ...request, ...now }, signal);
	}

	#mayKnowUs(entry: TrackerEntry, round: Round | undefined): boolean {
		return entry.hasStarted || round?.flight?.entry === entry;
	}

	/** Tells one tracker that we are gone, after what it still has to hear before that. */
	#sayGoodbye(entry: TrackerEntry, round: Round | undefined): void {
		const signal = this.#endingSignal();
		const flight = round?.flight?.entry === entry ? round.flight : undefined;
		const owesCompleted = entry.owesCompleted(this.#announcer.isComplete);
		const say = async (): Promise<void> => {
			if (flight?.event === 'completed') {
				signal.addEventListener('abort', () => round?.stop.abort(), { once: true });
				await round?.done;
			} else if (owesCompleted) await this.#sendQuietly(entry, 'completed', signal);
			await this.#sendQuietly(entry, 'stopped', signal);
		};
		this.#goodbyes ??= new Set();
		const goodbyes = this.#goodbyes;
		const goodbye = say().finally(() => {
			goodbyes.delete(goodbye);
		});
		goodbyes.add(goodbye);
		entry.onStopped();
	}

	#endingSignal(): AbortSignal {
		this.#ending ??= new AbortController();
		return this.#ending.signal;
	}

	async #waitForGoodbyes(timeoutMs: number): Promise<void> {
		const goodbyes = this.#goodbyes;
		if (goodbyes === undefined || goodbyes.size === 0) return;
		await new Promise<void>((resolve) => {
			const cancel = this.#services.clock.after(timeoutMs, resolve);
			const allSaid = async (): Promise<void> => {
				await Promise.all(goodbyes);
				cancel();
				resolve();
			};
			void allSaid();
		});
	}

	async #scrape(entry: TrackerEntry, signal: AbortSignal): Promise<void> {
		const { clock, transports } = this.#services;
		this.#scrapes++;
		try {
			const response = await transports.scrape(entry.url, this.#torrent.infohash, signal);
			entry.onScrape(response, clock.now());
			this.#torrent.onChange();
		} catch (error) {
			this.#torrent.log('debug', `Scrape failed: ${errorMessage(error)}`);
		} finally {
			this.#scrapes--;
		}
	}

	async #sendQuietly(
		entry: TrackerEntry,
		event: AnnounceEvent,
		signal: AbortSignal,
	): Promise<void> {
		if (signal.aborted) return;
		try {
			await this.#send(entry, event, 0, STOP_TIMEOUT_MS, signal);
		} catch (error) {
			// Nobody waits for this tracker any more: it will forget us by itself.
			this.#torrent.log('debug', `Announce ${event} failed: ${errorMessage(error)}`);
		}
	}

	#logAnswer(event: AnnounceEvent | undefined, response: AnnounceResponse): void {
		const words = event === undefined ? 'Announced' : `Announced ${event}`;
		this.#torrent.log('debug', `${words}, ${response.peers.length} peers`);
		if (response.warning !== undefined) this.#torrent.log('warn', `Warning: ${response.warning}`);
	}
}

function asTrackerError(error: unknown): TrackerError {
	if (error instanceof TrackerError) return error;
	return new TrackerError('TRACKER_UNREACHABLE', errorMessage(error), { cause: error });
}
