/** Disk threads for the torrent tools: they list folders, look at files, hash and compare payloads. */
import type { Bitfield } from '../primitives/bitfield.js';
import { BackgroundQueue, type JobSource } from './background-queue.js';
import type { JobReply } from './disk-messages.js';
import { FilePlaces } from './file-places.js';
import { readStamps } from './file-stamps.js';
import { SharedFileTable } from './file-table.js';
import type { FolderEntry } from './folder-entries.js';
import { HashRun, type HashTarget } from './hash-run.js';
import {
	type HashThreadOptions,
	type HashThreads,
	hashThreads,
	ONE_THREAD_BYTES,
} from './hash-threads.js';
import { lookAtFiles } from './look-at-files.js';
import type { FileStamp, StoredFile, VerifyProgress } from './storage.js';
import { type StorageError, storageError } from './storage-error.js';
import { VerifyRun, type VerifyTarget } from './verify-run.js';
import { type OpenSource, WorkerLink } from './worker-link.js';

export type HashPoolOptions = HashThreadOptions;

export interface ListOptions {
	readonly followLinks: boolean;
	/** Entries of all folders together; more are a failure. */
	readonly maxEntries: number;
}

/** Every method rejects with StorageError; its `code` names the reason. */
export class HashPool {
	readonly #links: readonly WorkerLink[];
	readonly #queue: BackgroundQueue;
	/** Of the first thread alone. */
	readonly #narrowQueue: BackgroundQueue;
	#nextKey = 1;

	/**
	 * Starts one thread at once: it is up by the time the first folder is listed. The others start when
	 * there is work for them; a small payload has none.
	 * @param threads - some that were started before this program was loaded
	 */
	constructor(options: HashPoolOptions = {}, threads: HashThreads = hashThreads(options, 1)) {
		const { count, entry, start, started } = threads;
		this.#links = Array.from(
			{ length: count },
			(_none, index) => new WorkerLink(entry, start, undefined, started[index]),
		);
		this.#queue = new BackgroundQueue(this.#links);
		this.#narrowQueue = new BackgroundQueue(this.#links.slice(0, 1));
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
		return readStamps(await lookAtFiles(this.#queue, files, table), undefined);
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
		const queue = target.totalBytes <= ONE_THREAD_BYTES ? this.#narrowQueue : this.#queue;
		return this.#finish(run, queue, torrent.key, signal);
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
		return this.#finish(run, this.#queue, torrent.key, options.signal);
	}

	/** Ends the threads once their jobs are done. */
	async close(): Promise<void> {
		await Promise.all(this.#links.map((link) => link.close()));
	}

	/** Runs a source of jobs to its end, or until the signal. */
	async #finish<T>(
		run: JobSource & { readonly result: Promise<T>; stop(error: StorageError): void },
		queue: BackgroundQueue,
		key: number,
		signal: AbortSignal,
	): Promise<T> {
		const onAbort = (): void => run.stop(aborted());
		signal.addEventListener('abort', onAbort, { once: true });
		queue.addSource(run);
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
