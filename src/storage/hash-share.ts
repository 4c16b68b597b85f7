/**
 * One thread's share in hashing a whole payload: all threads take pieces from one number in shared
 * memory and put hashes into one shared array, so that none of them waits for the main thread, which
 * has other things to do meanwhile, and all of them end together.
 */
import { pieceBytes } from '../metainfo/piece-layout.js';
import type { HashRequest } from './disk-messages.js';
import type { PieceDigester } from './piece-digester.js';
import { SHA1_BYTES } from './piece-hasher.js';
import type { ThreadTorrent } from './thread-torrent.js';

/** A job ends after this long: often enough for progress, seldom enough to cost nothing. */
const SHARE_MS = 250;
/** Taken at a time: neighbours are read together, and a stop is heard after it. */
const TAKE_BYTES = 4 * 1024 * 1024;

/**
 * Hashes pieces until none is left or the time of a job is over.
 * @returns how many bytes were hashed
 * @throws {StorageError} when any byte of them cannot be read
 */
export function hashShare(
	digester: PieceDigester,
	torrent: ThreadTorrent,
	{ hashes, nextPiece }: Pick<HashRequest, 'hashes' | 'nextPiece'>,
): number {
	const { pieceCount, pieceLengthBytes } = torrent;
	const atOnce = Math.max(1, Math.floor(TAKE_BYTES / pieceLengthBytes));
	const endMs = performance.now() + SHARE_MS;
	let hashedBytes = 0;
	do {
		const first = Atomics.add(nextPiece, 0, atOnce);
		if (first >= pieceCount) break;
		const count = Math.min(atOnce, pieceCount - first);
		hashes.set(digester.digest(torrent, first, count), first * SHA1_BYTES);
		hashedBytes += (count - 1) * pieceLengthBytes + pieceBytes(torrent, first + count - 1);
	} while (performance.now() < endMs);
	return hashedBytes;
}
