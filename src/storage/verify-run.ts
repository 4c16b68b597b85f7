/** One check of a torrent: which pieces go into which job, progress, and the end. Main-thread side. */
import { Bitfield } from '../primitives/bitfield.js';
import type { BackgroundJob, JobSource } from './background-queue.js';
import type { JobReply } from './disk-messages.js';
import { SHA1_BYTES } from './piece-hasher.js';
import type { StorageTarget, VerifyProgress } from './storage.js';
import { type StorageError, storageError, toStorageError } from './storage-error.js';
import type { OpenSource } from './worker-link.js';

/**
 * Data of one job: a dozen milliseconds of work, so that progress flows and others get their turn.
 * With a fourth of it the main thread is woken so often that a check takes some percent longer.
 */
const JOB_BYTES = 16 * 1024 * 1024;

/** A payload with the hashes it should have. */
export type VerifyTarget = Pick<
	StorageTarget,
	'root' | 'files' | 'pieceLengthBytes' | 'pieceCount' | 'totalBytes' | 'pieceHashes'
>;

export class VerifyRun implements JobSource {
	/** Resolves with the pieces that match. */
	readonly result: Promise<Bitfield>;
	readonly #target: VerifyTarget;
	readonly #torrent: OpenSource;
	readonly #pieces: readonly number[] | undefined;
	readonly #onPiece: ((progress: VerifyProgress) => void) | undefined;
	readonly #matching: Bitfield;
	readonly #count: number;
	#handedOut = 0;
	#open = 0;
	#isOver = false;
	#resolve: (matching: Bitfield) => void = () => {};
	#reject: (error: StorageError) => void = () => {};

	/** @param pieces - all when undefined; indexes are checked by the caller */
	constructor(
		target: VerifyTarget,
		torrent: OpenSource,
		pieces: readonly number[] | undefined,
		onPiece: ((progress: VerifyProgress) => void) | undefined,
	) {
		this.#target = target;
		this.#torrent = torrent;
		this.#pieces = pieces;
		this.#onPiece = onPiece;
		this.#matching = new Bitfield(target.pieceCount);
		this.#count = pieces?.length ?? target.pieceCount;
		this.result = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
		if (this.#count === 0) this.#finish();
	}

	/** Ends the check at once; results of running jobs are dropped. */
	stop(error: StorageError): void {
		if (this.#isOver) return;
		this.#isOver = true;
		this.#reject(error);
	}

	nextJob(): BackgroundJob | undefined {
		if (this.#isOver || this.#handedOut >= this.#count) return undefined;
		const perJob = Math.max(1, Math.floor(JOB_BYTES / this.#target.pieceLengthBytes));
		const pieces = this.#take(Math.min(perJob, this.#count - this.#handedOut));
		const hashes = new Uint8Array(pieces.length * SHA1_BYTES);
		for (const [i, piece] of pieces.entries()) {
			const at = piece * SHA1_BYTES;
			hashes.set(this.#target.pieceHashes.subarray(at, at + SHA1_BYTES), i * SHA1_BYTES);
		}
		this.#open++;
		return {
			torrent: this.#torrent,
			owner: {
				done: (reply) => this.#done(pieces, reply),
				failed: (error) => this.stop(error),
			},
			request: (jobId) => ({ type: 'verify', jobId, key: this.#torrent.key, pieces, hashes }),
		};
	}

	#take(count: number): Int32Array {
		const from = this.#handedOut;
		this.#handedOut += count;
		return this.#pieces === undefined
			? Int32Array.from({ length: count }, (_none, i) => from + i)
			: Int32Array.from(this.#pieces.slice(from, from + count));
	}

	#done(pieces: Int32Array, reply: JobReply): void {
		this.#open--;
		if (this.#isOver) return;
		if (reply.type !== 'verified') {
			this.stop(storageError('STORAGE_IO', 'verify', undefined, 'Disk thread gave a wrong reply'));
			return;
		}
		for (const [i, piece] of pieces.entries()) {
			const isValid = reply.valid[i] === 1;
			if (isValid) this.#matching.set(piece);
			this.#report({ piece, isValid });
			// The callback may have stopped the check.
			if (this.#isOver) return;
		}
		if (this.#open === 0 && this.#handedOut >= this.#count) this.#finish();
	}

	/** A callback that throws ends its own check and nothing else. */
	#report(progress: VerifyProgress): void {
		try {
			this.#onPiece?.(progress);
		} catch (error) {
			this.stop(toStorageError(error, 'verify', undefined));
		}
	}

	#finish(): void {
		this.#isOver = true;
		this.#resolve(this.#matching);
	}
}
