/** Asks the scheduler which torrents may run, and has them do so. */
import type { Torrent } from '../torrent/torrent.js';
import { planQueue, type QueueEntry } from './queue.js';
import { reachedSeedGoal } from './seed-goals.js';
import type { SessionOptions } from './session-options.js';

export type QueueOptions = Pick<
	SessionOptions,
	'activeDownloads' | 'activeSeeds' | 'activeChecks' | 'seedRatio' | 'seedTimeMs' | 'seedIdleMs'
>;

/** @param torrents - in queue order */
export function runQueue(torrents: readonly Torrent[], options: QueueOptions, nowMs: number): void {
	const entries: QueueEntry[] = [];
	for (const [position, torrent] of torrents.entries()) {
		if (torrent.isReady) entries.push(entryOf(torrent, position, options, nowMs));
	}
	const plan = planQueue(entries, options);
	// Stopping first makes room for what starts.
	for (const isStart of [false, true]) {
		for (const torrent of torrents) {
			const next = plan.get(torrent.infohash);
			if (next === undefined || next === torrent.state) continue;
			if ((next === 'downloading' || next === 'seeding' || next === 'checking') === isStart) {
				torrent.enter(next);
			}
		}
	}
}

function entryOf(
	torrent: Torrent,
	position: number,
	options: QueueOptions,
	nowMs: number,
): QueueEntry {
	return {
		infohash: torrent.infohash,
		position,
		volume: torrent.volume,
		isPaused: torrent.isPaused,
		hasProblem: torrent.problem !== undefined,
		needsCheck: torrent.needsCheck,
		isComplete: torrent.isComplete,
		isStalled: torrent.isStalled(nowMs),
		isSeedGoalReached: torrent.isComplete && hasSeededEnough(torrent, options, nowMs),
		current: torrent.state,
	};
}

function hasSeededEnough(torrent: Torrent, options: QueueOptions, nowMs: number): boolean {
	const { uploadedBytes, downloadedBytes } = torrent.totals.lifetime();
	return (
		reachedSeedGoal(
			{
				uploadedBytes,
				downloadedBytes,
				totalBytes: torrent.metainfo.totalBytes,
				seedMs: torrent.seedingMs(nowMs),
				idleMs: idleMs(torrent, nowMs),
			},
			{ ratio: options.seedRatio, seedMs: options.seedTimeMs, idleMs: options.seedIdleMs },
		) !== undefined
	);
}

/** A torrent that has finished stays so: it cannot be idle any less. */
function idleMs(torrent: Torrent, nowMs: number): number {
	if (torrent.state === 'finished') return Number.POSITIVE_INFINITY;
	return torrent.state === 'seeding' ? nowMs - torrent.lastUploadAtMs : 0;
}
