/**
 * What is known of every file in a watched folder, from scan to scan. Decides what to read and
 * when a file is given up; reads nothing itself and knows no clock.
 */
import { sep } from 'node:path';
import { quotePath } from './file-names.js';
import type { TorrentFileEntry } from './folder-plan.js';
import type { FolderScan, Found } from './folder-scan.js';
import type { LedgerNote } from './ledger.js';
import { settleMs } from './settle.js';
import type { TorrentSummary } from './torrent-summary.js';

export type FoundFile = Extract<Found, { readonly type: 'file' }>;

/** What reading a file brought. `gone`: it vanished since the scan. */
export type ReadOutcome =
	| { readonly type: 'torrent'; readonly torrent: TorrentSummary }
	| { readonly type: 'broken'; readonly reason: string }
	| { readonly type: 'unreadable'; readonly reason: string }
	| { readonly type: 'gone' };

/** Both clocks at one moment: `nowMs` monotonic, `wallMs` since 1970. */
export interface Moment {
	readonly nowMs: number;
	readonly wallMs: number;
}

type FileState = 'unread' | 'torrent' | 'waiting' | 'rejected' | 'unreadable' | 'ignored';

interface KnownFile {
	readonly key: string;
	readonly path: string;
	version: string;
	state: FileState;
	/** When a scan first saw this version; undefined when it was there at the start. */
	seenAtMs: number | undefined;
	changedAtWallMs: number;
	/** The last torrent read from it: it runs on while the file is being rewritten. */
	torrent: TorrentSummary | undefined;
	/** Data of a torrent, not a wish to run it. */
	isPayload: boolean;
	/** A folder that cannot be read. */
	isFolder: boolean;
	/** The last note said that it could not be used. */
	isInTrouble: boolean;
}

/** One watched folder's files by key. */
export class FolderIndex {
	readonly #files = new Map<string, KnownFile>();
	#notes: LedgerNote[] = [];
	readonly #newKeys = new Set<string>();
	#isFirstScan = true;
	#changes = 0;

