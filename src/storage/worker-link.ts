/**
 * The main thread's end of one disk thread: starts it when there is work, sends frequent jobs in
 * batches, and matches replies to jobs. A thread that dies fails its jobs; the next job starts
 * a new one.
 */
import type { Worker } from 'node:worker_threads';
import type {
	DiskReply,
	DiskRequest,
	JobReply,
	OpenRequest,
	RareRequest,
	WorkerStart,
} from './disk-messages.js';
import { WordReader, WordWriter } from './job-words.js';
import { startDiskThread } from './start-disk-thread.js';
import { StorageError, storageError } from './storage-error.js';

/** Job numbers go round after this many; far more than are ever open. */
const JOB_IDS = 2 ** 30;
/** A batch this long is sent at once and not at the end of the turn. */
const BATCH_WORDS = 4096;

/** Who waits for a job. Exactly one of the two is called, once. */
export interface JobOwner {
	/** Payload the job reads or writes; none when left out. */
	readonly bytes?: number;
	done(reply: JobReply): void;
	failed(error: StorageError): void;
}

/** A torrent as a thread needs it, told when its first job for that thread comes. */
export interface OpenSource {
	readonly key: number;
	openRequest(): OpenRequest;
}

export class WorkerLink {
	readonly #entry: URL;
	readonly #start: WorkerStart;
	/** How long an unused thread is kept; undefined: for good. */
	readonly #idleMs: number | undefined;
	readonly #owners = new Map<number, JobOwner>();
	readonly #words = new WordWriter();
	readonly #openKeys = new Set<number>();
	#pendingBytes = 0;
	#worker: Worker | undefined;
	#nextJobId = 1;
	#isFlushPlanned = false;
	#isClosed = false;
	#idleTimer: NodeJS.Timeout | undefined;
	#whenDrained: (() => void)[] = [];

	/** @param started - a thread that runs already, started with the same entry and data */
	constructor(entry: URL, start: WorkerStart, idleMs: number | undefined, started?: Worker) {
		this.#entry = entry;
		this.#start = start;
		this.#idleMs = idleMs;
		// One that has ended meanwhile is as good as none.
		if (started !== undefined && started.threadId !== -1) this.#worker = this.#listenTo(started);
	}

	/** Jobs without a reply yet. */
	get pending(): number {
		return this.#owners.size;
	}

	/** Payload of those jobs. */
	get pendingBytes(): number {
		return this.#pendingBytes;
	}

	get isStarted(): boolean {
		return this.#worker !== undefined;
	}

