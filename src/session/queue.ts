/**
 * Which torrents check, download, seed or wait: the multi-torrent scheduler, as one pure function.
 */
import type { Infohash } from '../primitives/infohash.js';
import type { TorrentState } from './snapshot.js';

/** What the scheduler has to know of one torrent. */
export interface QueueEntry {
	readonly infohash: Infohash;
	/** Place in the queue; lower runs first. Equal places: the active one first, then by infohash. */
	readonly position: number;
	/** The device its data is on; checks are counted for each volume. */
	readonly volume: string | number;
	readonly isPaused: boolean;
	readonly hasProblem: boolean;
	/** Data on disk has to be hashed before it can run. */
	readonly needsCheck: boolean;
	readonly isComplete: boolean;
	/** Downloading for more than 60 s without a useful byte; ignored unless it is downloading. */
	readonly isStalled: boolean;
	readonly isSeedGoalReached: boolean;
	readonly current: TorrentState;
}

/** How many may be active at once; 0 means no limit. */
export interface QueueLimits {
	readonly activeDownloads: number;
	readonly activeSeeds: number;
	/** For each volume. */
	readonly activeChecks: number;
}

/**
 * The state every torrent should be in now; called whenever an entry or a limit changes.
 *
 * The first in the queue run. An active torrent is stopped only when as many torrents as the
 * limit allows stand before it and use their slots; a check in progress is always finished; a
 * stalled download goes on outside the count. A problem outranks a pause, because resuming would
 * not help. Applying the plan and planning again changes nothing.
 *
 * @returns one state for each entry; O(n log n), O(n) when the entries come in queue order
 */
export function planQueue(
	entries: readonly QueueEntry[],
	limits: QueueLimits,
): ReadonlyMap<Infohash, TorrentState> {
	const plan = new Map<Infohash, TorrentState>();
	const checksByVolume = runningChecks(entries);
	let downloads = 0;
	let seeds = 0;
	for (const entry of [...entries].sort(byQueueOrder)) {
		const role = roleOf(entry);
		let state: TorrentState = role;
		if (role === 'checking' && entry.current !== 'checking') {
			const running = checksByVolume.get(entry.volume) ?? 0;
			if (hasRoom(running, limits.activeChecks)) checksByVolume.set(entry.volume, running + 1);
			else state = 'queued';
		} else if (role === 'downloading') {
			if (!isStalledDownload(entry)) {
				if (hasRoom(downloads, limits.activeDownloads)) downloads++;
				else state = 'queued';
			}
		} else if (role === 'seeding') {
			if (hasRoom(seeds, limits.activeSeeds)) seeds++;
			else state = 'queued';
		}
		plan.set(entry.infohash, state);
	}
	return plan;
}

/** The state a torrent would have if there were no limits. */
function roleOf(entry: QueueEntry): TorrentState {
	if (entry.hasProblem) return 'error';
	if (entry.isPaused) return 'paused';
	if (entry.needsCheck) return 'checking';
	if (!entry.isComplete) return 'downloading';
	return entry.isSeedGoalReached ? 'finished' : 'seeding';
}

/** Checks that go on, counted before any new one is let in wherever it stands in the queue. */
function runningChecks(entries: readonly QueueEntry[]): Map<string | number, number> {
	const checks = new Map<string | number, number>();
	for (const entry of entries) {
		if (entry.current === 'checking' && roleOf(entry) === 'checking')
			checks.set(entry.volume, (checks.get(entry.volume) ?? 0) + 1);
	}
	return checks;
}

function isStalledDownload(entry: QueueEntry): boolean {
	return entry.isStalled && entry.current === 'downloading';
}

function hasRoom(used: number, limit: number): boolean {
	return limit <= 0 || used < limit;
}

function byQueueOrder(a: QueueEntry, b: QueueEntry): number {
	if (a.position !== b.position) return a.position - b.position;
	const active = Number(isActive(b)) - Number(isActive(a));
	if (active !== 0) return active;
	return a.infohash < b.infohash ? -1 : Number(a.infohash > b.infohash);
}

function isActive(entry: QueueEntry): boolean {
	return entry.current === 'downloading' || entry.current === 'seeding';
}

/**
 * The queue after one torrent went to another place; the others keep their order.
 * @param order - infohashes in queue order; unchanged
 * @param position - from 0; clamped to the queue's ends
 * @returns the new order, or the old one when the torrent is not in it
 */
export function moveInQueue(
	order: readonly Infohash[],
	infohash: Infohash,
	position: number,
): readonly Infohash[] {
	if (!order.includes(infohash)) return order;
	const others = order.filter((each) => each !== infohash);
	const at = Number.isNaN(position)
		? 0
		: Math.min(others.length, Math.max(0, Math.trunc(position)));
	return [...others.slice(0, at), infohash, ...others.slice(at)];
}
