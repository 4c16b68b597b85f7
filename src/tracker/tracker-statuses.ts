/** The trackers of a torrent as people see them. */
import type { Announcer } from './announcer.js';
import { trackerAddress } from './tracker-address.js';
import type { TrackerEntry } from './tracker-entry.js';
import type { TrackerState, TrackerStatus } from './tracker-status.js';

/** One line per tracker in the order they are tried; times are monotonic ms. */
export function trackerStatuses(
	announcer: Announcer,
	nowMs: number,
	session: { readonly isRunning: boolean; readonly announcing: TrackerEntry | undefined },
): readonly TrackerStatus[] {
	const { isRunning, announcing } = session;
	const nextRoundAt = isRunning ? announcer.nextRoundAt(nowMs) : undefined;
	const lines: TrackerStatus[] = [];
	const { entries } = announcer;
	let next = 0;
	for (const [index, tier] of announcer.tiers.entries()) {
		for (const entry of entries.slice(next, (next += tier.length))) {
			const isActive = entry === announcer.active;
			const isIdle = !isRunning || entry === announcing;
			const nextAt = isIdle ? undefined : nextAnnounceAt(entry, isActive, nextRoundAt);
			lines.push({
				tier: index + 1,
				url: trackerAddress(entry.url).redacted,
				isActive,
				state: entry === announcing ? 'announcing' : stateOf(entry, isActive, isRunning),
				nextAnnounceSeconds: nextAt === undefined ? undefined : secondsUntil(nextAt, nowMs),
				lastAnswerSeconds:
					entry.lastAnswerAt === undefined
						? undefined
						: Math.max(0, Math.floor((nowMs - entry.lastAnswerAt) / 1000)),
				failures: entry.failures,
				message: entry.unsupported ?? entry.error ?? entry.warning,
				peers: entry.peers,
				seeds: entry.seeds,
				leechers: entry.leechers,
				downloads: entry.downloads,
			});
		}
	}
	return lines;
}

function nextAnnounceAt(
	entry: TrackerEntry,
	isActive: boolean,
	nextRoundAt: number | undefined,
): number | undefined {
	if (entry.unsupported !== undefined) return undefined;
	if (isActive) return nextRoundAt;
	if (entry.failures === 0 || nextRoundAt === undefined) return undefined;
	// It is tried in a round only, and in none before its back-off is over.
	return Math.max(entry.retryAt, nextRoundAt);
}

function stateOf(entry: TrackerEntry, isActive: boolean, isRunning: boolean): TrackerState {
	if (entry.unsupported !== undefined) return 'unsupported';
	if (!isRunning) return 'idle';
	if (entry.failures > 0) return 'failed';
	if (!isActive) return 'standby';
	return entry.warning === undefined ? 'ok' : 'warning';
}

function secondsUntil(atMs: number, nowMs: number): number {
	return Math.max(0, Math.ceil((atMs - nowMs) / 1000));
}
