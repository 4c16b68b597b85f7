/**
 * One torrent, running or not: owns its storage, what it has, its trackers and, while it runs, its
 * activity. The session tells it which state to be in; it tells the session when something changed.
 */
import type { Metainfo } from '../metainfo/metainfo.js';
import type { HandshakeResult } from '../peer/handshake-exchange.js';
import { PiecePicker } from '../piece-picker/piece-picker.js';
import { errorCode } from '../primitives/app-error.js';
import type { Infohash } from '../primitives/infohash.js';
import type { ResumeRecord } from '../state/resume-record.js';
import type { TorrentStorage } from '../storage/storage.js';
import type { TrackerSession } from '../tracker/tracker-session.js';
import { Activity } from './activity.js';
import { makeTrackers } from './announcing.js';
import { FileSelection } from './file-selection.js';
import { PayloadCheck } from './payload-check.js';
import type { Peer } from './peer.js';
import { problemOf } from './problem.js';
import type { TorrentOptions } from './torrent-options.js';
import { recordOf } from './torrent-record.js';
import type { TorrentProblem, TorrentState } from './torrent-snapshot.js';
import { TransferTotals } from './transfer-totals.js';

/** A download with fewer peers than this asks its trackers earlier. */
const HUNGRY_BELOW_PEERS = 5;

/** Without a useful byte for this long a download does not hold its slot; sooner without any peer. */
const STALL_MS = 60_000;
const LONELY_STALL_MS = 15_000;

/** Problems that leave data on disk as we know it. */
const DATA_UNTOUCHED = new Set([
	'STORAGE_DISK_FULL',
	'STORAGE_TOO_MANY_FILES',
	'STORAGE_WORKER_DIED',
]);

export class Torrent {
	readonly metainfo: Metainfo;
	readonly savePath: string;
	readonly storage: TorrentStorage;
	readonly totals: TransferTotals = new TransferTotals();
	readonly picker: PiecePicker<Peer>;
	readonly files: FileSelection;
	readonly addedAtMs: number;
	torrentPath: string;
	tiers: readonly (readonly string[])[];
	state: TorrentState = 'queued';
	problem: TorrentProblem | undefined;
	isPaused: boolean;
	isForced: boolean;
	isSequential: boolean;
	completedAtMs: number | undefined;
	seedingMs: number;
	lastUploadAtMs = 0;
	/** Place in the queue when it was saved last; undefined for a new one. */
	readonly savedPosition: number | undefined;

	readonly #options: TorrentOptions;
	readonly #check: PayloadCheck;
	#activity: Activity | undefined;
	#trackers: TrackerSession | undefined;
	#isStarting = false;
	#isDirty = false;
	#flushing: Promise<unknown> = Promise.resolve();
	/** Files were written since the last sync. */
	#isUnsynced = false;
	#isClosed = false;
	#startedAtMs = 0;
	#lastTickMs = 0;

	constructor(options: TorrentOptions) {
		const { metainfo, record, engine } = options;
		this.#options = options;
		this.metainfo = metainfo;
		this.savePath = options.savePath;
		this.storage = options.storage;
		this.torrentPath = options.torrentPath;
		this.tiers = options.tiers;
		this.isPaused = options.isPaused;
		this.isSequential = options.isSequential;
		this.isForced = record?.isForced ?? false;
		this.addedAtMs = record?.addedAtMs ?? engine.clock.wallMs();
		this.completedAtMs = record?.completedAtMs;
		this.seedingMs = record?.seedingMs ?? 0;
		this.savedPosition = record?.queuePosition;
		if (record !== undefined) this.totals.restore(record);
		this.picker = new PiecePicker({ layout: metainfo, random: engine.random });
		this.picker.setSequential(this.isSequential);
		this.#check = new PayloadCheck({ ...options, picker: this.picker });
		this.files = new FileSelection(metainfo, record?.filePriorities);
		if (!this.files.isEverything) this.picker.setPriorities(this.files.piecePriorities());
	}

	get infohash(): Infohash {
		return this.metainfo.infohash;
	}

	get needsCheck(): boolean {
		return this.#check.isNeeded;
	}

	/** True when the queue may decide about it: what the disk holds is known, or why it is not. */
	get isReady(): boolean {
		return this.#check.isLoaded || this.problem !== undefined;
	}

	get isComplete(): boolean {
		return !this.#check.isNeeded && this.picker.isComplete;
	}

	get isRunning(): boolean {
		return this.#activity !== undefined || this.#isStarting;
	}

	get activity(): Activity | undefined {
		return this.#activity;
	}

	get trackers(): TrackerSession | undefined {
		return this.#trackers;
	}

	/** True when something happened that the resume record should know. */
	get isDirty(): boolean {
		return this.#isDirty;
	}

