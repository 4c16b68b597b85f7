/** Follows a session and tells each event once, in text or JSON lines, and into the log. */
import type { Clock } from '../../primitives/clock.js';
import type { Logger } from '../../primitives/logger.js';
import type { SessionApi } from '../../session/session-api.js';
import type { SessionSnapshot } from '../../session/snapshot.js';
import { eventJson, eventText } from './event-text.js';
import { fileEvent, isToldByState, type LedgerLine, newLedgerLines } from './ledger-events.js';
import type { OutputEvent } from './output-event.js';
import { snapshotEvents, summaryEvent } from './snapshot-events.js';
import { statsEvent } from './stats-event.js';

/** The ledger has no events of its own; it is looked at this often. */
const LEDGER_INTERVAL_MS = 250;

/** The session and the watched folder write these into the log themselves; summaries are not kept. */
const LOGGED_ELSEWHERE: ReadonlySet<OutputEvent['type']> = new Set([
	'added',
	'completed',
	'error',
	'file',
	'notice',
	'removed',
	'stats',
	'summary',
	'tracker',
] as const);

export interface ReporterOptions {
	readonly session: SessionApi;
	readonly clock: Clock;
	/** Gets each line with its line feed; undefined while the dashboard has the screen. */
	readonly write: ((text: string) => void) | undefined;
	readonly isJson: boolean;
	/** 0 is never. */
	readonly summaryIntervalMs: number;
	readonly logger: Logger;
}

/** Tells what happens from its construction to `close`. */
export class Reporter {
	readonly #options: ReporterOptions;
	readonly #undo: (() => void)[] = [];
	#last: SessionSnapshot | undefined;
	#ledger: () => readonly LedgerLine[] = () => [];
	#lastEntry: LedgerLine | undefined;

	constructor(options: ReporterOptions) {
		this.#options = options;
		const { clock, session, summaryIntervalMs } = options;
		this.#undo.push(
			session.subscribe(() => this.#follow()),
			clock.every(LEDGER_INTERVAL_MS, () => this.#followLedger()),
		);
		if (summaryIntervalMs > 0)
			this.#undo.push(clock.every(summaryIntervalMs, () => this.#summarise()));
		this.#follow();
	}

	/** Tells the entries of a watched folder too, those already there first. */
	followLedger(ledger: () => readonly LedgerLine[]): void {
		this.#ledger = ledger;
		this.#followLedger();
	}

	tell(event: OutputEvent): void {
		const { clock, isJson, logger, write } = this.#options;
		const atMs = clock.wallMs();
		write?.(`${isJson ? eventJson(event, atMs) : eventText(event, atMs)}\n`);
		if (LOGGED_ELSEWHERE.has(event.type)) return;
		const text = eventText(event, atMs);
		// The log writes its own time and type.
		const message = text.slice(text.indexOf(' ') + event.type.length + 2);
		logger({ level: 'info', area: event.type, message });
	}

	/** Tells what is still untold and stops. */
	close(): void {
		this.#follow();
		this.#followLedger();
		for (const stop of this.#undo.splice(0)) stop();
	}

	#follow(): void {
		const next = this.#options.session.getSnapshot();
		if (next === this.#last) return;
		const events = snapshotEvents(this.#last, next);
		this.#last = next;
		for (const event of events) this.tell(event);
	}

	#followLedger(): void {
		const lines = newLedgerLines(this.#lastEntry, this.#ledger());
		this.#lastEntry = lines.at(-1) ?? this.#lastEntry;
		for (const line of lines) if (!isToldByState(line)) this.tell(fileEvent(line));
	}

	#summarise(): void {
		if (this.#options.write === undefined) return;
		const snapshot = this.#options.session.getSnapshot();
		this.tell(summaryEvent(snapshot));
		if (this.#options.isJson) this.tell(statsEvent(snapshot.stats));
	}
}
