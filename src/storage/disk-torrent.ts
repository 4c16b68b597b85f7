/** One torrent's storage, main-thread side: checks arguments, hands jobs to threads, frees slots. */
import { BLOCK_BYTES, blockCount, pieceBytes } from '../metainfo/piece-layout.js';
import type { Bitfield } from '../primitives/bitfield.js';
import type { BackgroundQueue } from './background-queue.js';
import type { SharedBlockRing } from './block-ring.js';
import type { JobReply, OpenRequest } from './disk-messages.js';
import { FilePlaces } from './file-places.js';
import { readStamps } from './file-stamps.js';
import { SharedFileTable } from './file-table.js';
import { OP_SPILL, putReadJob, putWriteJob, type WordWriter } from './job-words.js';
import { flushFiles, lookAtFiles } from './look-at-files.js';
import type { CachedTorrent, LineRead, ReadCache } from './read-cache.js';
import { ReadLines } from './read-lines.js';
import { areTaken, freeSlots, SlotJob, type SlotJobPorts } from './slot-job.js';
import type {
	BlockSlots,
	BlocksLease,
	FileStamp,
	PieceWriteResult,
	StorageTarget,
	TorrentStorage,
	VerifyProgress,
	WantedBlocks,
} from './storage.js';
import { type StorageError, type StorageOperation, storageError } from './storage-error.js';
import { VerifyRun } from './verify-run.js';
import type { OpenSource, WorkerLink } from './worker-link.js';

/** The longest range a peer may ask for; BEP 3 clients ask for 16 KiB. */
const MAX_READ_BYTES = 128 * 1024;

/** What all torrents of a pool share. */
export interface PoolParts {
	readonly ring: SharedBlockRing;
	readonly readCache: ReadCache;
	readonly links: readonly WorkerLink[];
	readonly backgroundLinks: readonly WorkerLink[];
	readonly background: BackgroundQueue;
}

export class DiskTorrent implements TorrentStorage, OpenSource, CachedTorrent {
	readonly target: StorageTarget;
	readonly key: number;
	readonly lines: ReadLines;
	readonly #parts: PoolParts;
	readonly #onClosed: () => void;
	readonly #table: SharedFileTable;
	/** Made for the first thread; a torrent that is only looked at needs none for long. */
	#places: FilePlaces | undefined;
	#stamps: readonly FileStamp[] | undefined;
	readonly #slotPorts: SlotJobPorts;
	readonly #runs = new Set<VerifyRun>();
	/** Operations without a result yet; closing waits for them. */
	#pending = 0;
	#whenIdle: (() => void)[] = [];
	#closing: Promise<void> | undefined;

	/** @param key - unique in the pool, for ever */
	constructor(target: StorageTarget, key: number, parts: PoolParts, onClosed: () => void) {
		this.target = target;
		this.key = key;
		this.lines = new ReadLines(target);
		this.#parts = parts;
		this.#onClosed = onClosed;
		this.#table = new SharedFileTable(target.files.length);
		this.#slotPorts = { ring: parts.ring, onEnd: () => this.#end() };
	}

	openRequest(): OpenRequest {
		const { root, pieceLengthBytes, totalBytes } = this.target;
		const files = this.#openPlaces().message;
		const table = this.#table.words;
		return { type: 'open', key: this.key, root, files, pieceLengthBytes, totalBytes, table };
	}

	pieceBytes(piece: number): number {
		return pieceBytes(this.target, piece);
	}

	stat(): Promise<FileStamp[]> {
		return this.#track('stat', () => this.#look('stat'));
	}

	sync(): Promise<FileStamp[]> {
		return this.#track('sync', () => this.#look('sync'));
	}

