/**
 * Keeps a session running exactly the torrents of one folder: a periodic rescan is the truth,
 * file system events only make the next one come sooner.
 */
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import type { Clock } from '../primitives/clock.js';
import type { Logger } from '../primitives/logger.js';
import type { SessionApi } from '../session/session-api.js';
import { folderEvents } from './folder-events.js';
import type { FolderEvents } from './folder-hints.js';
import { FolderPass } from './folder-pass.js';
import type { Recursion } from './folder-scan.js';
import { Ledger, type LedgerEntry } from './ledger.js';
import { LedgerFile } from './ledger-file.js';
import { followProblems } from './torrent-problems.js';
import { WatchError } from './watch-error.js';

export interface WatchFolder {
	/** Looks at the whole folder; resolves when all that changed before the call was acted upon. */
	rescan(): Promise<void>;
	/** What happened to the files, oldest first; the newest 1000. */
	ledger(): readonly LedgerEntry[];
	/** Stops watching; the torrents go on. Resolves when nothing is left open. */
	close(): Promise<void>;
}

export interface WatchFolderOptions {
	readonly folder: string;
	readonly session: SessionApi;
	readonly recursive: Recursion;
	readonly rescanIntervalMs: number;
	/** Where the ledger is kept. */
	readonly stateDir: string;
	readonly logger: Logger;
	readonly clock: Clock;
	/** Where hints come from; undefined means the file system, false none at all. */
	readonly events?: FolderEvents | false;
}

/** Events come in bursts: one rescan for all of them. */
const HINT_DELAY_MS = 200;
/** While a file is incomplete it is looked at this often, if the interval is longer. */
const WAITING_INTERVAL_MS = 1000;
/** Rescans that an event asks for may take at most one part in this many of the time. */
const MAX_DUTY = 4;
/** Those that nothing asks for: a folder of thousands is looked at less often than the interval says. */
const IDLE_DUTY = 100;
/** While events come, the others only find what events miss. */
const IDLE_DUTY_WITH_EVENTS = 1000;
/** However long a pass took (the first one adds everything), the next is not put off further for it. */
const MAX_IDLE_WAIT_MS = 60_000;
/** The same while events come: looking at ten thousand files takes a second of CPU. */
const MAX_IDLE_WAIT_WITH_EVENTS_MS = 300_000;

/**
 * Starts watching; resolves after the first scan, with the folder's torrents added.
 * @throws {WatchError} when there is no such folder, or it cannot be read
 */
export async function startWatchFolder(options: WatchFolderOptions): Promise<WatchFolder> {
	const folder = path.resolve(options.folder);
	await checkFolder(folder);
	const watcher = new Watcher({ ...options, folder });
	await watcher.start();
	return watcher;
}

async function checkFolder(folder: string): Promise<void> {
	try {
		await readdir(await realpath(folder));
	} catch (error) {
		const code = errorCode(error);
		if (code === 'ENOENT')
			throw new WatchError('WATCH_NO_FOLDER', `There is no folder ${folder}`, folder, error);
		if (code === 'ENOTDIR')
			throw new WatchError('WATCH_NOT_A_FOLDER', `${folder} is not a folder`, folder, error);
		const message = `Cannot read the folder ${folder}: ${errorMessage(error)}`;
		throw new WatchError('WATCH_UNREADABLE', message, folder, error);
	}
}

class Watcher implements WatchFolder {
	readonly #options: WatchFolderOptions;
	readonly #ledger: Ledger;
	readonly #ledgerFile: LedgerFile;
	readonly #pass: FolderPass;
	readonly #abort = new AbortController();
	#running: Promise<void> | undefined;
	#following: Promise<void> | undefined;
	#cancelTimer: () => void = () => {};
	/** When the timer fires; undefined when none is set. */
	#dueAtMs: number | undefined;
	#lastPassMs = 0;
	#hasEvents = false;
	#stopEvents: () => Promise<void> = async () => {};
	readonly #stopFollowing: () => void;

