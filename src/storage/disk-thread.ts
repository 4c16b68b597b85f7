/** The loop of a disk thread: takes requests from its port, does them one after another, replies. */
import os from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { BLOCK_BYTES, blockBytes } from '../metainfo/piece-layout.js';
import type { DiskFs } from './disk-fs.js';
import type { DiskReply, DiskRequest, RareRequest, WorkerStart } from './disk-messages.js';
import { FileCache } from './file-cache.js';
import { FilePlaces } from './file-places.js';
import { fillTail, prepareFiles } from './file-preparer.js';
import { freeBytesAt, statFiles, syncFiles } from './file-syncer.js';
import { SharedFileTable } from './file-table.js';
import { listFolders } from './folder-entries.js';
import { GatheredWrites } from './gathered-writes.js';
import { hashShare } from './hash-share.js';
import {
	OP_READ,
	OP_SPILL,
	OP_WRITE,
	RANGE_WORDS,
	readReadJob,
	readWriteJob,
	WordReader,
	WordWriter,
} from './job-words.js';
import { type DiskAccess, type ReadGuard, readPayload, writePayload } from './payload-io.js';
import { PieceDigester } from './piece-digester.js';
import { PieceVerifier } from './piece-verifier.js';
import { checkFinishedPiece } from './piece-writer.js';
import { LineViews } from './read-lines.js';
import { errorFields, type StorageOperation, storageError } from './storage-error.js';
import { type ThreadTorrent, threadTorrent } from './thread-torrent.js';

const SCRATCH_BYTES = 1024 * 1024;
/** Results are sent after this much data at the latest, so that their slots are free again soon. */
const REPLY_BYTES = 1024 * 1024;
/**
 * Of 19. Hashing never pauses by itself: without a step back it keeps the thread that serves peers
 * waiting for a core, twice as long at the 99th percentile. Further behind, more blocks wait for it.
 */
const DISK_NICE = 2;
/** Far behind sockets and keys, and still moving on a busy machine. */
const BACKGROUND_NICE = 10;

export class DiskThread {
	readonly #port: MessagePort;
	readonly #disk: DiskAccess;
	readonly #ring: Uint8Array;
	readonly #lineViews: LineViews;
	readonly #scratch: Uint8Array;
	readonly #digester: PieceDigester;
	readonly #verifier: PieceVerifier;
	readonly #torrents = new Map<number, ThreadTorrent>();
	readonly #writes: GatheredWrites;
	readonly #results = new WordWriter();
	#resultBytes = 0;

