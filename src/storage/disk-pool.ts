/** The disk threads, the ring of blocks and the read cache: made once, shared by all torrents. */
import os from 'node:os';
import { BackgroundQueue } from './background-queue.js';
import { SharedBlockRing } from './block-ring.js';
import type { WorkerStart } from './disk-messages.js';
import { DiskTorrent, type PoolParts } from './disk-torrent.js';
import { ReadCache } from './read-cache.js';
import type { BlockRing, DiskPool, DiskStats, StorageTarget, TorrentStorage } from './storage.js';
import { storageError } from './storage-error.js';
import { WorkerLink } from './worker-link.js';

const MIB = 1024 * 1024;
/** Background threads hold few files: each check closes its own. */
const BACKGROUND_OPEN_FILES = 8;
/** An unused background thread costs some MiB; checks come seldom. */
const BACKGROUND_IDLE_MS = 10_000;

export interface DiskPoolOptions {
	/** Threads that read and write blocks. Default 1 on up to two cores, else half of them, at most 4. */
	readonly workers?: number | undefined;
	/** Threads that check, flush and look at files, started when needed. Default one a core, at most 4. */
	readonly backgroundWorkers?: number;
	/** Memory for received blocks. Default 48 MiB. */
	readonly ringBytes?: number;
	/** Memory for blocks to be sent. Default 32 MiB. */
	readonly readCacheBytes?: number;
	/** Payload files open at a time, all reading and writing threads together. Default 128. */
	readonly maxOpenFiles?: number;
	/** Entry of a disk thread; tests name one whose file calls fail. */
	readonly workerEntry?: URL;
}

/** Makes a pool; threads start with their first job. `close` ends them. */
export function createDiskPool(options: DiskPoolOptions = {}): DiskPool {
	return new ThreadDiskPool(options);
}

class ThreadDiskPool implements DiskPool {
	readonly #parts: PoolParts;
	readonly #torrents = new Set<DiskTorrent>();
	#nextKey = 1;
	#closing: Promise<void> | undefined;

	constructor(options: DiskPoolOptions) {
		const cores = os.availableParallelism();
		const workers = Math.max(1, options.workers ?? Math.min(4, Math.floor(cores / 2)));
		const backgroundWorkers = Math.max(1, options.backgroundWorkers ?? Math.min(4, cores));
		const ring = new SharedBlockRing(options.ringBytes ?? 48 * MIB);
		const readCache = new ReadCache(options.readCacheBytes ?? 32 * MIB);
		const entry = options.workerEntry ?? new URL('./disk-worker.js', import.meta.url);
		const start: WorkerStart = {
			ring: ring.buffer,
			readRing: readCache.buffer,
			maxOpenFiles: Math.max(1, Math.floor((options.maxOpenFiles ?? 128) / workers)),
			isBackground: false,
			entry: entry.href,
		};
		const links = Array.from({ length: workers }, () => new WorkerLink(entry, start, undefined));
		const backgroundStart = {
			...start,
			maxOpenFiles: BACKGROUND_OPEN_FILES,
			isBackground: true,
		};
		const backgroundLinks = Array.from(
			{ length: backgroundWorkers },
			() => new WorkerLink(entry, backgroundStart, BACKGROUND_IDLE_MS),
		);
		const background = new BackgroundQueue(backgroundLinks);
		this.#parts = { ring, readCache, links, backgroundLinks, background };
	}

	get ring(): BlockRing {
		return this.#parts.ring;
	}

	open(target: StorageTarget): TorrentStorage {
		const torrent = new DiskTorrent(target, this.#nextKey++, this.#parts, () =>
			this.#torrents.delete(torrent),
		);
		if (this.#closing === undefined) this.#torrents.add(torrent);
		return torrent;
	}

	async freeBytes(path: string): Promise<number> {
		const reply = await this.#parts.background.run(undefined, (jobId) => ({
			type: 'free-bytes',
			jobId,
			path,
		}));
		if (reply.type !== 'bytes')
			throw storageError('STORAGE_IO', 'stat', path, 'Disk thread gave a wrong reply');
		return reply.bytes;
	}

	stats(): DiskStats {
		const { ring, readCache, links, background } = this.#parts;
		let queuedJobs = background.pending;
		let queuedBytes = 0;
		for (const link of links) {
			queuedJobs += link.pending;
			queuedBytes += link.pendingBytes;
		}
		return {
			ringSlots: ring.slotCount,
			ringFreeSlots: ring.freeCount,
			queuedJobs,
			queuedBytes,
			workers: links.length,
			readCache: readCache.stats(),
		};
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		await Promise.all([...this.#torrents].map((torrent) => torrent.close()));
		const { links, backgroundLinks } = this.#parts;
		await Promise.all([...links, ...backgroundLinks].map((link) => link.close()));
	}
}