	/**
	 * Takes in what a walk found.
	 * @returns the files to read now, in path order
	 */
	see(scan: FolderScan, moment: Moment): FoundFile[] {
		const reads: FoundFile[] = [];
		for (const found of scan.found.values()) {
			if (found.type !== 'file') this.#seeOdd(found);
			else if (this.#seeFile(found, moment)) reads.push(found);
		}
		if (scan.isComplete) this.#forgetMissing(scan);
		this.#isFirstScan = false;
		return reads.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
	}

	/** True when a file that counts was not found: worth a second look before it is believed. */
	isMissingAny(scan: FolderScan): boolean {
		for (const file of this.#files.values()) {
			if (file.torrent !== undefined && isMissing(file, scan)) return true;
		}
		return false;
	}

	/** Takes in what reading one of the files brought. */
	tell(found: FoundFile, outcome: ReadOutcome, moment: Moment): void {
		const file = this.#files.get(found.key);
		if (file === undefined || outcome.type === 'gone') return;
		this.#changes++;
		switch (outcome.type) {
			case 'torrent':
				// A changed one is the plan's to report; the same one again is nobody else's.
				if (file.isInTrouble && file.torrent?.digest === outcome.torrent.digest)
					this.#note('updated', file, `${quotePath(file.path)} is whole and readable again`);
				file.isInTrouble = false;
				file.state = 'torrent';
				file.torrent = outcome.torrent;
				return;
			case 'unreadable':
				// It may be a torrent all the same: one that runs goes on.
				file.state = 'unreadable';
				file.isInTrouble = true;
				this.#note('unreadable', file, `Cannot read ${quotePath(file.path)}: ${outcome.reason}`);
				return;
			case 'broken':
				this.#tellBroken(file, outcome.reason, moment);
		}
	}

	/** Grows whenever something is known that was not known before. */
	get changes(): number {
		return this.#changes;
	}

	/** True when files were found that no scan before had. */
	get hasNew(): boolean {
		return this.#newKeys.size > 0;
	}

	/**
	 * Sets aside new files that are data of a torrent, for as long as they exist: what a download
	 * brings is not a wish to run it. Files that were there before are never set aside.
	 * @param payload - absolute paths
	 */
	claimPayload(payload: ReadonlySet<string>): void {
		for (const key of this.#newKeys) {
			const file = this.#files.get(key);
			if (file === undefined || !payload.has(file.path)) continue;
			file.isPayload = true;
			file.state = 'ignored';
			file.torrent = undefined;
			this.#notes = this.#notes.filter((note) => note.path !== file.path);
			this.#note('ignored', file, `Ignored ${quotePath(file.path)}: it is data of a torrent`);
		}
		this.#newKeys.clear();
	}

	/** Every file that is, or lately was, a torrent. */
	*torrents(): Generator<TorrentFileEntry> {
		for (const { key, path, torrent } of this.#files.values()) {
			if (torrent !== undefined) yield { key, path, torrent };
		}
	}

	/** Paths of all files, torrents or not. */
	paths(): Set<string> {
		return new Set([...this.#files.values()].map((file) => file.path));
	}

	/** True when files wait that should be read again soon. */
	get hasWaiting(): boolean {
		for (const file of this.#files.values()) if (file.state === 'waiting') return true;
		return false;
	}

	/** Notes since the last call. */
	takeNotes(): readonly LedgerNote[] {
		const notes = this.#notes;
		this.#notes = [];
		return notes;
	}

	#seeOdd(found: Exclude<Found, FoundFile>): void {
		const known = this.#files.get(found.key) ?? this.#add(found.key, found.path);
		if (known.state !== found.type) this.#changes++;
		known.version = '';
		known.state = found.type;
		known.isFolder = found.isFolder;
		known.isInTrouble = true;
		// Unreadable may pass; a name or a kind that does not count means that the file went away.
		if (found.type === 'ignored') known.torrent = undefined;
		const what = found.type === 'ignored' ? 'Ignored' : 'Cannot read';
		this.#note(found.type, known, `${what} ${quotePath(found.path)}: ${found.reason}`);
	}

	/** @returns whether the file should be read now */
	#seeFile(found: FoundFile, moment: Moment): boolean {
		const file = this.#files.get(found.key) ?? this.#addNew(found);
		if (file.isPayload) return false;
		if (file.version === found.version && file.state !== 'ignored')
			return file.state === 'waiting' || file.state === 'unreadable' || file.state === 'unread';
		this.#changes++;
		file.version = found.version;
		file.seenAtMs = this.#isFirstScan ? undefined : moment.nowMs;
		file.changedAtWallMs = found.changedAtWallMs;
		file.state = 'unread';
		return true;
	}

	#tellBroken(file: KnownFile, reason: string, moment: Moment): void {
		const leftMs = settleMs(file, moment.nowMs, moment.wallMs);
		if (leftMs > 0) {
			if (file.state === 'waiting') return;
			file.state = 'waiting';
			file.isInTrouble = true;
			this.#note('waiting', file, `Waiting for ${quotePath(file.path)} to be complete: ${reason}`);
			return;
		}
		file.state = 'rejected';
		file.torrent = undefined;
		this.#note('rejected', file, `${quotePath(file.path)} is not a torrent: ${reason}`);
	}

	#forgetMissing(scan: FolderScan): void {
		for (const file of this.#files.values()) {
			if (!isMissing(file, scan)) continue;
			this.#files.delete(file.key);
			this.#changes++;
			if (file.isFolder) {
				this.#note('folder', file, `Can read ${quotePath(file.path)} again, or it is gone`);
				continue;
			}
			// The plan speaks for torrents; names that never counted come and go unsaid.
			if (file.torrent === undefined && file.state !== 'ignored')
				this.#note('removed', file, `Removed ${quotePath(file.path)}`);
		}
	}

	#addNew(found: FoundFile): KnownFile {
		this.#newKeys.add(found.key);
		return this.#add(found.key, found.path);
	}

	#add(key: string, path: string): KnownFile {
		const file: KnownFile = {
			key,
			path,
			version: '',
			state: 'unread',
			seenAtMs: undefined,
			changedAtWallMs: 0,
			torrent: undefined,
			isPayload: false,
			isFolder: false,
			isInTrouble: false,
		};
		this.#files.set(key, file);
		this.#changes++;
		return file;
	}

	#note(outcome: LedgerNote['outcome'], file: KnownFile, message: string): void {
		this.#notes.push({ path: file.path, outcome, message });
	}
}

function isMissing(file: KnownFile, scan: FolderScan): boolean {
	if (scan.found.has(file.key)) return false;
	return !scan.unknownBelow.some((folder) => file.path.startsWith(`${folder}${sep}`));
}
