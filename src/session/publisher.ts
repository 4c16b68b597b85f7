/**
 * Builds session snapshots. Only what may have changed is looked at: torrents that did not change keep
 * their object, and when none did the list keeps its own.
 */
import { EventLoopLag } from '../primitives/event-loop-lag.js';
import type { DiskPool } from '../storage/storage.js';
import type { Torrent } from '../torrent/torrent.js';
import type { TorrentSnapshot } from '../torrent/torrent-snapshot.js';
import { torrentSnapshot } from '../torrent/torrent-view.js';
import type { EngineStats, Notice, SessionSnapshot } from './snapshot.js';
import type { TorrentList } from './torrent-list.js';

/** Torrents looked at in turn in each build: the seconds to their next announce count down. */
const TURNS_PER_BUILD = 50;

/** Memory is looked at this often, however often something is published. */
const RSS_MS = 1000;

export interface PublishInput {
	readonly torrents: TorrentList;
	/** Those that may look different since the last build. */
	readonly changed: Iterable<Torrent>;
	/** Those with peers. */
	readonly awake: Iterable<Torrent>;
	readonly notices: readonly Notice[];
	readonly nowMs: number;
	readonly wallMs: number;
	readonly downloadLimit: number;
	readonly uploadLimit: number;
	readonly port: number | undefined;
	readonly diskFreeBytes: number | undefined;
	readonly connections: number;
	readonly halfOpen: number;
	readonly maxConnections: number;
}

export class Publisher {
	readonly #pool: DiskPool;
	readonly #startedAtMs: number;
	readonly #lag = new EventLoopLag();
	#snapshots = new Map<Torrent, TorrentSnapshot>();
	/** In queue order, as published last; never changed. */
	#published: readonly TorrentSnapshot[] = [];
	/** The places of `#published` that are to be replaced. */
	#fresh = new Map<number, TorrentSnapshot>();
	#listRevision = -1;
	/** Torrents that change by themselves: data moves, or a check goes on. */
	#moving = new Set<Torrent>();
	#nextTurn = 0;
	#rssBytes = 0;
	#rssAtMs = Number.NEGATIVE_INFINITY;
	#revision = 0;

	constructor(pool: DiskPool, nowMs: number) {
		this.#pool = pool;
		this.#startedAtMs = nowMs;
	}

	build(input: PublishInput): SessionSnapshot {
		const moving = this.#moving;
		this.#moving = new Set();
		for (const torrents of [input.changed, input.awake, moving])
			for (const torrent of torrents) this.#look(torrent, input);
		this.#lookInTurn(input);
		const torrents = this.#list(input);
		let downloadRate = 0;
		let uploadRate = 0;
		for (const torrent of this.#moving) {
			downloadRate += this.#snapshots.get(torrent)?.downloadRate ?? 0;
			uploadRate += this.#snapshots.get(torrent)?.uploadRate ?? 0;
		}
		return {
			revision: ++this.#revision,
			atMs: input.wallMs,
			torrents,
			downloadRate,
			uploadRate,
			downloadLimit: input.downloadLimit,
			uploadLimit: input.uploadLimit,
			port: input.port,
			diskFreeBytes: input.diskFreeBytes,
			notices: input.notices,
			stats: this.#stats(input),
		};
	}

	close(): void {
		this.#lag.close();
	}

	/** Makes a torrent's snapshot anew. */
	#look(torrent: Torrent, { torrents, nowMs }: PublishInput): void {
		const position = torrents.positionOf(torrent);
		if (position === -1 || this.#moving.has(torrent)) return;
		const snapshot = torrentSnapshot(torrent, position, nowMs);
		this.#snapshots.set(torrent, snapshot);
		this.#fresh.set(position, snapshot);
		const isMoving = snapshot.downloadRate > 0 || snapshot.uploadRate > 0;
		if (isMoving || torrent.state === 'checking') this.#moving.add(torrent);
	}

	#lookInTurn(input: PublishInput): void {
		const all = input.torrents.all();
		const from = this.#nextTurn < all.length ? this.#nextTurn : 0;
		this.#nextTurn = from + TURNS_PER_BUILD;
		for (const torrent of all.slice(from, this.#nextTurn))
			if (torrent.isUp && torrent.trackers !== undefined) this.#look(torrent, input);
	}

	#list(input: PublishInput): readonly TorrentSnapshot[] {
		const { revision } = input.torrents;
		if (revision !== this.#listRevision) {
			this.#listRevision = revision;
			this.#published = this.#wholeList(input);
		} else if (this.#fresh.size > 0) {
			const list = [...this.#published];
			for (const [position, snapshot] of this.#fresh) list[position] = snapshot;
			this.#published = list;
		}
		this.#fresh.clear();
		return this.#published;
	}

	/** Torrents came, went or moved. */
	#wholeList({ torrents, nowMs }: PublishInput): TorrentSnapshot[] {
		const kept = this.#snapshots;
		this.#snapshots = new Map();
		return torrents.all().map((torrent, position) => {
			const before = kept.get(torrent);
			const snapshot =
				before?.queuePosition === position ? before : torrentSnapshot(torrent, position, nowMs);
			this.#snapshots.set(torrent, snapshot);
			return snapshot;
		});
	}

	#stats(input: PublishInput): EngineStats {
		const disk = this.#pool.stats();
		return {
			eventLoopLag: this.#lag.summary(input.nowMs),
			ringSlots: disk.ringSlots,
			ringFreeSlots: disk.ringFreeSlots,
			diskQueue: disk.queuedJobs,
			diskQueueBytes: disk.queuedBytes,
			diskWorkers: disk.workers,
			readCache: disk.readCache,
			connections: input.connections,
			halfOpen: input.halfOpen,
			maxConnections: input.maxConnections,
			rssBytes: this.#rss(input.nowMs),
			uptimeSeconds: Math.floor((input.nowMs - this.#startedAtMs) / 1000),
			skippedSnapshots: 0,
		};
	}

	/** A file of the system is opened and read for it. */
	#rss(nowMs: number): number {
		if (nowMs - this.#rssAtMs >= RSS_MS) {
			this.#rssAtMs = nowMs;
			this.#rssBytes = process.memoryUsage.rss();
		}
		return this.#rssBytes;
	}
}
