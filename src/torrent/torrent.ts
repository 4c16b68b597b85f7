/**
 * One torrent, running or not: owns its storage, what it has, its trackers and, while it runs, its
 * activity. The session tells it which state to be in; it tells the session when something changed.
 */
import type { Metainfo } from '../metainfo/metainfo.js';
import type { HandshakeResult } from '../peer/handshake-exchange.js';
import { errorCode } from '../primitives/app-error.js';
import type { Endpoint } from '../primitives/endpoint.js';
import type { Infohash } from '../primitives/infohash.js';
import type { LogLevel } from '../primitives/logger.js';
import type { ResumeRecord } from '../state/resume-record.js';
import type { TorrentStorage } from '../storage/storage.js';
import type { TrackerSession } from '../tracker/tracker-session.js';
import type { Activity } from './activity.js';
import { FileSelection } from './file-selection.js';
import { PayloadCheck } from './payload-check.js';
import { problemOf } from './problem.js';
import { SeedingTime } from './seeding-time.js';
import type { TorrentOptions } from './torrent-options.js';
import { TorrentPieces } from './torrent-pieces.js';
import { recordOf } from './torrent-record.js';
import { type RunOptions, TorrentRun } from './torrent-run.js';
import { TorrentSaver } from './torrent-saver.js';
import type { TorrentProblem, TorrentState } from './torrent-snapshot.js';
import { TransferTotals } from './transfer-totals.js';

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
	readonly pieces: TorrentPieces;
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
	lastUploadAtMs = 0;
	/** Place in the queue when it was saved last; undefined for a new one. */
	readonly savedPosition: number | undefined;

	readonly #options: RunOptions;
	readonly #check: PayloadCheck;
	readonly #run: TorrentRun;
	readonly #saver: TorrentSaver;
	readonly #seedingTime: SeedingTime;
	#isStarting = false;
	#isClosed = false;

	constructor({ record, ...options }: TorrentOptions) {
		const { metainfo, engine, storage } = options;
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
		this.#seedingTime = new SeedingTime(Math.max(record?.seedingMs ?? 0, options.seedingMs));
		this.savedPosition = record?.queuePosition;
		if (record !== undefined) this.totals.restore(record);
		const pieces = new TorrentPieces(metainfo, engine.random);
		this.pieces = pieces;
		pieces.setSequential(this.isSequential);
		const check = new PayloadCheck(
			{ metainfo, storage, pieces, savePath: options.savePath },
			record,
		);
		this.#check = check;
		this.files = new FileSelection(metainfo, record?.filePriorities);
		if (!this.files.isEverything) pieces.setPriorities(this.files.piecePriorities());
		this.#saver = new TorrentSaver({
			storage,
			check,
			pieces,
			hasRecord: record !== undefined,
			isDownloading: () => this.#run.isUp && this.state === 'downloading',
			record: (queuePosition) =>
				recordOf(this, check.recordable(), queuePosition, engine.clock.now()),
			onDirty: () => options.host.onDirty(this),
			onError: (error) => this.fail(error),
		});
		this.#run = new TorrentRun(this, options, {
			onPiece: () => this.#pieceVerified(),
			onDiskError: (error) => this.fail(error),
			onReadError: (piece, error) => this.#readFailed(piece, error),
		});
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
		return !this.#check.isNeeded && this.pieces.isComplete;
	}

	get isRunning(): boolean {
		return this.#run.isUp || this.#isStarting;
	}

	/** Downloading or seeding, with its files ready: peers are welcome. */
	get isUp(): boolean {
		return this.#run.isUp;
	}

	/** Only while there are peers, or may be: a seed nobody asks for has none. */
	get activity(): Activity | undefined {
		return this.#run.activity;
	}

	get trackers(): TrackerSession | undefined {
		return this.#run.trackers;
	}

	/** True when something happened that the resume record should know. */
	get isDirty(): boolean {
		return this.#saver.isDirty;
	}

	/** From 0 to 1: of the check in progress. */
	get checkProgress(): number {
		return this.#check.progress;
	}

	/** Where its data is: checks are counted by volume. */
	get volume(): number {
		return this.#check.device;
	}

	/** Time spent seeding, over all runs. */
	seedingMs(nowMs: number): number {
		return this.#seedingTime.totalMs(nowMs);
	}

	/** Downloading for a while without a useful byte. */
	isStalled(nowMs: number): boolean {
		return this.state === 'downloading' && this.#run.isStalled(nowMs);
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
		if (!runs) this.#halt(`torrent is ${next}`);
		if (next === 'checking') this.#runCheck().catch((error: unknown) => this.fail(error));
		if (runs && !this.isRunning) this.#start().catch((error: unknown) => this.fail(error));
		if (next === 'finished') this.#saver.touch();
		this.#options.host.onChange(this);
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
		this.#options.host.onChange(this);
	}

	setTiers(tiers: readonly (readonly string[])[]): void {
		this.tiers = tiers;
		this.#run.setTiers(tiers);
	}

	setSequential(isSequential: boolean): void {
		this.isSequential = isSequential;
		this.pieces.setSequential(isSequential);
		this.touch();
	}

	/** A file's priority changed in `files`. */
	wantsChanged(): void {
		this.pieces.setPriorities(this.files.piecePriorities());
		this.activity?.wantsChanged();
		if (this.state === 'seeding' && !this.pieces.isComplete) this.#restart();
		else if (this.state === 'downloading' && this.#run.isUp && this.pieces.isComplete)
			this.#completed();
		this.touch();
	}

	/** A peer dialled us for this torrent. */
	accept(handshake: HandshakeResult): void {
		this.#run.accept(handshake);
	}

	/** A tracker named peers. */
	found(peers: readonly Endpoint[]): void {
		this.#run.found(peers);
	}

	/** Once a second while it is awake. */
	tick(nowMs: number): void {
		if (this.totals.upload.rate(nowMs) > 0) this.lastUploadAtMs = nowMs;
		this.#run.tick(nowMs);
	}

	/** Peers are gone, and with them what changed the totals. */
	rested(): void {
		if (this.totals.hasMoved) this.#saver.touch();
		this.#options.host.onNews(this);
	}

	/** Verified data is on the device when this resolves; what it returns describes it. */
	flush(queuePosition: number): Promise<ResumeRecord> {
		return this.#saver.flush(queuePosition);
	}

	/**
	 * Stops, tells the trackers and closes the files.
	 * @returns the last record; undefined when the one saved before is still true
	 */
	async close(queuePosition: number): Promise<ResumeRecord | undefined> {
		this.#isClosed = true;
		this.#check.abort();
		const { activity } = this;
		this.#halt('closing');
		const stopped = this.trackers?.stop();
		await activity?.settled();
		const record = this.#saver.needsFlush ? await this.flush(queuePosition) : undefined;
		await stopped;
		await this.storage.close();
		return record;
	}

	async #runCheck(): Promise<void> {
		const refusal = await this.#check.run(this.isForced);
		if (refusal === 'aborted') return;
		const { have } = this.pieces;
		this.#log('info', 'storage', `check finished: ${have.count} of ${have.length} pieces`);
		if (refusal !== undefined) this.fail(refusal);
		this.touch();
	}

	async #start(): Promise<void> {
		this.#isStarting = true;
		try {
			if (!this.pieces.isComplete || this.#check.hasMissingFiles) {
				const wanted = this.files.wantedFiles();
				await this.storage.prepare({ force: this.isForced, wanted });
				this.#saver.wrote();
				// After a crash the files that were just made must be known as ours.
				if (!this.#check.hasBegun) await this.#options.host.saveNow(this);
			}
		} finally {
			this.#isStarting = false;
		}
		if (this.#isClosed || (this.state !== 'downloading' && this.state !== 'seeding')) return;
		const { engine } = this.#options;
		const now = engine.clock.now();
		this.lastUploadAtMs = now;
		if (this.state === 'seeding') this.#seedingTime.start(now);
		this.#run.start(now);
		// A download that is told complete by an empty selection or an empty torrent is so at once.
		if (this.state === 'downloading' && this.pieces.isComplete) this.#completed();
		this.#options.host.onChange(this);
	}

	/** Out of a running state: nothing moves any more when this returns. */
	#halt(reason: string): void {
		if (!this.#run.isUp) return;
		this.#seedingTime.stop(this.#options.engine.clock.now());
		this.#run.stop(reason);
		if (this.#saver.needsFlush) this.#saver.touch();
		this.#options.host.onChange(this);
	}

	#restart(): void {
		this.#halt('torrent is queued');
		this.state = 'queued';
	}

	#pieceVerified(): void {
		this.#saver.wrote();
		if (this.state === 'downloading' && this.pieces.isComplete) this.#completed();
	}

	#completed(): void {
		const { engine } = this.#options;
		this.state = 'seeding';
		this.#seedingTime.start(engine.clock.now());
		this.completedAtMs ??= engine.clock.wallMs();
		this.activity?.completed();
		if (this.totals.sessionDownloadedBytes > 0) this.trackers?.completed();
		this.#log('info', 'torrent', 'download complete');
		this.touch();
	}

	/** What we advertised cannot be read: it is not ours to give any more. */
	#readFailed(piece: number, error: unknown): void {
		if (errorCode(error) === 'STORAGE_CLOSED') return;
		this.pieces.pieceLost(piece);
		this.#check.demandAll();
		this.fail(error);
	}

	/** Into the error state, with the reason; the first reason stays. */
	fail(error: unknown): void {
		if (this.problem !== undefined || errorCode(error) === 'STORAGE_CLOSED') return;
		this.problem = problemOf(error);
		if (this.problem.code === 'STORAGE_CHANGED') this.#check.demandAll();
		this.#log('error', 'storage', this.problem.message);
		this.#halt('torrent is error');
		this.state = 'error';
		this.touch();
	}

	/** Its record on disk and its picture are out of date. */
	touch(): void {
		this.#saver.touch();
		this.#options.host.onChange(this);
	}

	#log(level: LogLevel, area: string, message: string): void {
		this.#options.host.log(this, level, area, message);
	}
}