	/** From 0 to 1: of the check in progress. */
	get checkProgress(): number {
		return this.#check.progress;
	}

	/** Where its data is: checks are counted by volume. */
	get volume(): number {
		return this.#check.device;
	}

	/** Downloading for a while without a useful byte. */
	isStalled(nowMs: number): boolean {
		const activity = this.#activity;
		if (activity === undefined || this.state !== 'downloading') return false;
		const limitMs = activity.swarm.size === 0 ? LONELY_STALL_MS : STALL_MS;
		return nowMs - Math.max(this.#startedAtMs, activity.lastUsefulByteMs) > limitMs;
	}

	/** Finds out what the disk holds, without hashing: the resume record decides what must be. */
	async load(): Promise<void> {
		const missing = await this.#check.load();
		if (missing !== undefined) this.fail(missing);
	}

	/** Goes to the state the queue decided on. Errors end up in `problem`, never in the caller. */
	enter(next: TorrentState): void {
		if (next === this.state) return;
		const previous = this.state;
		this.state = next;
		if (previous === 'checking') this.#check.abort();
		const runs = next === 'downloading' || next === 'seeding';
		if (!runs) this.#halt(next);
		if (next === 'checking') this.#runCheck().catch((error: unknown) => this.fail(error));
		if (runs && !this.isRunning) this.#start().catch((error: unknown) => this.fail(error));
		this.#options.onChange();
	}

	setPaused(isPaused: boolean): void {
		this.isPaused = isPaused;
		this.touch();
	}

	/** Hash everything again at the next chance. */
	recheck(): void {
		// Nobody's check makes another torrent's path free.
		if (this.problem?.code !== 'TORRENT_PATH_TAKEN') this.problem = undefined;
		this.#check.demandAll();
		// The check under way may hash too little: the queue begins a new one.
		if (this.state === 'checking') this.enter('queued');
		this.touch();
	}

	/** Write over data that is in the way, from now on. */
	force(): void {
		this.isForced = true;
		if (this.problem?.canForce === true) this.problem = undefined;
		this.touch();
	}

	/** True when some of its files were made: something must be there. */
	get hasFiles(): boolean {
		return this.#check.hasBegun;
	}

	/** True when data that was missing can be looked at again. */
	isBack(): Promise<boolean> {
		return this.#check.isBack();
	}

	/** The cause of the problem may be gone: try again, hashing when data may have changed. */
	async retry(): Promise<void> {
		const code = this.problem?.code ?? '';
		this.problem = undefined;
		// Anything else may have changed what is on disk, or kept us from ever looking at it.
		const isUntouched = DATA_UNTOUCHED.has(code) && this.#check.isLoaded;
		if (!isUntouched) await this.load().catch((error: unknown) => this.fail(error));
		this.#options.onChange();
	}

	setTiers(tiers: readonly (readonly string[])[]): void {
		this.tiers = tiers;
		this.#trackers?.setTiers(tiers);
	}

	setSequential(isSequential: boolean): void {
		this.isSequential = isSequential;
		this.picker.setSequential(isSequential);
		this.touch();
	}

	/** A file's priority changed in `files`. */
	wantsChanged(): void {
		this.picker.setPriorities(this.files.piecePriorities());
		this.#activity?.wantsChanged();
		if (this.state === 'seeding' && !this.picker.isComplete) this.#restart();
		else if (this.state === 'downloading' && this.#activity !== undefined && this.picker.isComplete)
			this.#completed();
		this.touch();
	}

	accept(handshake: HandshakeResult): void {
		if (this.#activity === undefined) handshake.stream.destroy();
		else this.#activity.accept(handshake);
	}

	/** Once a second while it runs. */
	tick(nowMs: number): void {
		const activity = this.#activity;
		if (activity === undefined) return;
		const elapsedMs = nowMs - this.#lastTickMs;
		this.#lastTickMs = nowMs;
		if (this.state === 'seeding') this.seedingMs += elapsedMs;
		if (this.totals.upload.rate(nowMs) > 0) this.lastUploadAtMs = nowMs;
		activity.tick(nowMs);
		const isHungry = this.state === 'downloading' && activity.swarm.size < HUNGRY_BELOW_PEERS;
		this.#trackers?.setHungry(isHungry);
	}

	/** Verified data is on the device when this resolves; what it returns describes it. */
	flush(queuePosition: number): Promise<ResumeRecord> {
		const flushed = this.#flushing.then(async () => {
			this.#isDirty = false;
			await this.#sync();
			return recordOf(this, this.#check.recordable(), queuePosition);
		});
		this.#flushing = flushed;
		return flushed;
	}

	/** Stops, tells the trackers and closes the files. */
	async close(queuePosition: number): Promise<ResumeRecord> {
		this.#isClosed = true;
		this.#check.abort();
		const activity = this.#activity;
		activity?.stop('closing');
		this.#activity = undefined;
		const stopped = this.#trackers?.stop();
		await activity?.settled();
		const record = await this.flush(queuePosition);
		await stopped;
		await this.storage.close();
		return record;
	}

	async #runCheck(): Promise<void> {
		const refusal = await this.#check.run(this.isForced);
		if (refusal === 'aborted') return;
		const { have } = this.picker;
		this.#options.log('info', 'storage', `check finished: ${have.count} of ${have.length} pieces`);
		if (refusal !== undefined) this.fail(refusal);
		this.touch();
	}

	async #start(): Promise<void> {
		this.#isStarting = true;
		try {
			if (!this.picker.isComplete || this.#check.hasMissingFiles) {
				const wanted = this.files.wantedFiles();
				await this.storage.prepare({ force: this.isForced, wanted });
				this.#isUnsynced = true;
				// After a crash the files that were just made must be known as ours.
				if (!this.#check.hasBegun) await this.#options.saveNow();
			}
		} finally {
			this.#isStarting = false;
		}
		if (this.#isClosed || (this.state !== 'downloading' && this.state !== 'seeding')) return;
		const { engine } = this.#options;
		const now = engine.clock.now();
		this.#startedAtMs = now;
		this.#lastTickMs = now;
		this.lastUploadAtMs = now;
		this.#activity = new Activity({
			metainfo: this.metainfo,
			picker: this.picker,
			storage: this.storage,
			totals: this.totals,
			engine,
			maxPeers: () => this.#options.maxPeers(),
			uploadSlots: () => this.#options.uploadSlots(),
			onPiece: () => this.#pieceVerified(),
			onDiskError: (error) => this.fail(error),
			onReadError: (piece, error) => this.#readFailed(piece, error),
			onNotice: (message) => this.#options.log('warn', 'peer', message),
		});
		this.#trackers = makeTrackers(this, this.#options);
		this.#trackers.start();
		this.#activity.tick(now);
		// A download that is told complete by an empty selection or an empty torrent is so at once.
		if (this.state === 'downloading' && this.picker.isComplete) this.#completed();
		this.touch();
	}