	/** Starts the thread before its first job comes. */
	warmUp(): void {
		if (!this.#isClosed) this.#worker ??= this.#startWorker();
	}

	/** Queues a frequent job; `encode` appends its words. */
	sendWords(
		torrent: OpenSource,
		owner: JobOwner,
		encode: (words: WordWriter, jobId: number) => void,
	): void {
		if (this.#refuse(owner)) return;
		this.#tellTorrent(torrent);
		encode(this.#words, this.#addOwner(owner));
		if (this.#words.length >= BATCH_WORDS) this.#flush();
		else if (!this.#isFlushPlanned) {
			this.#isFlushPlanned = true;
			setImmediate(() => {
				this.#isFlushPlanned = false;
				this.#flush();
			});
		}
	}

	/** Sends a rare job, after all jobs queued before it. */
	sendRequest(
		torrent: OpenSource | undefined,
		owner: JobOwner,
		request: (jobId: number) => RareRequest,
	): void {
		if (this.#refuse(owner)) return;
		if (torrent !== undefined) this.#tellTorrent(torrent);
		this.#flush();
		this.#post(request(this.#addOwner(owner)));
	}

	/** Closes a torrent's files in the thread once its queued jobs are done. */
	closeTorrent(key: number): void {
		if (!this.#openKeys.delete(key)) return;
		this.#flush();
		this.#post({ type: 'close', key });
	}

	/** Lets queued jobs end, then ends the thread. Later jobs fail with STORAGE_CLOSED. */
	async close(): Promise<void> {
		this.#isClosed = true;
		clearTimeout(this.#idleTimer);
		this.#flush();
		if (this.#owners.size > 0)
			await new Promise<void>((resolve) => this.#whenDrained.push(resolve));
		const worker = this.#worker;
		this.#worker = undefined;
		await worker?.terminate();
	}

	#refuse(owner: JobOwner): boolean {
		if (!this.#isClosed) return false;
		owner.failed(
			storageError('STORAGE_CLOSED', 'close', undefined, 'The disk threads were closed'),
		);
		return true;
	}

	#tellTorrent(torrent: OpenSource): void {
		if (this.#openKeys.has(torrent.key)) return;
		this.#openKeys.add(torrent.key);
		this.#flush();
		this.#post(torrent.openRequest());
	}

	#addOwner(owner: JobOwner): number {
		const jobId = this.#nextJobId;
		this.#nextJobId = (jobId % JOB_IDS) + 1;
		this.#owners.set(jobId, owner);
		this.#pendingBytes += owner.bytes ?? 0;
		if (this.#owners.size === 1) {
			// A job under way keeps the process alive; a waiting thread does not.
			this.#worker?.ref();
			clearTimeout(this.#idleTimer);
		}
		return jobId;
	}

	#flush(): void {
		if (this.#words.length > 0) this.#post(this.#words.takeAll());
	}

	#post(request: DiskRequest): void {
		try {
			this.#worker ??= this.#startWorker();
			this.#worker.postMessage(request);
		} catch (error) {
			// No thread could be made. Later in the turn, so that the job's owner is known by then.
			queueMicrotask(() => this.#lose(error));
		}
	}

	#startWorker(): Worker {
		const worker = this.#listenTo(startDiskThread(this.#entry, this.#start));
		if (this.#owners.size > 0) worker.ref();
		return worker;
	}

	#listenTo(worker: Worker): Worker {
		let cause: unknown;
		worker.on('message', (reply: DiskReply) => this.#receive(reply));
		worker.on('messageerror', (error) => {
			cause = error;
			void worker.terminate();
		});
		worker.on('error', (error) => {
			cause = error;
		});
		worker.on('exit', () => {
			if (this.#worker === worker) this.#lose(cause);
		});
		return worker;
	}

	/** The thread is gone: its jobs fail, and a new thread will know no torrents. */
	#lose(cause: unknown): void {
		this.#worker = undefined;
		this.#openKeys.clear();
		this.#words.takeAll();
		const owners = [...this.#owners.values()];
		this.#owners.clear();
		this.#pendingBytes = 0;
		for (const owner of owners) owner.failed(workerDied(cause));
		this.#settleIfDrained();
	}

	#receive(reply: DiskReply): void {
		if (reply instanceof Int32Array) {
			const words = new WordReader(reply);
			while (!words.isAtEnd) {
				const jobId = words.next();
				const isValid = words.next() === 1;
				const hashWords = words.next();
				const blockHashes = hashWords === 0 ? undefined : words.nextBytes(hashWords);
				this.#takeOwner(jobId)?.done({ type: 'words', jobId, isValid, blockHashes });
			}
		} else if (reply.type === 'failed') {
			this.#takeOwner(reply.jobId)?.failed(new StorageError(reply.error));
		} else this.#takeOwner(reply.jobId)?.done(reply);
		this.#settleIfDrained();
	}

	#takeOwner(jobId: number): JobOwner | undefined {
		const owner = this.#owners.get(jobId);
		if (this.#owners.delete(jobId)) this.#pendingBytes -= owner?.bytes ?? 0;
		return owner;
	}

	#settleIfDrained(): void {
		if (this.#owners.size > 0) return;
		this.#worker?.unref();
		for (const resolve of this.#whenDrained.splice(0)) resolve();
		if (this.#idleMs === undefined || this.#isClosed || this.#worker === undefined) return;
		clearTimeout(this.#idleTimer);
		this.#idleTimer = setTimeout(() => this.#stopIdle(), this.#idleMs);
		this.#idleTimer.unref();
	}

	#stopIdle(): void {
		const worker = this.#worker;
		if (worker === undefined || this.#owners.size > 0 || this.#words.length > 0) return;
		this.#worker = undefined;
		this.#openKeys.clear();
		void worker.terminate();
	}
}

function workerDied(cause: unknown): StorageError {
	const fields = {
		code: 'STORAGE_WORKER_DIED',
		message: 'A disk thread ended unexpectedly; the job was not finished and may be tried again',
		path: undefined,
		operation: 'write',
		systemCode: undefined,
	} as const;
	return new StorageError(fields, { cause });
}
