/** Hashes all pieces of a payload: the memory its threads share, progress and the end. Main-thread side. */
import type { BackgroundJob, JobSource } from './background-queue.js';
import type { JobReply } from './disk-messages.js';
import { SHA1_BYTES } from './piece-hasher.js';
import type { StorageTarget } from './storage.js';
import { type StorageError, storageError, toStorageError } from './storage-error.js';
import type { OpenSource } from './worker-link.js';

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
	/** Both as in HashRequest: threads take pieces by themselves. */
	readonly #hashes: Uint8Array;
	readonly #nextPiece = new Int32Array(new SharedArrayBuffer(4));
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
		this.#hashes = new Uint8Array(new SharedArrayBuffer(target.pieceCount * SHA1_BYTES));
		this.result = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
		if (target.pieceCount === 0) this.#finish();
	}

	/** Ends the run at once; threads take no more pieces. */
	stop(error: StorageError): void {
		if (this.#isOver) return;
		this.#isOver = true;
		Atomics.store(this.#nextPiece, 0, this.#target.pieceCount);
		this.#reject(error);
	}

	nextJob(): BackgroundJob | undefined {
		const nextPiece = this.#nextPiece;
		if (this.#isOver || Atomics.load(nextPiece, 0) >= this.#target.pieceCount) return undefined;
		const { key } = this.#torrent;
		const hashes = this.#hashes;
		return {
			torrent: this.#torrent,
			owner: {
				done: (reply) => this.#done(reply),
				failed: (error) => this.stop(error),
			},
			request: (jobId) => ({ type: 'hash', jobId, key, nextPiece, hashes }),
		};
	}

	#done(reply: JobReply): void {
		if (this.#isOver) return;
		if (reply.type !== 'hashed') {
			this.stop(storageError('STORAGE_IO', 'verify', undefined, 'Disk thread gave a wrong reply'));
			return;
		}
		this.#doneBytes += reply.hashedBytes;
		if (reply.hashedBytes > 0) this.#report();
		if (!this.#isOver && this.#doneBytes === this.#target.totalBytes) this.#finish();
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