	/** Out of a running state: nothing moves any more when this returns. */
	#halt(next: TorrentState): void {
		const activity = this.#activity;
		if (activity === undefined) return;
		activity.stop(`torrent is ${next}`);
		this.#activity = undefined;
		this.#trackers?.stop().catch(() => {
			// Trackers that cannot be told find out by themselves when we do not announce again.
		});
		this.touch();
	}

	#restart(): void {
		this.#halt('queued');
		this.state = 'queued';
	}

	#pieceVerified(): void {
		this.#isDirty = true;
		this.#isUnsynced = true;
		if (this.state === 'downloading' && this.picker.isComplete) this.#completed();
	}

	#completed(): void {
		const { engine } = this.#options;
		this.state = 'seeding';
		this.completedAtMs ??= engine.clock.wallMs();
		this.#activity?.completed();
		if (this.totals.sessionDownloadedBytes > 0) this.#trackers?.completed();
		this.#options.log('info', 'torrent', 'download complete');
		this.touch();
	}

	/** What we advertised cannot be read: it is not ours to give any more. */
	#readFailed(piece: number, error: unknown): void {
		if (errorCode(error) === 'STORAGE_CLOSED') return;
		this.picker.pieceLost(piece);
		this.#check.demandAll();
		this.fail(error);
	}

	/** Into the error state, with the reason; the first reason stays. */
	fail(error: unknown): void {
		if (this.problem !== undefined || errorCode(error) === 'STORAGE_CLOSED') return;
		this.problem = problemOf(error);
		if (this.problem.code === 'STORAGE_CHANGED') this.#check.demandAll();
		this.#options.log('error', 'storage', this.problem.message);
		this.#halt('error');
		this.state = 'error';
		this.touch();
	}

	/** Its record on disk and its picture are out of date. */
	touch(): void {
		this.#isDirty = true;
		this.#options.onChange();
	}

	/** Files that were not written since the last time keep their stamps: a change is not ours. */
	async #sync(): Promise<void> {
		if (!this.#isUnsynced || this.#check.isNeeded) return;
		const have = this.picker.have.clone();
		// Blocks of unfinished pieces may be written at any time while it downloads.
		this.#isUnsynced = this.#activity !== undefined && this.state === 'downloading';
		try {
			this.#check.synced(have, await this.storage.sync());
		} catch (error) {
			this.#isUnsynced = true;
			// A check that was asked for meanwhile finds out what is left.
			if (!this.#check.isNeeded) this.fail(error);
		}
	}
}
