/** The watched folder's ledger as events. */
import type { FileEvent } from './output-event.js';

/** What the ledger tells about one file at one moment. */
export interface LedgerLine {
	/** Milliseconds since 1970. */
	readonly atMs: number;
	readonly path: string;
	readonly outcome: string;
	readonly message: string;
	readonly infohash?: string | undefined;
}

export function fileEvent(entry: LedgerLine): FileEvent {
	const { path, outcome, message, infohash } = entry;
	return { type: 'file', path, outcome, message, infohash };
}

/** What became of the torrent itself is an event of its own (`error`, `downloading`, …). */
export function isToldByState({ outcome }: LedgerLine): boolean {
	return outcome === 'problem' || outcome === 'recovered';
}

/**
 * The entries behind the last one that was seen; all when it is no longer there.
 * The ledger keeps the objects of old entries and forgets them from the front.
 */
export function newLedgerLines<T extends LedgerLine>(
	lastSeen: T | undefined,
	entries: readonly T[],
): readonly T[] {
	const index = lastSeen === undefined ? -1 : entries.lastIndexOf(lastSeen);
	return entries.slice(index + 1);
}
