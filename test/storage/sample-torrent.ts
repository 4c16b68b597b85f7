/** Payloads, targets and pools for the storage tests; everything lies in one temporary folder. */
import { createHash } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import {
	BLOCK_BYTES,
	blockBytes,
	blockCount,
	pieceBytes,
} from '../../src/metainfo/piece-layout.js';
import { infohashFromBytes } from '../../src/primitives/infohash.js';
import { createDiskPool, type DiskPoolOptions } from '../../src/storage/disk-pool.js';
import type {
	BlockRing,
	DiskPool,
	StorageTarget,
	StoredFile,
	TorrentStorage,
} from '../../src/storage/storage.js';
import { type StorageCode, StorageError } from '../../src/storage/storage-error.js';

export interface SampleFile {
	readonly name: string;
	readonly lengthBytes: number;
	readonly isPadding?: boolean;
	readonly isExecutable?: boolean;
}

export interface Sample {
	readonly target: StorageTarget;
	/** All bytes, padding included (as zeros). */
	readonly payload: Uint8Array;
}

/** A folder of its own, removed after the test. */
export function tempFolder(t: ExecutionContext): string {
	const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'btmany-storage-')));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** A pool that is closed after the test, before its folder is removed. */
export function makePool(t: ExecutionContext, options: DiskPoolOptions = {}): DiskPool {
	const pool = createDiskPool({
		workers: 1,
		backgroundWorkers: 1,
		ringBytes: 2 * 1024 * 1024,
		readCacheBytes: 2 * 1024 * 1024,
		...options,
	});
	t.teardown(() => pool.close());
	return pool;
}

/** A pool whose file calls fail as `fault` says; see faulty-disk-worker.ts. */
export function makeFaultyPool(
	t: ExecutionContext,
	fault: Readonly<Record<string, string>>,
	options: DiskPoolOptions = {},
): DiskPool {
	const workerEntry = new URL(
		`./faulty-disk-worker.js?${new URLSearchParams(fault).toString()}`,
		import.meta.url,
	);
	return makePool(t, { ...options, workerEntry });
}

export function makeSample(
	root: string,
	files: readonly SampleFile[],
	pieceLengthBytes: number,
	preallocate: 'sparse' | 'full' = 'sparse',
): Sample {
	let offsetBytes = 0;
	const stored: StoredFile[] = files.map((file) => {
		const entry = {
			path: path.join(root, file.name),
			lengthBytes: file.lengthBytes,
			offsetBytes,
			isPadding: file.isPadding ?? false,
			isExecutable: file.isExecutable ?? false,
		};
		offsetBytes += file.lengthBytes;
		return entry;
	});
	const payload = noise(offsetBytes);
	for (const file of stored) {
		if (file.isPadding) payload.fill(0, file.offsetBytes, file.offsetBytes + file.lengthBytes);
	}
	const pieceCount = Math.ceil(offsetBytes / pieceLengthBytes);
	const pieceHashes = new Uint8Array(pieceCount * 20);
	for (let i = 0; i < pieceCount; i++)
		pieceHashes.set(
			sha1(payload.subarray(i * pieceLengthBytes, (i + 1) * pieceLengthBytes)),
			i * 20,
		);
	const target: StorageTarget = {
		infohash: infohashFromBytes(sha1(payload)),
		root,
		files: stored,
		pieceLengthBytes,
		pieceCount,
		totalBytes: offsetBytes,
		pieceHashes,
		preallocate,
	};
	return { target, payload };
}

export function sha1(bytes: Uint8Array): Uint8Array {
	return createHash('sha1').update(bytes).digest();
}

/** Bytes without zeros or repetition that could hide a mistake. */
export function noise(lengthBytes: number): Uint8Array {
	const bytes = new Uint8Array(lengthBytes);
	let state = 0x9e3779b9;
	for (let i = 0; i < lengthBytes; i++) {
		state = (Math.imul(state, 1664525) + 1013904223) | 0;
		bytes[i] = (state >>> 24) | 1;
	}
	return bytes;
}

/** Takes slots for a piece and fills them as the network would. */
export function receivePiece(
	pool: DiskPool,
	{ target, payload }: Sample,
	piece: number,
): Int32Array {
	const slots = new Int32Array(blockCount(target, piece));
	let previous: number | undefined;
	for (let block = 0; block < slots.length; block++) {
		const slot = takeSlot(pool.ring, previous === undefined ? undefined : previous + 1);
		const from = piece * target.pieceLengthBytes + block * BLOCK_BYTES;
		const lengthBytes = blockBytes(target, piece, block);
		pool.ring.view(slot, lengthBytes).set(payload.subarray(from, from + lengthBytes));
		slots[block] = slot;
		previous = slot;
	}
	return slots;
}

/** Receives and writes pieces, all unless told. */
export async function writePieces(
	pool: DiskPool,
	storage: TorrentStorage,
	sample: Sample,
	pieces: readonly number[] = [...Array(sample.target.pieceCount).keys()],
): Promise<void> {
	for (const piece of pieces)
		await storage.writePiece(piece, receivePiece(pool, sample, piece), { wantBlockHashes: false });
}

/** The payload's part that belongs to a file. */
export function fileBytes({ target, payload }: Sample, file: number): Uint8Array {
	const { offsetBytes, lengthBytes } = target.files.at(file)!;
	return payload.subarray(offsetBytes, offsetBytes + lengthBytes);
}

export function pieceOf({ target, payload }: Sample, piece: number): Uint8Array {
	const from = piece * target.pieceLengthBytes;
	return payload.subarray(from, from + pieceBytes(target, piece));
}

/** Asserts that a promise rejects with a StorageError of this code, and returns the error. */
export async function refuses(
	t: ExecutionContext,
	promise: Promise<unknown>,
	code: StorageCode,
): Promise<StorageError> {
	const error = await t.throwsAsync(promise, { instanceOf: StorageError });
	t.is(error.code, code, error.message);
	return error;
}

export const never: AbortSignal = new AbortController().signal;

/** A slot of the ring, promised and taken at once. */
export function takeSlot(ring: BlockRing, preferred?: number): number {
	if (!ring.reserve()) throw new Error('The test ring is too small');
	return ring.take(preferred);
}
