/** One pass over a watched folder: walk, read what changed, plan, tell the session. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../primitives/clock.js';
import type { SessionApi } from '../session/session-api.js';
import { quotePath } from './file-names.js';
import { FolderDriver } from './folder-driver.js';
import { FolderIndex, type FoundFile, type ReadOutcome } from './folder-index.js';
import { planFolder, type TorrentFileEntry } from './folder-plan.js';
import { type FileLocation, type FolderScan, type Recursion, scanFolder } from './folder-scan.js';
import type { Ledger } from './ledger.js';
import { judgeTorrentBytes, readTorrentBytes } from './read-torrent.js';
import { RecentBytes } from './recent-bytes.js';
import { innerTorrentPaths } from './torrent-summary.js';

/** Files read at once: reading overlaps, parsing is one at a time. */
const READS_AT_ONCE = 4;

export interface FolderPassOptions {
	/** Absolute. */
	readonly folder: string;
	readonly recursive: Recursion;
	readonly session: SessionApi;
	readonly ledger: Ledger;
	readonly clock: Clock;
}

/** The folder's state from pass to pass; passes must not overlap. */
export class FolderPass {
	readonly #options: FolderPassOptions;
	readonly #index = new FolderIndex();
	readonly #driver: FolderDriver;
	readonly #recent = new RecentBytes();
	#locations = new Map<string, FileLocation>();
	#paths: ReadonlySet<string> = new Set();
	#device: number | undefined;
	#isFolderGone = false;
	/** The index's changes that the session knows all about; undefined while something is left to say. */
	#carriedOut: number | undefined;

	constructor(options: FolderPassOptions) {
		this.#options = options;
		this.#driver = new FolderDriver({
			session: options.session,
			record: (note) => options.ledger.record(note),
			bytesOf: (file) => this.#bytesOf(file),
			nowMs: () => options.clock.now(),
			exists: (path) => this.#paths.has(path),
		});
	}

	/**
	 * Runs one pass.
	 * @returns true when another one soon may bring more: a file is incomplete or changed meanwhile
	 */
	async run(signal: AbortSignal): Promise<boolean> {
		let scan = await this.#scan(signal);
		// A file that is moved while the walk goes on is seen nowhere or twice: look again.
		if (scan.rootProblem === undefined && this.#index.isMissingAny(scan))
			scan = await this.#scan(signal);
		if (signal.aborted || !this.#isBelievable(scan)) return false;
		const reads = this.#index.see(scan, this.#moment());
		if (reads.length === 0 && this.#index.changes === this.#carriedOut) {
			for (const note of this.#index.takeNotes()) this.#options.ledger.record(note);
			return this.#index.hasWaiting;
		}
		for (let at = 0; at < reads.length; at += READS_AT_ONCE) {
			if (signal.aborted) return false;
			await Promise.all(reads.slice(at, at + READS_AT_ONCE).map((file) => this.#read(file)));
			await nextTurn();
		}
		this.#claimPayload();
		this.#paths = this.#index.paths();
		this.#locations = locationsOf(scan, this.#locations);
		for (const note of this.#index.takeNotes()) this.#options.ledger.record(note);
		const plan = planFolder(this.#driver.told, this.#index.torrents(), (path) =>
			this.#paths.has(path),
		);
		const { changes } = this.#index;
		const isCurrent = await this.#driver.carryOut(plan, signal);
		const isDone = isCurrent && !signal.aborted && !this.#driver.hasRefusals;
		this.#carriedOut = isDone ? changes : undefined;
		this.#recent.clear();
		return !isCurrent || this.#index.hasWaiting;
	}

	#scan(signal: AbortSignal): Promise<FolderScan> {
		return scanFolder(this.#options.folder, this.#options.recursive, signal);
	}

	/**
	 * An unreadable folder, or an empty one on another device, means that a volume is away:
	 * its torrents are not removed for that.
	 */
	#isBelievable(scan: FolderScan): boolean {
		const isSwapped =
			this.#device !== undefined &&
			scan.device !== this.#device &&
			scan.found.size === 0 &&
			this.#driver.told.size > 0;
		const problem = scan.rootProblem ?? (isSwapped ? 'its volume is not there' : undefined);
		if (problem === undefined) {
			this.#device = scan.device;
			if (this.#isFolderGone) this.#folderNote('The watched folder is back');
			this.#isFolderGone = false;
			return true;
		}
		if (!this.#isFolderGone)
			this.#folderNote(`The watched folder cannot be read, its torrents go on: ${problem}`);
		this.#isFolderGone = true;
		return false;
	}

	#folderNote(message: string): void {
		const path = this.#options.folder;
		this.#options.ledger.record({
			path,
			outcome: 'folder',
			message: `${message} (${quotePath(path)})`,
		});
	}

	async #read(file: FoundFile): Promise<void> {
		const read = await readTorrentBytes(file.location);
		let outcome: ReadOutcome;
		if (read.type === 'bytes') {
			outcome = judgeTorrentBytes(read.bytes, read.digest);
			if (outcome.type === 'torrent') this.#recent.put(file.key, read.digest, read.bytes);
		} else outcome = read;
		this.#index.tell(file, outcome, this.#moment());
	}

	async #bytesOf({ key, torrent }: TorrentFileEntry): Promise<Uint8Array | undefined> {
		const held = this.#recent.take(key, torrent.digest);
		const location = this.#locations.get(key);
		if (held !== undefined || location === undefined) return held;
		const read = await readTorrentBytes(location);
		return read.type === 'bytes' && read.digest === torrent.digest ? read.bytes : undefined;
	}

	#claimPayload(): void {
		if (!this.#index.hasNew) return;
		const savePaths = new Map(
			this.#options.session
				.getSnapshot()
				.torrents.map((torrent) => [torrent.infohash, torrent.savePath]),
		);
		const payload = new Set<string>();
		for (const { path, torrent } of this.#index.torrents()) {
			for (const each of innerTorrentPaths(torrent, path, savePaths.get(torrent.infohash)))
				payload.add(each);
		}
		this.#index.claimPayload(payload);
	}

	#moment(): { nowMs: number; wallMs: number } {
		return { nowMs: this.#options.clock.now(), wallMs: this.#options.clock.wallMs() };
	}
}

/** How to open each file; one in a folder that could not be read keeps what was known. */
function locationsOf(
	scan: FolderScan,
	before: ReadonlyMap<string, FileLocation>,
): Map<string, FileLocation> {
	const locations = new Map(scan.unknownBelow.length === 0 && scan.isComplete ? [] : before);
	for (const each of scan.found.values())
		if (each.type === 'file') locations.set(each.key, each.location);
	return locations;
}
