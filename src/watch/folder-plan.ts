/**
 * What the session must be told so that it runs exactly the torrents of the folder: pure.
 *
 * Of the files with one infohash the first in path order runs; the trackers of the others are
 * merged into it, except in a private torrent (BEP 27).
 */
import { mergeTiers } from '../metainfo/announce-list.js';
import type { Infohash } from '../primitives/infohash.js';
import { quotePath } from './file-names.js';
import type { LedgerNote } from './ledger.js';
import type { TorrentSummary } from './torrent-summary.js';

/** A file of the folder that is a torrent. */
export interface TorrentFileEntry {
	readonly key: string;
	/** Absolute. */
	readonly path: string;
	readonly torrent: TorrentSummary;
}

/** What the session was told about one infohash, and by which file. */
export interface ToldTorrent {
	readonly file: TorrentFileEntry;
	readonly extraTiers: readonly (readonly string[])[];
	/** Paths of the other files with this infohash. */
	readonly duplicates: readonly string[];
}

export type FolderAction =
	| { readonly type: 'remove'; readonly infohash: Infohash; readonly told: ToldTorrent }
	| { readonly type: 'add'; readonly infohash: Infohash; readonly next: ToldTorrent }
	| {
			readonly type: 'update';
			readonly infohash: Infohash;
			readonly next: ToldTorrent;
			readonly told: ToldTorrent;
			/** `duplicates`: only the trackers of the other files changed. */
			readonly reason: 'edited' | 'moved' | 'promoted' | 'duplicates';
	  };

export interface FolderPlan {
	/** Removals first, then the rest in path order. */
	readonly actions: readonly FolderAction[];
	/** Ledger notes that stand whatever the session answers. */
	readonly notes: readonly LedgerNote[];
	/** Unchanged but for their duplicates: nothing to say to the session. */
	readonly retold: ReadonlyMap<Infohash, ToldTorrent>;
}

/** More trackers from duplicates than this are left out. */
const MAX_EXTRA_TIERS = 100;

/**
 * Compares what the session was told with what the folder holds.
 * @param told - by infohash; applying the actions to it gives the next call's `told`
 * @param files - in any order
 * @param exists - whether there is still a file at a path, torrent or not
 */
export function planFolder(
	told: ReadonlyMap<Infohash, ToldTorrent>,
	files: Iterable<TorrentFileEntry>,
	exists: (path: string) => boolean,
): FolderPlan {
	const groups = groupByInfohash(files);
	const removals: FolderAction[] = [];
	const changes: FolderAction[] = [];
	const notes: LedgerNote[] = [];
	const retold = new Map<Infohash, ToldTorrent>();
	for (const [infohash, each] of told) {
		if (!groups.has(infohash)) removals.push({ type: 'remove', infohash, told: each });
	}
	for (const [infohash, group] of groups) {
		const next = nextTold(group);
		if (next === undefined) continue;
		const before = told.get(infohash);
		notes.push(...duplicateNotes(before, next, exists));
		if (before === undefined) changes.push({ type: 'add', infohash, next });
		else {
			const reason = changeReason(before, next);
			if (reason !== undefined)
				changes.push({ type: 'update', infohash, next, told: before, reason });
			else if (!sameText(before.duplicates, next.duplicates)) retold.set(infohash, next);
		}
	}
	return { actions: [...removals, ...changes], notes, retold };
}

/** Groups in the path order of their first files, each in path order. */
function groupByInfohash(
	files: Iterable<TorrentFileEntry>,
): ReadonlyMap<Infohash, readonly TorrentFileEntry[]> {
	const groups = new Map<Infohash, TorrentFileEntry[]>();
	for (const file of [...files].sort(byPath)) {
		const group = groups.get(file.torrent.infohash);
		if (group === undefined) groups.set(file.torrent.infohash, [file]);
		else group.push(file);
	}
	return groups;
}

function nextTold(group: readonly TorrentFileEntry[]): ToldTorrent | undefined {
	const [file, ...others] = group;
	if (file === undefined) return undefined;
	return {
		file,
		extraTiers: file.torrent.isPrivate ? [] : tiersOfOthers(file, others),
		duplicates: others.map((other) => other.path),
	};
}

/** What the others add to a torrent's own tiers. */
function tiersOfOthers(
	file: TorrentFileEntry,
	others: readonly TorrentFileEntry[],
): readonly (readonly string[])[] {
	const own = file.torrent.tiers;
	const extra = others.flatMap((other) => other.torrent.tiers);
	return mergeTiers(own, extra).slice(own.length, own.length + MAX_EXTRA_TIERS);
}

function changeReason(
	before: ToldTorrent,
	next: ToldTorrent,
): 'edited' | 'moved' | 'promoted' | 'duplicates' | undefined {
	if (before.file.key !== next.file.key) {
		const isKnown =
			next.duplicates.includes(before.file.path) || before.duplicates.includes(next.file.path);
		return isKnown ? 'promoted' : 'moved';
	}
	if (before.file.torrent.digest !== next.file.torrent.digest) return 'edited';
	return sameText(before.extraTiers, next.extraTiers) ? undefined : 'duplicates';
}

function duplicateNotes(
	before: ToldTorrent | undefined,
	next: ToldTorrent,
	exists: (path: string) => boolean,
): LedgerNote[] {
	const { infohash, isPrivate } = next.file.torrent;
	const notes: LedgerNote[] = [];
	for (const path of next.duplicates) {
		if (before?.file.key === next.file.key && before.duplicates.includes(path)) continue;
		const what = isPrivate ? 'its trackers are not merged: it is private' : 'trackers are merged';
		notes.push({
			path,
			outcome: 'duplicate',
			message: `${quotePath(path)} is a duplicate of ${quotePath(next.file.path)} (${what})`,
			infohash,
			otherPath: next.file.path,
		});
	}
	const known = before === undefined ? [] : before.duplicates;
	const isPromotion = before !== undefined && changeReason(before, next) === 'promoted';
	const gone = isPromotion ? [before.file.path, ...known] : known;
	for (const path of gone) {
		if (exists(path)) continue;
		notes.push({
			path,
			outcome: 'removed',
			message: `Removed ${quotePath(path)}; its torrent stays, by ${quotePath(next.file.path)}`,
			infohash,
		});
	}
	return notes;
}

function sameText(a: unknown, b: unknown): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}

/** By code units: the same on every machine. */
function byPath(a: TorrentFileEntry, b: TorrentFileEntry): number {
	if (a.path !== b.path) return a.path < b.path ? -1 : 1;
	return a.key < b.key ? -1 : Number(a.key > b.key);
}
