/** Disk threads for the torrent tools: they list folders, look at files, hash and compare payloads. */
import os from 'node:os';
import type { Bitfield } from '../primitives/bitfield.js';
import { BackgroundQueue, type JobSource } from './background-queue.js';
import type { JobReply, WorkerStart } from './disk-messages.js';
import { FilePlaces } from './file-places.js';
import { readStamps } from './file-stamps.js';
import { SharedFileTable } from './file-table.js';
import type { FolderEntry } from './folder-entries.js';
import { HashRun, type HashTarget } from './hash-run.js';
import type { FileStamp, StoredFile, VerifyProgress } from './storage.js';
import { type StorageError, storageError } from './storage-error.js';
import { VerifyRun, type VerifyTarget } from './verify-run.js';
import { type OpenSource, WorkerLink } from './worker-link.js';

/** Files a thread holds open: it reads one after the other. */
const OPEN_FILES = 8;

export interface HashPoolOptions {
	/** Default one a core. */
	readonly threads?: number;
	/** Behind everything else where the system can do that; for use beside a running session. */
	readonly isBackground?: boolean;
	/** Entry of a disk thread; tests name one whose file calls fail. */
	readonly workerEntry?: URL;
}

export interface ListOptions {
	readonly followLinks: boolean;
	/** Entries of all folders together; more are a failure. */
	readonly maxEntries: number;
}

/** Every method rejects with StorageError; its `code` names the reason. */
export class HashPool {
	readonly #links: readonly WorkerLink[];
	readonly #queue: BackgroundQueue;
	#nextKey = 1;

	/**
	 * Starts one thread at once: it is up by the time the first folder is listed. The others start when
	 * there is work for them; a small payload has none.
	 */
	constructor(options: HashPoolOptions = {}) {
		const entry = options.workerEntry ?? new URL('./disk-worker.js', import.meta.url);
		const start: WorkerStart = {
			ring: new SharedArrayBuffer(0),
			readRing: new SharedArrayBuffer(0),
			maxOpenFiles: OPEN_FILES,
			isBackground: options.isBackground ?? false,
			entry: entry.href,
		};
		const threads = Math.max(1, options.threads ?? os.availableParallelism());
		this.#links = Array.from({ length: threads }, () => new WorkerLink(entry, start, undefined));
		this.#queue = new BackgroundQueue(this.#links);
		this.#links[0]?.warmUp();
	}

	/** What the folders hold, one list for each. */
	async list(folders: readonly string[], options: ListOptions): Promise<FolderEntry[][]> {
		const reply = await this.#queue.run(undefined, (jobId) => ({
			type: 'list',
			jobId,
			folders,
			...options,
		}));
		if (reply.type !== 'listed') throw wrongReply(reply);
		return reply.folders;
	}

	/** @param paths - empty for padding */
	async stat(paths: readonly string[]): Promise<FileStamp[]> {
		const table = new SharedFileTable(paths.length).words;
		const files = FilePlaces.of(paths.map(fileOfPath)).message;
		const reply = await this.#queue.run(undefined, (jobId) => ({
			type: 'stat',
			jobId,
			files,
			table,
		}));
		if (reply.type !== 'stamps') throw wrongReply(reply);
		return readStamps(reply.stamps, undefined);
	}

	/**
	 * Hashes a payload.
	 * @param options.onBytes - told how many bytes are hashed by now; what it throws ends the run
	 * @returns 20 bytes for each piece
	 * @throws {StorageError} STORAGE_MISSING for a short file, STORAGE_ABORTED, and others
	 */
	async hash(
		target: HashTarget,
		options: {
			readonly signal: AbortSignal;
			readonly onBytes?: (hashedBytes: number) => void;
		},
	): Promise<Uint8Array> {
		const { signal, onBytes } = options;
		if (signal.aborted) throw aborted();
		const torrent = openSource(this.#nextKey++, target);
		const run = new HashRun(target, torrent, onBytes);
		return this.#finish(run, torrent.key, signal);
	}

	/**
	 * Compares pieces on disk with their hashes; links and folders are followed. Missing or short files
	 * make their pieces invalid, silently.
	 * @param options.pieces - which ones; all when undefined
	 * @param options.onPiece - what it throws ends the run
	 * @returns the pieces that match
	 * @throws {StorageError} naming a file that cannot be read, STORAGE_ABORTED, and others
	 */
	async verify(
		target: VerifyTarget,
		options: {
			readonly signal: AbortSignal;
			readonly pieces?: readonly number[];
			readonly onPiece?: (progress: VerifyProgress) => void;
		},
	): Promise<Bitfield> {
		if (options.signal.aborted) throw aborted();
		const torrent = openSource(this.#nextKey++, target);
		const run = new VerifyRun(target, torrent, options.pieces, options.onPiece);
		return this.#finish(run, torrent.key, options.signal);
	}

	/** Ends the threads once their jobs are done. */
	async close(): Promise<void> {
		await Promise.all(this.#links.map((link) => link.close()));
	}

	/** Runs a source of jobs to its end, or until the signal. */
	async #finish<T>(
		run: JobSource & { readonly result: Promise<T>; stop(error: StorageError): void },
		key: number,
		signal: AbortSignal,
	): Promise<T> {
		const onAbort = (): void => run.stop(aborted());
		signal.addEventListener('abort', onAbort, { once: true });
		this.#queue.addSource(run);
		try {
			return await run.result;
		} finally {
			signal.removeEventListener('abort', onAbort);
			for (const link of this.#links) link.closeTorrent(key);
		}
	}
}

function openSource(key: number, target: HashTarget): OpenSource {
	const { root, pieceLengthBytes, totalBytes } = target;
	const files = FilePlaces.of(target.files).message;
	const table = new SharedFileTable(target.files.length).words;
	return {
		key,
		openRequest: () => ({ type: 'open', key, root, files, pieceLengthBytes, totalBytes, table }),
	};
}

function fileOfPath(filePath: string): StoredFile {
	const isPadding = filePath === '';
	return { path: filePath, lengthBytes: 0, offsetBytes: 0, isPadding, isExecutable: false };
}

function aborted(): StorageError {
	return storageError('STORAGE_ABORTED', 'verify', undefined, 'Hashing was stopped');
}

function wrongReply(reply: JobReply): StorageError {
	const message = `Disk thread gave a wrong reply (${reply.type})`;
	return storageError('STORAGE_IO', 'stat', undefined, message);
}
