/** A running session: torrents, their queue, and the commands and snapshots of `SessionApi`. */
import type { Listener } from '../net/listener.js';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { cleanText } from '../primitives/clean-text.js';
import type { Infohash } from '../primitives/infohash.js';
import type { Logger, LogLevel } from '../primitives/logger.js';
import { makeFolder } from '../primitives/make-folder.js';
import { acquireInstanceLock } from '../state/instance-lock.js';
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
import { DetailWatches } from './detail-watches.js';
import { DiskSpace } from './disk-space.js';
import { createEngine, type Engine } from './engine.js';
import { listenForPeers } from './incoming.js';
import { MemoryPressure } from './memory-pressure.js';
import { Notices } from './notices.js';
import { PathClaims } from './path-claims.js';
import { Publisher } from './publisher.js';
import { runQueue } from './queue-runner.js';
import { RecordKeeper } from './record-keeper.js';
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

/** What only time changes (stalls, seed goals) is looked at this often; changes at once. */
const QUEUE_MS = 2000;

/** Connections and slots are shared out anew this often. */
const SHARE_MS = 5000;

/** What cannot wait for the next tick waits this long, so that many changes cost one look. */
const SOON_MS = 50;

/** One part in this many of the time may go into such looks: a long list is looked at less often. */
const SOON_SHARE = 5;

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
	readonly #records: RecordKeeper;
	readonly #torrents = new TorrentList();
	readonly #notices = new Notices();
	readonly #checkLine = new CheckLine();
	readonly #publisher: Publisher;
	readonly #recovery: Recovery;
	readonly #pressure: MemoryPressure;
	readonly #diskSpace = new DiskSpace();
	readonly #context: AddContext;
	readonly #snapshots: SnapshotStore;
	readonly #details = new DetailWatches((infohash) => this.#detail(infohash));
	readonly #changed = new Set<Torrent>();
	/** Torrents with an activity: the only ones that want something done each second. */
	readonly #awake = new Set<Torrent>();
	readonly #releaseLock: () => Promise<void>;
	#listener: Listener | undefined;
	#limits: { downloadRate: number; uploadRate: number };
	#stopTicking: (() => void) | undefined;
	#isSoon = false;
	#soonMs = SOON_MS;
	/** Something changed that the queue has not seen. */
	#isQueueStale = false;
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
		this.#records = new RecordKeeper(this.#torrents, options.stateDir, (message) =>
			this.#log('error', 'state', message),
		);
		this.#publisher = new Publisher(this.#engine.pool, this.#engine.clock.now());
		this.#recovery = new Recovery(this.#engine.pool);
		this.#pressure = new MemoryPressure(this.#engine, this.#awake);
		this.#context = {
			options,
			engine: this.#engine,
			claims: new PathClaims(),
			torrents: this.#torrents,
			seedingMs: (infohash) => this.#records.seedingMs(infohash),
			host: {
				maxPeers: ({ infohash }) => this.#engine.shares.maxPeers(infohash),
				uploadSlots: ({ infohash }) => this.#engine.shares.uploadSlotsOf(infohash),
				saveNow: (torrent) => this.#records.save(torrent),
				onChange: (torrent) => this.#onChange(torrent),
				onNews: (torrent) => this.#changed.add(torrent),
				onDirty: (torrent) => this.#records.touched(torrent),
				onAwake: (torrent, isAwake) => {
					if (isAwake) this.#awake.add(torrent);
					else this.#awake.delete(torrent);
				},
				log: (torrent, level, area, message) => this.#log(level, area, message, torrent),
			},
		};
		this.#snapshots = new SnapshotStore(this.#build());
	}

	async open(): Promise<void> {
		try {
			await this.#records.open(this.#engine.clock.now());
			this.#listener = await listenForPeers({
				options: this.#options,
				clock: this.#engine.clock,
				readGate: this.#engine.readGate,
				peerId: this.#engine.peerId,
				find: (infohash) => {
					const torrent = this.#torrents.get(infohash);
					return torrent?.isUp === true ? torrent : undefined;
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
		return this.#details.add(infohash, listener);
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
		this.#onChange(torrent);
		return result;
	}

	async #add(command: AddTorrent): Promise<CommandResult> {
		const metainfo = readMetainfo(command.metainfoBytes);
		if (this.#torrents.get(metainfo.infohash) !== undefined) {
			return refused('SESSION_DUPLICATE', `Torrent ${metainfo.infohash} is already here`);
		}
		const record = await this.#records.load(metainfo.infohash);
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
		this.#onChange(torrent);
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
		const position = this.#torrents.positionOf(torrent);
		// Its seeding time is kept nowhere else any more.
		torrent.touch();
		this.#torrents.delete(torrent.infohash);
		releasePaths(this.#context, torrent);
		this.#log('info', 'session', 'removed, data kept', torrent);
		this.#onChange(torrent);
		await this.#records.close(torrent, position);
		return { ok: true, infohash: torrent.infohash };
	}

	#tick(): void {
		const { clock } = this.#engine;
		const now = clock.now();
		const torrents = this.#torrents.all();
		if (now >= this.#nextShareMs) {
			this.#nextShareMs = now + SHARE_MS;
			this.#engine.shares.refresh(this.#awake, now);
		}
		let isDownloading = false;
		for (const torrent of this.#awake) {
			torrent.tick(now);
			isDownloading ||= torrent.state === 'downloading';
		}
		const place = this.#options.downloadDir ?? torrents[0]?.savePath;
		this.#diskSpace.tick(now, place, isDownloading);
		const isTimed = isDownloading || hasSeedGoal(this.#options);
		if (this.#isQueueStale || (isTimed && now >= this.#nextQueueMs)) this.#runQueue(now);
		this.#recovery.tick(
			torrents,
			now,
			(torrent) => claimPaths(this.#context, torrent) === undefined,
		);
		this.#records.tick(now);
		this.#publish();
	}

	#onChange(torrent: Torrent): void {
		this.#changed.add(torrent);
		this.#isQueueStale = true;
		this.#checkLine.changed(torrent);
		this.#soon();
	}

	/** Something changed that should not wait for the next tick. */
	#soon(): void {
		if (this.#isSoon || this.#closing !== undefined) return;
		this.#isSoon = true;
		const { clock } = this.#engine;
		clock.after(this.#soonMs, () => {
			this.#isSoon = false;
			if (this.#closing !== undefined) return;
			const startMs = clock.now();
			this.#runQueue(startMs);
			this.#publish();
			this.#soonMs = Math.max(SOON_MS, (clock.now() - startMs) * SOON_SHARE);
		});
	}

	#runQueue(nowMs: number): void {
		this.#nextQueueMs = nowMs + QUEUE_MS;
		this.#isQueueStale = false;
		const torrents = this.#torrents.all();
		runQueue(torrents, this.#options, nowMs);
		this.#checkLine.refill(torrents);
	}

	#build(): SessionSnapshot {
		const { clock, shares, dialer } = this.#engine;
		return this.#publisher.build({
			torrents: this.#torrents,
			changed: this.#changed,
			awake: this.#awake,
			notices: this.#notices.list,
			nowMs: clock.now(),
			wallMs: clock.wallMs(),
			downloadLimit: this.#limits.downloadRate,
			uploadLimit: this.#limits.uploadRate,
			port: this.#listener?.port,
			diskFreeBytes: this.#diskSpace.freeBytes,
			connections: shares.usedConnections,
			halfOpen: dialer.halfOpen,
			maxConnections: this.#options.maxConnections,
		});
	}

	#publish(): void {
		const snapshot = this.#build();
		this.#changed.clear();
		this.#snapshots.publish(snapshot);
		this.#details.tell();
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
		await this.#records.closeAll(this.#engine.clock.now());
		await this.#engine.close();
		this.#publisher.close();
		await this.#releaseLock();
	}
}

function hasSeedGoal({ seedRatio, seedTimeMs, seedIdleMs }: SessionOptions): boolean {
	return seedRatio > 0 || seedTimeMs > 0 || seedIdleMs > 0;
}

function refused(code: string, message: string): CommandResult {
	return { ok: false, code, message: cleanText(message) };
}