	prepare(options: { readonly force: boolean; readonly wanted: readonly number[] }): Promise<void> {
		return this.#track('prepare', async () => {
			const { force, wanted } = options;
			await this.#parts.background.run(this, (jobId) => ({
				type: 'prepare',
				jobId,
				key: this.key,
				force,
				wanted,
			}));
			if (this.target.preallocate === 'full') {
				for (const fileIndex of wanted) await this.#fill(fileIndex);
			}
		});
	}

	verify(options: {
		readonly pieces?: readonly number[];
		readonly signal: AbortSignal;
		readonly onPiece?: (progress: VerifyProgress) => void;
	}): Promise<Bitfield> {
		const { pieces, signal, onPiece } = options;
		return this.#track('verify', async () => {
			if (signal.aborted) throw aborted();
			if (pieces?.some((piece) => !this.#hasPiece(piece)) === true)
				throw this.#badRequest('verify', 'A piece to check is not in the torrent');
			this.#forgetFiles(pieces);
			const run = new VerifyRun(this.target, this, pieces, onPiece);
			const onAbort = (): void => run.stop(aborted());
			signal.addEventListener('abort', onAbort, { once: true });
			this.#runs.add(run);
			this.#parts.background.addSource(run);
			try {
				return await run.result;
			} finally {
				signal.removeEventListener('abort', onAbort);
				this.#runs.delete(run);
				// Checks are rare: their threads need not keep this torrent's files open.
				if (this.#runs.size === 0) this.#closeIn(this.#parts.backgroundLinks);
			}
		});
	}

	spill(piece: number, block: number, slot: number): Promise<void> {
		const isKnown = this.#hasBlock(piece, block);
		const done = this.#slotJob(isKnown, [slot], piece, (words, jobId) => {
			for (const word of [OP_SPILL, jobId, this.key, piece, block, slot]) words.push(word);
		});
		return done.then(() => undefined);
	}

	writePiece(
		piece: number,
		slots: BlockSlots,
		options: { readonly wantBlockHashes: boolean },
	): Promise<PieceWriteResult> {
		const isKnown = this.#hasPiece(piece) && slots.length === blockCount(this.target, piece);
		const { wantBlockHashes } = options;
		const { key } = this;
		const { pieceHashes } = this.target;
		return this.#slotJob(isKnown, slots, piece, (words, jobId) =>
			putWriteJob(words, { jobId, key, piece, wantBlockHashes, pieceHashes, slots }),
		);
	}

	async read(piece: number, offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
		if (this.#closing !== undefined) throw closed('read');
		const isInside =
			this.#hasPiece(piece) &&
			Number.isSafeInteger(offsetBytes) &&
			Number.isSafeInteger(lengthBytes) &&
			offsetBytes >= 0 &&
			lengthBytes > 0 &&
			lengthBytes <= MAX_READ_BYTES &&
			offsetBytes + lengthBytes <= this.pieceBytes(piece);
		if (!isInside) throw this.#badRead(piece, `${lengthBytes} bytes at ${offsetBytes}`);
		const bytes = Buffer.allocUnsafeSlow(lengthBytes);
		for (let done = 0; done < lengthBytes; ) {
			const block = this.lines.blockAt(piece, offsetBytes + done);
			const skipBytes = (offsetBytes + done) % BLOCK_BYTES;
			const part = bytes.subarray(done, done + BLOCK_BYTES - skipBytes);
			await this.#parts.readCache.copy(this, block, skipBytes, part);
			done += part.byteLength;
		}
		return bytes;
	}

	lease(wanted: WantedBlocks, count: number): BlocksLease | Promise<BlocksLease> {
		if (this.#closing !== undefined) return Promise.reject(closed('read'));
		const blocks = this.#knownBlocks(wanted, 0, count);
		if (blocks.length === 0) return Promise.reject(this.#badRequest('read', 'No such blocks'));
		return this.#parts.readCache.lease(this, blocks);
	}

	prefetch(wanted: WantedBlocks, from: number, to: number): void {
		if (this.#closing !== undefined) return;
		this.#parts.readCache.prefetch(this, this.#knownBlocks(wanted, from, to));
	}

	fetch(read: LineRead, done: () => void, failed: (error: StorageError) => void): void {
		this.#begin();
		const owner = {
			bytes: read.lengthBytes,
			done: () => {
				done();
				this.#end();
			},
			failed: (error: StorageError) => {
				failed(error);
				this.#end();
			},
		};
		const { pieceLengthBytes } = this.target;
		const firstPiece = Math.floor((read.ranges[0]?.offsetBytes ?? 0) / pieceLengthBytes);
		this.#linkOf(firstPiece).sendWords(this, owner, (words, jobId) =>
			putReadJob(words, { ...read, jobId, key: this.key, pieceLengthBytes }),
		);
	}

	warmUp(): void {
		if (this.#closing === undefined) for (const link of this.#parts.links) link.warmUp();
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		for (const run of this.#runs) run.stop(closed('verify'));
		if (this.#pending > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
		this.#closeIn(this.#parts.links);
		this.#closeIn(this.#parts.backgroundLinks);
		this.#parts.readCache.forget(this.key);
		this.#onClosed();
	}

	#closeIn(links: readonly WorkerLink[]): void {
		for (const link of links) link.closeTorrent(this.key);
	}

	/** A job that owns ring slots: they go back to the ring whatever becomes of it. */
	#slotJob(
		isKnown: boolean,
		slots: BlockSlots,
		piece: number,
		encode: (words: WordWriter, jobId: number) => void,
	): Promise<PieceWriteResult> {
		const { ring } = this.#parts;
		if (!isKnown || !areTaken(ring, slots) || this.#closing !== undefined) {
			freeSlots(ring, slots);
			if (this.#closing !== undefined) return Promise.reject(closed('write'));
			return Promise.reject(this.#badRequest('write', `Cannot write piece ${piece} as asked`));
		}
		this.#begin();
		return new Promise((resolve, reject) => {
			const job = new SlotJob(this.#slotPorts, slots, resolve, reject);
			this.#linkOf(piece).sendWords(this, job, encode);
		});
	}

	/** All jobs of a piece go to one thread; with `full` all of a torrent, see `fillTail`. */
	#linkOf(piece: number): WorkerLink {
		const { links } = this.#parts;
		const number = this.target.preallocate === 'full' ? this.key : this.key + piece;
		const link = links[number % links.length];
		if (link === undefined) throw new RangeError('A disk pool has at least one thread');
		return link;
	}

	async #fill(fileIndex: number): Promise<void> {
		for (let isDone = false; !isDone; ) {
			if (this.#closing !== undefined) throw closed('prepare');
			const reply = await new Promise<JobReply>((resolve, reject) => {
				const owner = { done: resolve, failed: reject };
				this.#linkOf(0).sendRequest(this, owner, (jobId) => ({
					type: 'fill',
					jobId,
					key: this.key,
					fileIndex,
				}));
			});
			isDone = reply.type !== 'done' || reply.isDone;
		}
	}

	#openPlaces(): FilePlaces {
		this.#places ??= FilePlaces.of(this.target.files);
		return this.#places;
	}

	async #look(type: 'stat' | 'sync'): Promise<FileStamp[]> {
		const files = (this.#places ?? FilePlaces.of(this.target.files)).message;
		const table = this.#table.words;
		const { background } = this.#parts;
		const look = type === 'stat' ? lookAtFiles : flushFiles;
		const stamps = readStamps(await look(background, files, table), this.#stamps);
		this.#stamps = stamps;
		return stamps;
	}

	/** What the files were before no longer counts: the check decides what they are. */
	#forgetFiles(pieces: readonly number[] | undefined): void {
		const { files, pieceLengthBytes } = this.target;
		if (pieces === undefined) {
			for (let file = 0; file < files.length; file++) this.#table.forget(file);
			return;
		}
		const places = this.#openPlaces();
		for (const piece of pieces) {
			const spans = places.spans(piece * pieceLengthBytes, this.pieceBytes(piece));
			for (const { fileIndex } of spans) this.#table.forget(fileIndex);
		}
	}

	#hasPiece(piece: number): boolean {
		return Number.isInteger(piece) && piece >= 0 && piece < this.target.pieceCount;
	}

	/** The numbers of wanted blocks, up to the first that is not in the torrent. */
	#knownBlocks(wanted: WantedBlocks, from: number, to: number): number[] {
		const blocks: number[] = [];
		for (let at = from; at < to; at++) {
			const place = wanted.at(at);
			if (place === undefined) break;
			const { piece, offsetBytes } = place;
			if (!this.#hasBlock(piece, Math.floor(offsetBytes / BLOCK_BYTES))) break;
			blocks.push(this.lines.blockAt(piece, offsetBytes));
		}
		return blocks;
	}

	#hasBlock(piece: number, block: number): boolean {
		if (!this.#hasPiece(piece) || !Number.isInteger(block) || block < 0) return false;
		return block < blockCount(this.target, piece);
	}

	#badRead(piece: number, range: string): StorageError {
		return this.#badRequest('read', `Cannot read ${range} of piece ${piece}`);
	}

	#badRequest(operation: StorageOperation, message: string): StorageError {
		return storageError('STORAGE_BAD_REQUEST', operation, undefined, message);
	}

	async #track<Result>(
		operation: StorageOperation,
		action: () => Promise<Result>,
	): Promise<Result> {
		if (this.#closing !== undefined) throw closed(operation);
		this.#begin();
		try {
			return await action();
		} finally {
			this.#end();
		}
	}

	#begin(): void {
		this.#pending++;
	}

	#end(): void {
		if (--this.#pending > 0) return;
		for (const resolve of this.#whenIdle.splice(0)) resolve();
	}
}

function closed(operation: StorageOperation): StorageError {
	return storageError('STORAGE_CLOSED', operation, undefined, 'The torrent’s files were closed');
}

function aborted(): StorageError {
	return storageError('STORAGE_ABORTED', 'verify', undefined, 'The check was stopped');
}
