/** Hashes all pieces of a payload: which pieces go into which job, and the end. Main-thread side. */
import { pieceBytes } from '../metainfo/piece-layout.js';
import type { BackgroundJob, JobSource } from './background-queue.js';
import type { JobReply } from './disk-messages.js';
import { SHA1_BYTES } from './piece-hasher.js';
import type { StorageTarget } from './storage.js';
import { type StorageError, storageError, toStorageError } from './storage-error.js';
import type { OpenSource } from './worker-link.js';

/**
 * Data of one job: little enough for progress to flow and a stop to be quick. A fourth of it would
 * cost a twentieth more CPU in wake-ups of the main thread.
 */
const JOB_BYTES = 16 * 1024 * 1024;

/** A payload without hashes yet. */
export type HashTarget = Pick<
	StorageTarget,
	'root' | 'files' | 'pieceLengthBytes' | 'pieceCount' | 'totalBytes'
>;

export class HashRun implements JobSource {
	/** Resolves with 20 bytes for each piece. */
	readonly result: Promise<Uint8Array>;
	readonly #target: HashTarget;
	readonly #torrent: OpenSource;
	readonly #onBytes: ((hashedBytes: number) => void) | undefined;
	readonly #hashes: Uint8Array;
	#handedOut = 0;
	#donePieces = 0;
	#doneBytes = 0;
	#isOver = false;
	#resolve: (hashes: Uint8Array) => void = () => {};
	#reject: (error: StorageError) => void = () => {};

	/** @param onBytes - told how many bytes are hashed by now, after each job */
	constructor(
		target: HashTarget,
		torrent: OpenSource,
		onBytes: ((hashedBytes: number) => void) | undefined,
	) {
		this.#target = target;
		this.#torrent = torrent;
		this.#onBytes = onBytes;
		this.#hashes = new Uint8Array(target.pieceCount * SHA1_BYTES);
		this.result = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
		if (target.pieceCount === 0) this.#finish();
	}

	/** Ends the run at once; results of running jobs are dropped. */
	stop(error: StorageError): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#reject(error);
	}

	nextJob(): BackgroundJob | undefined {
		const { pieceCount, pieceLengthBytes } = this.#target;
		if (this.#isOver || this.#handedOut >= pieceCount) return undefined;
		const firstPiece = this.#handedOut;
		const perJob = Math.max(1, Math.floor(JOB_BYTES / pieceLengthBytes));
		const count = Math.min(perJob, pieceCount - firstPiece);
		this.#handedOut += count;
		const { key } = this.#torrent;
		return {
			torrent: this.#torrent,
			owner: {
				done: (reply) => this.#done(firstPiece, count, reply),
				failed: (error) => this.stop(error),
			},
			request: (jobId) => ({ type: 'hash', jobId, key, firstPiece, pieceCount: count }),
		};
	}

	#done(firstPiece: number, count: number, reply: JobReply): void {
		if (this.#isOver) return;
		if (reply.type !== 'hashed' || reply.hashes.byteLength !== count * SHA1_BYTES) {
			this.stop(storageError('STORAGE_IO', 'verify', undefined, 'Disk thread gave a wrong reply'));
			return;
		}
		this.#hashes.set(reply.hashes, firstPiece * SHA1_BYTES);
		this.#donePieces += count;
		const last = firstPiece + count - 1;
		const jobBytes = (count - 1) * this.#target.pieceLengthBytes + pieceBytes(this.#target, last);
		this.#doneBytes += jobBytes;
		this.#report();
		if (!this.#isOver && this.#donePieces === this.#target.pieceCount) this.#finish();
	}

	/** A callback that throws ends its own run and nothing else. */
	#report(): void {
		try {
			this.#onBytes?.(this.#doneBytes);
		} catch (error) {
			this.stop(toStorageError(error, 'verify', undefined));
		}
	}

	#finish(): void {
		this.#isOver = true;
		this.#resolve(this.#hashes);
	}
}
