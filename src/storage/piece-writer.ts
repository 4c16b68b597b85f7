/** A finished piece in a disk thread: hash first, and only a piece that matches is written. */
import { BLOCK_BYTES, blockBytes, blockCount, pieceBytes } from '../metainfo/piece-layout.js';
import { equalBytes } from '../primitives/bytes.js';
import type { WriteJob } from './job-words.js';
import { type DiskAccess, readPayload } from './payload-io.js';
import { PieceHasher, SHA1_BYTES, sha1 } from './piece-hasher.js';
import type { ThreadTorrent } from './thread-torrent.js';

/** Blocks that lie together: in memory (views) or, spilled before, on disk. */
export interface Segment {
	/** In the payload. */
	readonly offsetBytes: number;
	readonly lengthBytes: number;
	readonly views: Uint8Array[] | undefined;
}

export interface CheckedPiece {
	readonly isValid: boolean;
	readonly blockHashes: Uint8Array | undefined;
	/** The piece in order, to be written where it is in memory. */
	readonly segments: readonly Segment[];
}

/**
 * @param ring - all slots
 * @param scratch - at least one block; for blocks that were spilled
 * @throws {StorageError} when spilled blocks cannot be read
 */
export function checkFinishedPiece(
	disk: DiskAccess,
	torrent: ThreadTorrent,
	job: WriteJob,
	ring: Uint8Array,
	scratch: Uint8Array,
): CheckedPiece {
	const segments = segmentsOf(torrent, job, ring);
	const isValid = equalBytes(hashPiece(disk, torrent, segments, scratch), job.hash);
	// A bad piece needs the hash of each block, to find out later who sent the wrong one.
	const blockHashes =
		isValid && !job.wantBlockHashes
			? undefined
			: hashBlocks(disk, torrent, job.piece, segments, scratch);
	return { isValid, blockHashes, segments };
}

/** Runs of slots as views, neighbours in the payload joined into one segment. */
function segmentsOf(torrent: ThreadTorrent, job: WriteJob, ring: Uint8Array): Segment[] {
	const start = job.piece * torrent.pieceLengthBytes;
	const end = start + pieceBytes(torrent, job.piece);
	const segments: Segment[] = [];
	let at = start;
	for (let i = 0; i < job.runs.length && at < end; i += 2) {
		const slot = job.runs[i] ?? -1;
		const lengthBytes = Math.min((job.runs[i + 1] ?? 0) * BLOCK_BYTES, end - at);
		if (slot === -1) segments.push({ offsetBytes: at, lengthBytes, views: undefined });
		else {
			const from = slot * BLOCK_BYTES;
			const view = ring.subarray(from, from + lengthBytes);
			const last = segments.at(-1);
			if (last?.views === undefined) segments.push({ offsetBytes: at, lengthBytes, views: [view] });
			else {
				last.views.push(view);
				segments[segments.length - 1] = { ...last, lengthBytes: last.lengthBytes + lengthBytes };
			}
		}
		at += lengthBytes;
	}
	return segments;
}

function hashPiece(
	disk: DiskAccess,
	torrent: ThreadTorrent,
	segments: readonly Segment[],
	scratch: Uint8Array,
): Uint8Array {
	const only = segments.length === 1 ? segments[0]?.views : undefined;
	if (only?.length === 1 && only[0] !== undefined) return sha1(only[0]);
	const hasher = new PieceHasher();
	for (const part of parts(disk, torrent, segments, scratch)) hasher.add(part);
	return hasher.digest();
}

function hashBlocks(
	disk: DiskAccess,
	torrent: ThreadTorrent,
	piece: number,
	segments: readonly Segment[],
	scratch: Uint8Array,
): Uint8Array {
	const hashes = new Uint8Array(blockCount(torrent, piece) * SHA1_BYTES);
	let block = 0;
	for (const part of parts(disk, torrent, segments, scratch)) {
		for (let at = 0; at < part.byteLength; block++) {
			const lengthBytes = blockBytes(torrent, piece, block);
			hashes.set(sha1(part.subarray(at, at + lengthBytes)), block * SHA1_BYTES);
			at += lengthBytes;
		}
	}
	return hashes;
}

/** The piece's bytes in order; each part is whole blocks. A part is valid until the next one. */
function* parts(
	disk: DiskAccess,
	torrent: ThreadTorrent,
	segments: readonly Segment[],
	scratch: Uint8Array,
): Generator<Uint8Array> {
	const stepBytes = Math.floor(scratch.byteLength / BLOCK_BYTES) * BLOCK_BYTES;
	for (const { offsetBytes, lengthBytes, views } of segments) {
		if (views !== undefined) yield* views;
		else {
			for (let done = 0; done < lengthBytes; done += stepBytes) {
				const part = scratch.subarray(0, Math.min(stepBytes, lengthBytes - done));
				readPayload(disk, torrent, offsetBytes + done, [part], 'read', undefined);
				yield part;
			}
		}
	}
}
