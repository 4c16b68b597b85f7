/** A running session: torrents, their queue, and the commands and snapshots of `SessionApi`. */
import path from 'node:path';
import type { Listener } from '../net/listener.js';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { cleanText } from '../primitives/clean-text.js';
import type { Infohash } from '../primitives/infohash.js';
import type { Logger, LogLevel } from '../primitives/logger.js';
import { makeFolder } from '../primitives/make-folder.js';
import { acquireInstanceLock } from '../state/instance-lock.js';
import { ResumeStore } from '../state/resume-store.js';
import type { Torrent } from '../torrent/torrent.js';
import { torrentDetail } from '../torrent/torrent-view.js';
import {
	type AddContext,
	claimPaths,
	makeTorrent,
	readMetainfo,
	releasePaths,
	tiersOf,
} from './add-torrent.js';
import { CheckLine } from './check-line.js';
import { DiskSpace } from './disk-space.js';
import { createEngine, type Engine } from './engine.js';
import { listenForPeers } from './incoming.js';
import { MemoryPressure } from './memory-pressure.js';
import { Notices } from './notices.js';
import { PathClaims } from './path-claims.js';
import { Publisher } from './publisher.js';
import { runQueue } from './queue-runner.js';
import { Recovery } from './recovery.js';
import type {
	AddTorrent,
	CommandResult,
	SessionApi,
	SessionCommand,
	UpdateTorrent,
} from './session-api.js';
import type { SessionOptions } from './session-options.js';
import type { SessionSnapshot, TorrentDetail } from './snapshot.js';
import { SnapshotStore } from './snapshot-store.js';
import { runTorrentCommand } from './torrent-command.js';
import { TorrentList } from './torrent-list.js';

const TICK_MS = 1000;

/** Verified data is synced and recorded this often: what a crash can cost at most. */
const SAVE_MS = 5000;

/** What only time changes (stalls, seed goals) is looked at this often; changes at once. */
const QUEUE_MS = 2000;

/** Connections and slots are shared out anew this often. */
const SHARE_MS = 5000;

export interface SessionDeps {
	readonly logger: Logger;
}

/**
 * Starts a session on a state folder.
 * @throws {AppError} `STATE_LOCKED` when another instance uses the folder, `NET_LISTEN_FAILED`
 */
export async function startSession(
	options: SessionOptions,
	deps: SessionDeps,
): Promise<SessionApi> {
	const lock = await acquireInstanceLock(options.stateDir);
	try {
		const session = new Session(options, deps, () => lock.release());
		await session.open();
		return session;
	} catch (error) {
		await lock.release();
		throw error;
	}
}

class Session implements SessionApi {
	readonly #options: SessionOptions;
	readonly #logger: Logger;
	readonly #engine: Engine;
	readonly #store: ResumeStore;
	readonly #torrents = new TorrentList();
	readonly #notices = new Notices();
	readonly #checkLine = new CheckLine();
	readonly #publisher: Publisher;
	readonly #recovery: Recovery;
	readonly #pressure: MemoryPressure;
	readonly #diskSpace: DiskSpace;
	readonly #context: AddContext;
	readonly #snapshots: SnapshotStore;
	readonly #details = new Map<(detail: TorrentDetail | undefined) => void, Infohash>();
	readonly #changed = new Set<Torrent>();
	readonly #releaseLock: () => Promise<void>;
	#listener: Listener | undefined;
	#limits: { downloadRate: number; uploadRate: number };
	#stopTicking: (() => void) | undefined;
	#isSoon = false;
	#nextSaveMs = 0;
	/** Told once, not every few seconds. */
	#saveProblem: string | undefined;
	#nextShareMs = 0;
	#nextQueueMs = 0;
	#closing: Promise<void> | undefined;

