/**
 * All trackers of one torrent: does what `Announcer` decides. Holds at most one timer, and none
 * while a round is under way, so ten thousand idle torrents cost ten thousand timers and no more.
 */
import { errorMessage } from '../primitives/app-error.js';
import type { Clock, Random } from '../primitives/clock.js';
import type { Endpoint } from '../primitives/endpoint.js';
import type { Infohash } from '../primitives/infohash.js';
import type { Logger } from '../primitives/logger.js';
import type { AnnounceEvent, AnnounceResponse, AnnounceTotals } from './announce.js';
import { Announcer } from './announcer.js';
import { redactUrl } from './redact-url.js';
import type { Tiers } from './tier.js';
import type { TrackerEntry } from './tracker-entry.js';
import { TrackerError } from './tracker-error.js';
import type { TrackerStatus } from './tracker-status.js';
import { trackerStatuses } from './tracker-statuses.js';
import type { TrackerTransport } from './tracker-transports.js';

const STOP_TIMEOUT_MS = 5000;
/** A tracker that has others behind it gets less time, so that peers are found sooner. */
const SHORT_PATIENCE_MS = 20_000;
/** Between the beginnings of two rounds, whatever asks for them. */
const MIN_ROUND_GAP_MS = 1000;
/** How many times a first announce is put off because our port is not known yet. */
const MAX_PORT_WAITS = 5;
/** Announced when nobody can dial us: trackers refuse port 0. */
const NO_PORT = 1;

export interface TrackerSessionOptions {
	readonly infohash: Infohash;
	/** 20 bytes. */
	readonly peerId: Uint8Array;
	readonly tiers: Tiers;
	readonly transports: TrackerTransport;
	readonly clock: Clock;
	readonly random: Random;
	readonly logger: Logger;
	readonly totals: () => AnnounceTotals;
	/** Undefined until the listener is up. */
	readonly port: () => number | undefined;
	readonly ip: string | undefined;
	/** 0 means enough peers. */
	readonly numWant: () => number;
	/** `trackerUrl` is unredacted: an identity, not for people. Our own endpoint may be among them. */
	readonly onPeers: (peers: readonly Endpoint[], trackerUrl: string) => void;
	/** `status()` may have changed. */
	readonly onChange: () => void;
}

/** One announce of the round under way. */
interface Flight {
	readonly entry: TrackerEntry;
	readonly event: AnnounceEvent | undefined;
}

interface Round {
	readonly stop: AbortController;
	flight: Flight | undefined;
	done: Promise<void>;
}

export class TrackerSession {
	readonly #options: TrackerSessionOptions;
	readonly #announcer: Announcer;
	#isRunning = false;
	#cancelTimer: (() => void) | undefined;
	#round: Round | undefined;
	#lastRoundAt = Number.NEGATIVE_INFINITY;
	#portWaits = 0;
	/** Ends scrapes and goodbyes; made with the first of them. */
	#ending: AbortController | undefined;
	readonly #goodbyes = new Set<Promise<void>>();

	constructor(options: TrackerSessionOptions) {
		this.#options = options;
		this.#announcer = new Announcer({ tiers: options.tiers, random: options.random });
	}

	/** Announces `started` at once. Nothing happens when it runs already. */
	start(): void {
		if (this.#isRunning) return;
		this.#isRunning = true;
		this.#portWaits = 0;
		// Goodbyes of an earlier run must not overtake the new hello.
		this.#ending?.abort();
		this.#ending = undefined;
		this.#startRound();
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
			this.#cancelTimer?.();
			this.#cancelTimer = undefined;
			const round = this.#round;
			this.#round = undefined;
			// A `completed` on its way is let through: a download that ends the program counts too.
			if (round?.flight?.event !== 'completed') round?.stop.abort();
			const started = this.#announcer.entries().filter((entry) => this.#mayKnowUs(entry, round));
			for (const entry of started) this.#sayGoodbye(entry, round);
			this.#announcer.reset();
			this.#options.onChange();
		}
		const ending = this.#ending;
		await this.#waitForGoodbyes(timeoutMs);
		ending?.abort();
	}

	/** Announces now, or as soon as the `min interval` of the tracker in use is over. */
	reannounce(): void {
		if (!this.#isRunning || this.#round !== undefined) return;
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
		this.#options.onChange();
	}

	/** Somebody looks at the counts: scrapes the trackers in use whose counts are older than 15 min. */
	requestScrape(): void {
		if (!this.#isRunning) return;
		const { clock } = this.#options;
		for (const entry of this.#announcer.entries()) {
			if (!entry.wantsScrape(clock.now())) continue;
			entry.onScrapeSent(clock.now());
			void this.#scrape(entry, this.#endingSignal());
		}
	}

	/** One line per tracker, in the order they are tried now. */
	status(): readonly TrackerStatus[] {
		return trackerStatuses(this.#announcer, this.#options.clock.now(), {
			isRunning: this.#isRunning,
			announcing: this.#round?.flight?.entry,
		});
	}

	#schedule(): void {
		this.#cancelTimer?.();
		this.#cancelTimer = undefined;
		if (!this.#isRunning || this.#round !== undefined) return;
		const { clock } = this.#options;
		const now = clock.now();
		const dueAt = this.#announcer.nextRoundAt(now);
		if (dueAt === undefined) return;
		const at = Math.max(dueAt, this.#lastRoundAt + MIN_ROUND_GAP_MS);
		this.#cancelTimer = clock.after(Math.max(0, at - now), () => this.#startRound());
	}

	#startRound(): void {
		this.#cancelTimer?.();
		this.#cancelTimer = undefined;
		const { clock, port } = this.#options;
		this.#lastRoundAt = clock.now();
		if (port() === undefined && this.#portWaits < MAX_PORT_WAITS) {
			this.#portWaits++;
			this.#schedule();
			return;
		}
		const round: Round = {
			stop: new AbortController(),
			flight: undefined,
			done: Promise.resolve(),
		};
		this.#round = round;
		round.done = this.#runRound(round).finally(() => {
			if (this.#round !== round) return;
			this.#round = undefined;
			this.#schedule();
			this.#options.onChange();
		});
	}