	constructor(port: MessagePort, start: WorkerStart, fs: DiskFs) {
		this.#port = port;
		this.#disk = { fs, cache: new FileCache(fs, start.maxOpenFiles) };
		this.#ring = new Uint8Array(start.ring);
		this.#lineViews = new LineViews(new Uint8Array(start.readRing));
		this.#scratch = new Uint8Array(SCRATCH_BYTES);
		this.#digester = new PieceDigester(this.#disk, this.#scratch);
		this.#verifier = new PieceVerifier(this.#disk, this.#digester);
		this.#writes = new GatheredWrites(this.#disk, {
			onWritten: ({ jobId, blockHashes, segments }) => {
				this.#result(jobId, true, blockHashes);
				for (const { lengthBytes } of segments) this.#resultBytes += lengthBytes;
			},
			onFailed: ({ jobId }, error) => this.#failed(jobId, 'write', error),
		});
		stepBack(start.isBackground ? BACKGROUND_NICE : DISK_NICE);
	}

	handle(request: DiskRequest): void {
		if (request instanceof Int32Array) this.#doFrequent(new WordReader(request));
		else if (request.type === 'open') this.#torrents.set(request.key, threadTorrent(request));
		else if (request.type === 'close') this.#closeTorrent(request.key);
		else this.#doRare(request);
	}

	#closeTorrent(key: number): void {
		this.#torrents.delete(key);
		this.#disk.cache.closeTorrent(key);
	}

	#doFrequent(words: WordReader): void {
		const guard: ReadGuard = { checked: undefined };
		while (!words.isAtEnd) {
			const op = words.next();
			if (op !== OP_WRITE) this.#writes.flush();
			if (op !== OP_READ) guard.checked = undefined;
			if (op === OP_WRITE) this.#doWrite(words);
			else if (op === OP_SPILL) this.#doSpill(words);
			else if (op === OP_READ) this.#doRead(words, guard);
			// The rest cannot be told apart any more: the pool restarts the thread and fails its jobs.
			else throw new RangeError(`Disk thread got unknown operation ${op}`);
			if (this.#resultBytes >= REPLY_BYTES) this.#sendResults();
		}
		this.#writes.flush();
		this.#sendResults();
	}

	#doWrite(words: WordReader): void {
		const job = readWriteJob(words);
		this.#attempt(job.jobId, 'write', () => {
			const torrent = this.#torrent(job.key, 'write');
			const checked = checkFinishedPiece(this.#disk, torrent, job, this.#ring, this.#scratch);
			const { isValid, blockHashes, segments } = checked;
			if (isValid) this.#writes.add(torrent, { jobId: job.jobId, blockHashes, segments });
			else this.#result(job.jobId, false, blockHashes);
		});
	}

	#doSpill(words: WordReader): void {
		const [jobId, key, piece, block, slot] = words.nextWords(5);
		this.#attempt(jobId ?? 0, 'write', () => {
			const torrent = this.#torrent(key ?? 0, 'write');
			const lengthBytes = blockBytes(torrent, piece ?? 0, block ?? 0);
			const from = (slot ?? 0) * BLOCK_BYTES;
			const offset = (piece ?? 0) * torrent.pieceLengthBytes + (block ?? 0) * BLOCK_BYTES;
			writePayload(this.#disk, torrent, offset, [this.#ring.subarray(from, from + lengthBytes)]);
			this.#result(jobId ?? 0, true, undefined);
			this.#resultBytes += lengthBytes;
		});
	}

	#doRead(words: WordReader, guard: ReadGuard): void {
		const { jobId, key, lines, ranges } = readReadJob(words);
		this.#attempt(jobId, 'read', () => {
			const torrent = this.#torrent(key, 'read');
			let totalBytes = 0;
			for (let at = 0; at < ranges.length; at += RANGE_WORDS) totalBytes += ranges[at + 2] ?? 0;
			const views = this.#lineViews.of(lines, totalBytes);
			let from = 0;
			for (let at = 0; at < ranges.length; at += RANGE_WORDS) {
				const offset = (ranges[at] ?? 0) * torrent.pieceLengthBytes + (ranges[at + 1] ?? 0);
				const to = from + Math.ceil((ranges[at + 2] ?? 0) / BLOCK_BYTES);
				const target = ranges.length === RANGE_WORDS ? views : views.slice(from, to);
				readPayload(this.#disk, torrent, offset, target, 'read', guard);
				from = to;
			}
			this.#result(jobId, true, undefined);
			this.#resultBytes += totalBytes;
		});
	}

	#doRare(request: RareRequest): void {
		this.#attempt(request.jobId, OPERATIONS[request.type], () => this.#send(this.#answer(request)));
	}

	#answer(request: RareRequest): DiskReply {
		const { jobId } = request;
		const { fs } = this.#disk;
		switch (request.type) {
			case 'stat': {
				const table = new SharedFileTable(request.files.fileCount, request.table);
				const { count, first } = request;
				const stamps = statFiles(fs, new FilePlaces(request.files), table, first, count);
				return { type: 'stamps', jobId, stamps };
			}
			case 'sync': {
				const table = new SharedFileTable(request.files.fileCount, request.table);
				return {
					type: 'stamps',
					jobId,
					stamps: syncFiles(fs, new FilePlaces(request.files), table),
				};
			}
			case 'prepare':
				prepareFiles(fs, this.#torrent(request.key, 'prepare'), request);
				return { type: 'done', jobId, isDone: true };
			case 'fill': {
				const torrent = this.#torrent(request.key, 'prepare');
				return { type: 'done', jobId, isDone: fillTail(this.#disk, torrent, request.fileIndex) };
			}
			case 'verify': {
				const torrent = this.#torrent(request.key, 'verify');
				const valid = this.#verifier.verify(torrent, request.pieces, request.hashes);
				return { type: 'verified', jobId, valid };
			}
			case 'hash': {
				const torrent = this.#torrent(request.key, 'verify');
				return { type: 'hashed', jobId, hashedBytes: hashShare(this.#digester, torrent, request) };
			}
			case 'list':
				return { type: 'listed', jobId, folders: listFolders(fs, request) };
			case 'free-bytes':
				return { type: 'bytes', jobId, bytes: freeBytesAt(fs, request.path) };
		}
	}

	/** A job that fails is answered with its error; the thread goes on with the next one. */
	#attempt(jobId: number, operation: StorageOperation, job: () => void): void {
		try {
			job();
		} catch (error) {
			this.#failed(jobId, operation, error);
		}
	}

	#failed(jobId: number, operation: StorageOperation, error: unknown): void {
		this.#send({ type: 'failed', jobId, error: errorFields(error, operation) });
	}

	#torrent(key: number, operation: StorageOperation): ThreadTorrent {
		const torrent = this.#torrents.get(key);
		if (torrent === undefined)
			throw storageError('STORAGE_CLOSED', operation, undefined, 'The torrent was closed');
		return torrent;
	}

	#result(jobId: number, isValid: boolean, blockHashes: Uint8Array | undefined): void {
		this.#results.push(jobId);
		this.#results.push(isValid ? 1 : 0);
		this.#results.push((blockHashes?.byteLength ?? 0) / 4);
		if (blockHashes !== undefined) this.#results.pushBytes(blockHashes);
	}

	#sendResults(): void {
		this.#resultBytes = 0;
		if (this.#results.length > 0) this.#send(this.#results.takeAll());
	}

	#send(reply: DiskReply): void {
		this.#port.postMessage(reply);
	}
}

const OPERATIONS: Readonly<Record<RareRequest['type'], StorageOperation>> = {
	stat: 'stat',
	sync: 'sync',
	prepare: 'prepare',
	fill: 'prepare',
	verify: 'verify',
	hash: 'verify',
	list: 'stat',
	'free-bytes': 'stat',
};

/** Linux keeps a priority for each thread; elsewhere this would slow the whole process. */
function stepBack(nice: number): void {
	if (process.platform !== 'linux') return;
	try {
		os.setPriority(nice);
	} catch {
		// Not allowed here: the thread runs as everybody else.
	}
}