	constructor(options: SessionOptions, deps: SessionDeps, releaseLock: () => Promise<void>) {
		this.#options = options;
		this.#logger = deps.logger;
		this.#releaseLock = releaseLock;
		this.#limits = {
			downloadRate: options.maxDownloadRateBytesPerSecond,
			uploadRate: options.maxUploadRateBytesPerSecond,
		};
		this.#engine = createEngine(options, {
			port: () => this.#listener?.port,
			demandChanged: () => {
				this.#nextShareMs = 0;
			},
			relievePressure: () => this.#pressure.relieve(),
		});
		this.#store = new ResumeStore(path.join(options.stateDir, 'resume'));
		this.#publisher = new Publisher(this.#engine.pool);
		this.#recovery = new Recovery(this.#engine.pool);
		this.#diskSpace = new DiskSpace(this.#engine.pool);
		this.#pressure = new MemoryPressure(this.#engine, this.#torrents);
		this.#context = {
			options,
			engine: this.#engine,
			claims: new PathClaims(),
			torrents: this.#torrents,
			onChange: (torrent) => {
				this.#changed.add(torrent);
				this.#checkLine.changed(torrent);
				this.#soon();
			},
			saveNow: (torrent) => this.#save(torrent),
			log: (torrent, level, area, message) => this.#log(level, area, message, torrent),
		};
		this.#snapshots = new SnapshotStore(this.#build());
	}

	async open(): Promise<void> {
		try {
			this.#listener = await listenForPeers({
				options: this.#options,
				clock: this.#engine.clock,
				readGate: this.#engine.readGate,
				peerId: this.#engine.peerId,
				find: (infohash) => {
					const torrent = this.#torrents.get(infohash);
					return torrent?.activity === undefined ? undefined : torrent;
				},
				onRefused: (address, reason) => this.#log('debug', 'peer', `${address}: ${reason}`),
			});
		} catch (error) {
			await this.#engine.close();
			throw error;
		}
		this.#stopTicking = this.#engine.clock.every(TICK_MS, () => this.#tick());
		this.#publish();
	}

	getSnapshot(): SessionSnapshot {
		return this.#snapshots.get();
	}

	subscribe(listener: () => void): () => void {
		return this.#snapshots.subscribe(listener);
	}

	watchDetail(
		infohash: Infohash,
		listener: (detail: TorrentDetail | undefined) => void,
	): () => void {
		// A listener of its own for each watch, so that one function may watch many torrents.
		const watch = (detail: TorrentDetail | undefined): void => listener(detail);
		this.#details.set(watch, infohash);
		watch(this.#detail(infohash));
		return () => {
			this.#details.delete(watch);
		};
	}

	async dispatch(command: SessionCommand): Promise<CommandResult> {
		if (this.#closing !== undefined) return refused('SESSION_CLOSED', 'The session is closing');
		try {
			return await this.#run(command);
		} catch (error) {
			return refused(errorCode(error) ?? 'SESSION_FAILED', errorMessage(error));
		}
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	#run(command: SessionCommand): CommandResult | Promise<CommandResult> {
		if (command.type === 'add') return this.#add(command);
		if (command.type === 'set-limits') {
			this.#limits = { downloadRate: command.downloadRate, uploadRate: command.uploadRate };
			this.#engine.readGate.setRate(command.downloadRate);
			this.#engine.writeGate.setRate(command.uploadRate);
			return { ok: true };
		}
		const torrent = this.#torrents.get(command.infohash);
		if (torrent === undefined)
			return refused('SESSION_NO_TORRENT', `No torrent ${command.infohash}`);
		if (command.type === 'remove') return this.#remove(torrent);
		const result =
			command.type === 'update'
				? this.#update(torrent, command)
				: runTorrentCommand(torrent, command, this.#torrents);
		this.#changed.add(torrent);
		this.#soon();
		return result;
	}

	async #add(command: AddTorrent): Promise<CommandResult> {
		const metainfo = readMetainfo(command.metainfoBytes);
		if (this.#torrents.get(metainfo.infohash) !== undefined) {
			return refused('SESSION_DUPLICATE', `Torrent ${metainfo.infohash} is already here`);
		}
		const record = await this.#store.load(metainfo.infohash);
		if (this.#torrents.get(metainfo.infohash) !== undefined) {
			return refused('SESSION_DUPLICATE', `Torrent ${metainfo.infohash} is already here`);
		}
		const torrent = makeTorrent(this.#context, command, metainfo, record);
		this.#torrents.add(torrent);
		// A new torrent may make its folder; one that has been here finds out that its volume is gone.
		if (record?.savePath !== torrent.savePath) {
			// Failing here is not the end: preparing the files says why, for this torrent alone.
			await makeFolder(torrent.storage.target.root).catch(() => undefined);
		}
		try {
			if (torrent.problem === undefined) await torrent.load();
		} catch (error) {
			torrent.fail(error);
		}
		this.#log('info', 'session', `added from ${command.torrentPath}`, torrent);
		this.#changed.add(torrent);
		this.#soon();
		return { ok: true, infohash: metainfo.infohash };
	}

	#update(torrent: Torrent, command: UpdateTorrent): CommandResult {
		const metainfo = readMetainfo(command.metainfoBytes);
		if (metainfo.infohash !== torrent.infohash) {
			return refused('SESSION_OTHER_TORRENT', 'The file holds another torrent: remove and add it');
		}
		torrent.torrentPath = command.torrentPath;
		torrent.setTiers(tiersOf(metainfo, command.extraTiers));
		return { ok: true, infohash: torrent.infohash };
	}

	async #remove(torrent: Torrent): Promise<CommandResult> {
		const position = this.#torrents.all().indexOf(torrent);
		this.#torrents.delete(torrent.infohash);
		releasePaths(this.#context, torrent);
		this.#log('info', 'session', 'removed, data kept', torrent);
		this.#soon();
		await this.#store.save(await torrent.close(position));
		return { ok: true, infohash: torrent.infohash };
	}

	#tick(): void {
		const { clock } = this.#engine;
		const now = clock.now();
		const torrents = this.#torrents.all();
		const running = torrents.filter((torrent) => torrent.activity !== undefined);
		if (now >= this.#nextShareMs) {
			this.#nextShareMs = now + SHARE_MS;
			this.#engine.shares.refresh(running, now);
			this.#diskSpace.measure(this.#options.downloadDir ?? torrents[0]?.savePath);
		}
		for (const torrent of running) torrent.tick(now);
		if (now >= this.#nextQueueMs) this.#runQueue(now);
		this.#recovery.tick(
			torrents,
			now,
			(torrent) => claimPaths(this.#context, torrent) === undefined,
		);
		if (now >= this.#nextSaveMs) {
			this.#nextSaveMs = now + SAVE_MS;
			this.#saveChanged(torrents).catch(() => {
				// Each one's failure was told.
			});
		}
		this.#publish();
	}

	/** Something changed that should not wait for the next tick. */
	#soon(): void {
		if (this.#isSoon || this.#closing !== undefined) return;
		this.#isSoon = true;
		this.#engine.clock.after(50, () => {
			this.#isSoon = false;
			if (this.#closing !== undefined) return;
			this.#runQueue(this.#engine.clock.now());
			this.#publish();
		});
	}

	async #saveChanged(torrents: readonly Torrent[]): Promise<void> {
		for (const torrent of torrents) {
			if (!torrent.isDirty || this.#torrents.get(torrent.infohash) !== torrent) continue;
			// oxlint-disable-next-line no-await-in-loop -- one sync at a time keeps the disk calm
			await this.#save(torrent);
		}
	}

	/** What cannot be saved now is saved as soon as the state folder takes it; the data goes on. */
	#runQueue(nowMs: number): void {
		this.#nextQueueMs = nowMs + QUEUE_MS;
		const torrents = this.#torrents.all();
		runQueue(torrents, this.#options, nowMs);
		this.#checkLine.refill(torrents);
	}

	async #save(torrent: Torrent): Promise<void> {
		const position = this.#torrents.all().indexOf(torrent);
		try {
			await this.#store.save(await torrent.flush(position));
			this.#saveProblem = undefined;
		} catch (error) {
			torrent.touch();
			const message = `cannot save progress: ${errorMessage(error)}`;
			if (message !== this.#saveProblem) this.#log('error', 'state', message);
			this.#saveProblem = message;
		}
	}

	#build(): SessionSnapshot {
		const { clock, shares, dialer } = this.#engine;
		return this.#publisher.build({
			torrents: this.#torrents.all(),
			changed: this.#changed,
			notices: this.#notices.list,
			nowMs: clock.now(),
			wallMs: clock.wallMs(),
			downloadLimit: this.#limits.downloadRate,
			uploadLimit: this.#limits.uploadRate,
			port: this.#listener?.port,
			diskFreeBytes: this.#diskSpace.freeBytes,
			connections: shares.usedConnections,
			halfOpen: dialer.halfOpen,
		});
	}

	#publish(): void {
		const snapshot = this.#build();
		this.#changed.clear();
		this.#snapshots.publish(snapshot);
		for (const [watch, infohash] of this.#details) watch(this.#detail(infohash));
	}

	#detail(infohash: Infohash): TorrentDetail | undefined {
		const torrent = this.#torrents.get(infohash);
		return torrent === undefined ? undefined : torrentDetail(torrent, this.#engine.clock.now());
	}

	#log(level: LogLevel, area: string, message: string, torrent?: Torrent): void {
		const clean = cleanText(message);
		const name = torrent === undefined ? undefined : cleanText(torrent.metainfo.name);
		this.#logger({
			level,
			area,
			message: name === undefined ? clean : `${name}: ${clean}`,
			...(torrent === undefined ? {} : { fields: { infohash: torrent.infohash } }),
		});
		if (level === 'debug') return;
		this.#notices.add({
			atMs: this.#engine.clock.wallMs(),
			level,
			area,
			message: name === undefined ? clean : `${name}: ${clean}`,
			infohash: torrent?.infohash,
		});
	}

	async #close(): Promise<void> {
		this.#stopTicking?.();
		await this.#listener?.close();
		const closing = this.#torrents.all().map(async (torrent, position) => {
			await this.#store.save(await torrent.close(position));
		});
		await Promise.allSettled(closing);
		await this.#store.flush();
		await this.#engine.close();
		this.#publisher.close();
		await this.#releaseLock();
	}
}

function refused(code: string, message: string): CommandResult {
	return { ok: false, code, message: cleanText(message) };
}
