/** What happened between two snapshots. Pure: the same two give the same events. */
import type { Infohash } from '../../primitives/infohash.js';
import {
	type Notice,
	type SessionSnapshot,
	TORRENT_STATES,
	type TorrentSnapshot,
	type TorrentState,
} from '../../session/snapshot.js';
import type { OutputEvent, SummaryEvent, TorrentEvent } from './output-event.js';

/**
 * The events that lead from `previous` to `next`, torrents in queue order, removals first.
 * @param previous - undefined before the first snapshot: everything in `next` is then new
 */
export function snapshotEvents(
	previous: SessionSnapshot | undefined,
	next: SessionSnapshot,
): readonly OutputEvent[] {
	const events: OutputEvent[] = [];
	if (next.port !== undefined && next.port !== previous?.port)
		events.push({ type: 'listening', port: next.port });
	// An unchanged list keeps its object.
	if (previous?.torrents !== next.torrents) events.push(...listEvents(previous, next));
	const lastNotice = previous?.notices.at(-1)?.id ?? Number.NEGATIVE_INFINITY;
	for (const notice of next.notices) {
		if (notice.id <= lastNotice || isToldOtherwise(notice, next)) continue;
		const { level, area, message, infohash } = notice;
		events.push({ type: 'notice', level, area, message, infohash });
	}
	return events;
}

function listEvents(previous: SessionSnapshot | undefined, next: SessionSnapshot): TorrentEvent[] {
	const events: TorrentEvent[] = [];
	const before = previous?.torrents ?? [];
	const after = next.torrents;
	// Torrents are looked up only where the lists differ: a list of thousands comes every second.
	const { head, tail } = samePlaces(before, after);
	const lost = byInfohash(before.slice(head, before.length - tail));
	const found = byInfohash(after.slice(head, after.length - tail));
	for (const [infohash, torrent] of lost) {
		if (!found.has(infohash)) events.push({ type: 'removed', ...about(torrent) });
	}
	for (const [place, torrent] of after.entries()) {
		const isInTail = place >= after.length - tail;
		const placeBefore = isInTail ? place - after.length + before.length : place;
		const earlier = place < head || isInTail ? before[placeBefore] : lost.get(torrent.infohash);
		// An unchanged torrent keeps its object.
		if (earlier !== torrent) events.push(...torrentEvents(earlier, torrent, previous?.atMs));
	}
	return events;
}

/** How many torrents at the beginning and at the end of both lists are the same ones. */
function samePlaces(
	before: readonly TorrentSnapshot[],
	after: readonly TorrentSnapshot[],
): { readonly head: number; readonly tail: number } {
	const most = Math.min(before.length, after.length);
	let head = 0;
	while (head < most && before[head]?.infohash === after[head]?.infohash) head++;
	let tail = 0;
	while (
		tail < most - head &&
		before[before.length - 1 - tail]?.infohash === after[after.length - 1 - tail]?.infohash
	)
		tail++;
	return { head, tail };
}

function byInfohash(torrents: readonly TorrentSnapshot[]): ReadonlyMap<Infohash, TorrentSnapshot> {
	return new Map(torrents.map((torrent) => [torrent.infohash, torrent]));
}

/** How everything stands in one snapshot. */
export function summaryEvent(snapshot: SessionSnapshot): SummaryEvent {
	const { torrents } = snapshot;
	const downloading = torrents.filter((torrent) => torrent.state === 'downloading');
	const etas = downloading.map((torrent) => torrent.etaSeconds);
	const known = etas.filter((eta) => eta !== undefined);
	return {
		type: 'summary',
		torrents: countByState(torrents),
		totalBytes: sum(torrents, (torrent) => torrent.wantedBytes),
		doneBytes: sum(torrents, (torrent) => torrent.doneBytes),
		downloadRate: snapshot.downloadRate,
		uploadRate: snapshot.uploadRate,
		peers: sum(torrents, (torrent) => torrent.peers),
		seeds: sum(torrents, (torrent) => torrent.seeds),
		etaSeconds: known.length > 0 && known.length === etas.length ? Math.max(...known) : undefined,
		diskFreeBytes: snapshot.diskFreeBytes,
	};
}

function torrentEvents(
	earlier: TorrentSnapshot | undefined,
	torrent: TorrentSnapshot,
	previousAtMs: number | undefined,
): TorrentEvent[] {
	const events: TorrentEvent[] = [];
	if (earlier === undefined) {
		const { totalBytes, torrentPath, savePath, isPrivate } = torrent;
		events.push({
			type: 'added',
			...about(torrent),
			totalBytes,
			torrentPath,
			savePath,
			isPrivate,
		});
	}
	if (hasCompleted(earlier, torrent, previousAtMs)) {
		const { wantedBytes: totalBytes, downloadedBytes, savePath } = torrent;
		events.push({ type: 'completed', ...about(torrent), totalBytes, downloadedBytes, savePath });
	}
	if (torrent.problem !== undefined && !sameProblem(earlier, torrent)) {
		events.push({ type: 'error', ...about(torrent), ...torrent.problem });
	} else if (torrent.state !== earlier?.state && torrent.state !== 'error') {
		events.push({ type: torrent.state, ...about(torrent), progress: torrent.progress });
	}
	const { trackerMessage } = torrent;
	if (trackerMessage !== undefined && trackerMessage !== earlier?.trackerMessage) {
		const host = torrent.trackerHost;
		events.push({ type: 'tracker', ...about(torrent), host, message: trackerMessage });
	}
	return events;
}

/** Data that was there already when it was added is not a completed download. */
function hasCompleted(
	earlier: TorrentSnapshot | undefined,
	torrent: TorrentSnapshot,
	previousAtMs: number | undefined,
): boolean {
	const isComplete = torrent.state === 'seeding' || torrent.state === 'finished';
	if (earlier?.state === 'downloading' && isComplete) return true;
	// A small torrent is added and done between two snapshots.
	const { completedAtMs } = torrent;
	if (completedAtMs === undefined || earlier?.completedAtMs !== undefined) return false;
	const isRecent = previousAtMs !== undefined && completedAtMs >= previousAtMs;
	return isRecent && isComplete && torrent.downloadedBytes > 0;
}

/** Plain progress and a torrent's problem are events of their own. */
function isToldOtherwise(notice: Notice, { torrents }: SessionSnapshot): boolean {
	if (notice.level === 'info' || notice.area === 'tracker') return true;
	const torrent = torrents.find(({ infohash }) => infohash === notice.infohash);
	return torrent?.problem !== undefined && notice.message.endsWith(torrent.problem.message);
}

function sameProblem(earlier: TorrentSnapshot | undefined, torrent: TorrentSnapshot): boolean {
	return (
		earlier?.problem !== undefined &&
		earlier.problem.code === torrent.problem?.code &&
		earlier.problem.message === torrent.problem.message
	);
}

function about(torrent: TorrentSnapshot): { infohash: string; name: string } {
	return { infohash: torrent.infohash, name: torrent.name };
}

function countByState(
	torrents: readonly TorrentSnapshot[],
): Readonly<Record<TorrentState, number>> {
	const counts: Record<TorrentState, number> = {
		queued: 0,
		checking: 0,
		downloading: 0,
		seeding: 0,
		paused: 0,
		finished: 0,
		error: 0,
	};
	for (const state of TORRENT_STATES)
		counts[state] = torrents.filter((torrent) => torrent.state === state).length;
	return counts;
}

function sum(
	torrents: readonly TorrentSnapshot[],
	read: (torrent: TorrentSnapshot) => number,
): number {
	return torrents.reduce((total, torrent) => total + read(torrent), 0);
}
