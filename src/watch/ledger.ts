/** What happened to every file of a watched folder: the newest events, and the last one of each file. */
import type { Logger, LogLevel } from '../primitives/logger.js';

export const LEDGER_OUTCOMES = [
	'added',
	'updated',
	'duplicate',
	'promoted',
	'moved',
	'removed',
	'waiting',
	'rejected',
	'ignored',
	'unreadable',
	'refused',
	'problem',
	'recovered',
	'folder',
] as const;
/**
 * `waiting`: does not parse yet, is read again; `rejected`: is not a torrent; `refused`: the
 * session did not take it; `problem`, `recovered`: its torrent cannot run, goes on; `promoted`: took over from another file of the same infohash;
 * `folder`: something about the watched folder itself.
 */
export type LedgerOutcome = (typeof LEDGER_OUTCOMES)[number];

export interface LedgerEntry {
	/** Milliseconds since 1970. */
	readonly atMs: number;
	/** Absolute; bytes that are not UTF-8 are written `%E9`. */
	readonly path: string;
	readonly outcome: LedgerOutcome;
	/** A sentence for people. */
	readonly message: string;
	readonly infohash?: string;
	/** Where a moved file came from; the file it is a duplicate of or took over from. */
	readonly otherPath?: string;
}

/** An entry before it has a date. */
export type LedgerNote = Omit<LedgerEntry, 'atMs'>;

/** Events kept in memory. */
const MAX_EVENTS = 1000;
/** Files whose last event is kept for the ledger file's next rotation. */
const MAX_FILES = 20_000;

const LEVELS: Partial<Record<LedgerOutcome, LogLevel>> = {
	rejected: 'warn',
	unreadable: 'warn',
	refused: 'warn',
	// The session has said it already, with its own words.
	problem: 'debug',
	recovered: 'debug',
	folder: 'warn',
};

/** Collects events, logs each once, and hands each to `onEntry` (the ledger file). */
export class Ledger {
	readonly #logger: Logger;
	readonly #wallMs: () => number;
	readonly #onEntry: (entry: LedgerEntry) => void;
	readonly #lastByPath = new Map<string, LedgerEntry>();
	#events: LedgerEntry[] = [];

	constructor(logger: Logger, wallMs: () => number, onEntry: (entry: LedgerEntry) => void) {
		this.#logger = logger;
		this.#wallMs = wallMs;
		this.#onEntry = onEntry;
	}

	/** The newest at the end, at most 1000. */
	get events(): readonly LedgerEntry[] {
		return this.#events;
	}

	/** The last event of each file, oldest first. */
	lastOfEachFile(): LedgerEntry[] {
		return [...this.#lastByPath.values()];
	}

	/** Records an event; one that says the same as the file's last one is dropped. */
	record(note: LedgerNote): void {
		const last = this.#lastByPath.get(note.path);
		if (isRepeat(last, note)) return;
		const entry: LedgerEntry = { ...note, atMs: this.#wallMs() };
		// A new array each time, so that a reader's copy never changes under it.
		this.#events = [...this.#events.slice(1 - MAX_EVENTS), entry];
		this.#lastByPath.delete(note.path);
		this.#lastByPath.set(note.path, entry);
		if (this.#lastByPath.size > MAX_FILES) {
			for (const oldest of this.#lastByPath.keys()) {
				this.#lastByPath.delete(oldest);
				break;
			}
		}
		this.#onEntry(entry);
		this.#logger({
			level: LEVELS[entry.outcome] ?? 'info',
			area: 'watch',
			message: entry.message,
			fields: {
				outcome: entry.outcome,
				path: entry.path,
				...(entry.infohash === undefined ? {} : { infohash: entry.infohash }),
				...(entry.otherPath === undefined ? {} : { otherPath: entry.otherPath }),
			},
		});
	}
}

/** An incomplete file waits once, however its reason changes; two edits are two events. */
function isRepeat(last: LedgerEntry | undefined, note: LedgerNote): boolean {
	if (last === undefined || last.outcome !== note.outcome || note.outcome === 'updated')
		return false;
	const isSame = last.message === note.message && last.infohash === note.infohash;
	return isSame || note.outcome === 'waiting';
}