	constructor(options: WatchFolderOptions) {
		this.#options = options;
		const { logger, clock } = options;
		this.#ledgerFile = new LedgerFile(options.stateDir, logger, () =>
			this.#ledger.lastOfEachFile(),
		);
		this.#ledger = new Ledger(
			logger,
			() => clock.wallMs(),
			(entry) => this.#ledgerFile.append(entry),
		);
		this.#pass = new FolderPass({ ...options, ledger: this.#ledger });
		this.#stopFollowing = followProblems(options.session, (note) => this.#ledger.record(note));
	}

	async start(): Promise<void> {
		// Before the first scan: what changes during it must leave a hint.
		this.#startEvents();
		await this.rescan();
	}

	rescan(): Promise<void> {
		if (this.#abort.signal.aborted) return Promise.resolve();
		if (this.#running === undefined) return this.#run();
		// The one under way may have passed the change already: a whole one after it.
		this.#following ??= this.#running.then(() => {
			this.#following = undefined;
			return this.#abort.signal.aborted ? undefined : this.#run();
		});
		return this.#following;
	}

	ledger(): readonly LedgerEntry[] {
		return this.#ledger.events;
	}

	async close(): Promise<void> {
		this.#abort.abort();
		this.#cancel();
		this.#stopFollowing();
		await this.#stopEvents().catch((error: unknown) => this.#warn(errorMessage(error)));
		await this.#following;
		await this.#running;
		await this.#ledgerFile.flush();
	}

	#run(): Promise<void> {
		this.#cancel();
		this.#running = this.#runPass().finally(() => {
			this.#running = undefined;
		});
		return this.#running;
	}

	async #runPass(): Promise<void> {
		const { clock, rescanIntervalMs } = this.#options;
		const startedAtMs = clock.now();
		let isMoreSoon = false;
		try {
			isMoreSoon = await this.#pass.run(this.#abort.signal);
		} catch (error) {
			// A defect must not end the watching; the next pass starts from the folder again.
			this.#warn(`A rescan failed: ${errorMessage(error)}`);
		}
		this.#lastPassMs = clock.now() - startedAtMs;
		const intervalMs = isMoreSoon
			? Math.min(WAITING_INTERVAL_MS, rescanIntervalMs)
			: rescanIntervalMs;
		if (isMoreSoon) this.#schedule(intervalMs, this.#restMs(MAX_DUTY));
		else if (this.#hasEvents)
			this.#schedule(
				intervalMs,
				Math.min(this.#restMs(IDLE_DUTY_WITH_EVENTS), MAX_IDLE_WAIT_WITH_EVENTS_MS),
			);
		else this.#schedule(intervalMs, Math.min(this.#restMs(IDLE_DUTY), MAX_IDLE_WAIT_MS));
	}

	/** How long to rest so that passes like the last one take one part in `duty` of the time. */
	#restMs(duty: number): number {
		return this.#lastPassMs * (duty - 1);
	}

	/** Sets the timer for the later of both, unless an earlier one is set. */
	#schedule(delayMs: number, restMs: number): void {
		if (this.#abort.signal.aborted) return;
		const { clock } = this.#options;
		const waitMs = Math.max(delayMs, restMs);
		const dueAtMs = clock.now() + waitMs;
		if (this.#dueAtMs !== undefined && this.#dueAtMs <= dueAtMs) return;
		this.#cancel();
		this.#dueAtMs = dueAtMs;
		this.#cancelTimer = clock.after(waitMs, () => {
			this.#dueAtMs = undefined;
			this.rescan().catch((error: unknown) => this.#warn(errorMessage(error)));
		});
	}

	#cancel(): void {
		this.#cancelTimer();
		this.#dueAtMs = undefined;
	}

	#startEvents(): void {
		const { events = folderEvents, folder, recursive } = this.#options;
		if (events === false) return;
		this.#hasEvents = true;
		this.#stopEvents = events({
			folder,
			recursive,
			onHint: () => this.#schedule(HINT_DELAY_MS, this.#restMs(MAX_DUTY)),
			onFailure: (message) => {
				this.#hasEvents = false;
				this.#warn(`File events are not available, the folder is only rescanned: ${message}`);
			},
		});
	}

	#warn(message: string): void {
		this.#options.logger({ level: 'warn', area: 'watch', message });
	}
}