	/** Asks one tracker after the other until one answers. Never rejects. */
	async #runRound(round: Round): Promise<void> {
		const candidates = this.#announcer.beginRound(this.#options.clock.now());
		for (const [place, entry] of candidates.entries()) {
			const isLast = place === candidates.length - 1;
			const hasAnswered = await this.#ask(round, entry, isLast ? undefined : SHORT_PATIENCE_MS);
			if (hasAnswered || this.#round !== round) return;
		}
	}

	/** @returns whether the tracker answered */
	async #ask(round: Round, entry: TrackerEntry, patienceMs: number | undefined): Promise<boolean> {
		const { clock, numWant, onPeers, onChange } = this.#options;
		const event = this.#announcer.eventFor(entry);
		const { leftBytes } = this.#options.totals();
		round.flight = { entry, event };
		try {
			const asking = this.#send(entry, event, numWant(), patienceMs, round.stop.signal);
			onChange();
			const response = await asking;
			if (this.#round !== round) return true;
			this.#announcer.onAnswer(entry, response, { event, leftBytes }, clock.now());
			this.#logAnswer(entry, event, response);
			if (response.peers.length > 0) onPeers(response.peers, entry.url);
			return true;
		} catch (error) {
			if (this.#round !== round) return false;
			const failure = asTrackerError(error);
			const level = entry.failures === 0 ? 'warn' : 'debug';
			this.#announcer.onFailure(entry, failure, clock.now());
			this.#log(level, entry, `Announce failed: ${failure.message}`);
			return false;
		} finally {
			round.flight = undefined;
			onChange();
		}
	}

	async #send(
		entry: TrackerEntry,
		event: AnnounceEvent | undefined,
		numWant: number,
		patienceMs: number | undefined,
		signal: AbortSignal,
	): Promise<AnnounceResponse> {
		const { transports, infohash, peerId, ip, port, totals } = this.#options;
		const { key, trackerId } = entry;
		const request = { infohash, peerId, ip, key, trackerId, event, numWant, patienceMs };
		const listenPort = port() ?? NO_PORT;
		return transports.announce(entry.url, { ...request, ...totals(), port: listenPort }, signal);
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
		const goodbye = say().finally(() => {
			this.#goodbyes.delete(goodbye);
		});
		this.#goodbyes.add(goodbye);
		entry.onStopped();
	}

	#endingSignal(): AbortSignal {
		this.#ending ??= new AbortController();
		return this.#ending.signal;
	}

	async #waitForGoodbyes(timeoutMs: number): Promise<void> {
		if (this.#goodbyes.size === 0) return;
		await new Promise<void>((resolve) => {
			const cancel = this.#options.clock.after(timeoutMs, resolve);
			const allSaid = async (): Promise<void> => {
				await Promise.all(this.#goodbyes);
				cancel();
				resolve();
			};
			void allSaid();
		});
	}

	async #scrape(entry: TrackerEntry, signal: AbortSignal): Promise<void> {
		const { clock, transports, infohash, onChange } = this.#options;
		try {
			const response = await transports.scrape(entry.url, infohash, signal);
			entry.onScrape(response, clock.now());
			onChange();
		} catch (error) {
			this.#log('debug', entry, `Scrape failed: ${errorMessage(error)}`);
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
			this.#log('debug', entry, `Announce ${event} failed: ${errorMessage(error)}`);
		}
	}

	#logAnswer(
		entry: TrackerEntry,
		event: AnnounceEvent | undefined,
		response: AnnounceResponse,
	): void {
		const words = event === undefined ? 'Announced' : `Announced ${event}`;
		this.#log('debug', entry, `${words}, ${response.peers.length} peers`);
		if (response.warning !== undefined) this.#log('warn', entry, `Warning: ${response.warning}`);
	}

	#log(level: 'warn' | 'debug', entry: TrackerEntry, message: string): void {
		const { infohash, logger } = this.#options;
		logger({ level, area: 'tracker', message, fields: { infohash, url: redactUrl(entry.url) } });
	}
}

function asTrackerError(error: unknown): TrackerError {
	if (error instanceof TrackerError) return error;
	return new TrackerError('TRACKER_UNREACHABLE', errorMessage(error), { cause: error });
}
