/** SHA-1 of pieces that lie on disk, in a disk thread (BEP 3). */
import { pieceBytes } from '../metainfo/piece-layout.js';
import { type DiskAccess, readPayload } from './payload-io.js';
import { addZeros, isAllZeros, PieceHasher, SHA1_BYTES, sha1 } from './piece-hasher.js';
import type { ThreadTorrent } from './thread-torrent.js';

/**
 * Read and hashed at a time: stays in a core's own cache between the two, which is a tenth faster
 * than a megabyte; the system reads ahead anyway.
 */
const READ_BYTES = 256 * 1024;

export class PieceDigester {
	readonly #disk: DiskAccess;
	readonly #buffer: Uint8Array;
	/** SHA-1 of so many zeros. */
	readonly #zeroHashes = new Map<number, Uint8Array>();

	/** @param scratch - used during a call only */
	constructor(disk: DiskAccess, scratch: Uint8Array) {
		this.#disk = disk;
		this.#buffer = scratch.subarray(0, READ_BYTES);
	}

	/** How many neighbouring pieces are read in one go; at least 1. */
	groupSize(pieceLengthBytes: number): number {
		return Math.max(1, Math.floor(this.#buffer.byteLength / pieceLengthBytes));
	}

	/**
	 * @param first - the first of `count` neighbouring pieces
	 * @returns 20 bytes for each
	 * @throws {StorageError} when any byte of them cannot be read
	 */
	digest(torrent: ThreadTorrent, first: number, count: number): Uint8Array {
		const digests = new Uint8Array(count * SHA1_BYTES);
		const most = this.groupSize(torrent.pieceLengthBytes);
		for (let done = 0; done < count; ) {
			const size = Math.min(most, count - done);
			if (size === 1) digests.set(this.#digestOne(torrent, first + done), done * SHA1_BYTES);
			else this.#digestGroup(torrent, first + done, size, digests, done * SHA1_BYTES);
			done += size;
		}
		return digests;
	}

	#digestGroup(
		torrent: ThreadTorrent,
		first: number,
		count: number,
		digests: Uint8Array,
		at: number,
	): void {
		const { pieceLengthBytes } = torrent;
		const lastBytes = pieceBytes(torrent, first + count - 1);
		const bytes = this.#read(torrent, first, 0, (count - 1) * pieceLengthBytes + lastBytes);
		for (let i = 0; i < count; i++) {
			const piece = bytes.subarray(i * pieceLengthBytes, (i + 1) * pieceLengthBytes);
			digests.set(this.#sha1(piece), at + i * SHA1_BYTES);
		}
	}

	/** SHA-1 of one piece of any length. */
	#digestOne(torrent: ThreadTorrent, piece: number): Uint8Array {
		const lengthBytes = pieceBytes(torrent, piece);
		const stepBytes = this.#buffer.byteLength;
		if (lengthBytes <= stepBytes) return this.#sha1(this.#read(torrent, piece, 0, lengthBytes));
		let hasher: PieceHasher | undefined;
		for (let done = 0; done < lengthBytes; done += stepBytes) {
			const bytes = this.#read(torrent, piece, done, Math.min(stepBytes, lengthBytes - done));
			if (hasher === undefined && !isAllZeros(bytes)) {
				hasher = new PieceHasher();
				addZeros(hasher, done);
			}
			hasher?.add(bytes);
		}
		return hasher === undefined ? this.#zeroHash(lengthBytes) : hasher.digest();
	}

	#read(
		torrent: ThreadTorrent,
		piece: number,
		offsetBytes: number,
		lengthBytes: number,
	): Uint8Array {
		const bytes = this.#buffer.subarray(0, lengthBytes);
		const start = piece * torrent.pieceLengthBytes + offsetBytes;
		readPayload(this.#disk, torrent, start, [bytes], 'verify', undefined);
		return bytes;
	}

	/** The parts of a sparse file that were never written need not be hashed each. */
	#sha1(bytes: Uint8Array): Uint8Array {
		return isAllZeros(bytes) ? this.#zeroHash(bytes.byteLength) : sha1(bytes);
	}

	#zeroHash(lengthBytes: number): Uint8Array {
		let digest = this.#zeroHashes.get(lengthBytes);
		if (digest === undefined) {
			const hasher = new PieceHasher();
			addZeros(hasher, lengthBytes);
			digest = hasher.digest();
			// Whole pieces and a few last ones; a bound for a long life with many torrents.
			if (this.#zeroHashes.size >= 64) this.#zeroHashes.clear();
			this.#zeroHashes.set(lengthBytes, digest);
		}
		return digest;
	}
}
