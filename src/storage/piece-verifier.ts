/** Hashes pieces that are on disk already, in a disk thread. */
import { fileSpans, pieceBytes } from '../metainfo/piece-layout.js';
import { equalBytes } from '../primitives/bytes.js';
import { type DiskAccess, readPayload } from './payload-io.js';
import { addZeros, isAllZeros, PieceHasher, SHA1_BYTES, sha1 } from './piece-hasher.js';
import { StorageError, toStorageError } from './storage-error.js';
import type { ThreadTorrent } from './thread-torrent.js';

/** What stands in the way of a file's data; everything else is an error the user must hear of. */
const NOT_THERE: ReadonlySet<string> = new Set(['STORAGE_MISSING', 'STORAGE_FILE_FOREIGN']);

export class PieceVerifier {
	readonly #disk: DiskAccess;
	readonly #scratch: Uint8Array;
	/** SHA-1 of so many zeros. */
	readonly #zeroHashes = new Map<number, Uint8Array>();

	/** @param scratch - read buffer; pieces shorter than half of it are read several at a time */
	constructor(disk: DiskAccess, scratch: Uint8Array) {
		this.#disk = disk;
		this.#scratch = scratch;
	}

	/**
	 * @param pieces - ascending runs are read together
	 * @param hashes - 20 bytes for each of `pieces`
	 * @returns 1 for each of `pieces` that matches
	 * @throws {StorageError} when a file that is there cannot be read
	 */
	verify(torrent: ThreadTorrent, pieces: Int32Array, hashes: Uint8Array): Uint8Array {
		const valid = new Uint8Array(pieces.length);
		/** Bytes each file has, looked up once a call; -1 for a missing one. */
		const sizes = new Map<number, number>();
		for (let from = 0; from < pieces.length; ) {
			const to = this.#groupEnd(torrent, pieces, from);
			this.#verifyGroup(torrent, pieces, hashes, from, to, sizes, valid);
			from = to;
		}
		return valid;
	}

	/** End of the run of neighbours that fits the scratch buffer. */
	#groupEnd(torrent: ThreadTorrent, pieces: Int32Array, from: number): number {
		const most = Math.max(1, Math.floor(this.#scratch.byteLength / torrent.pieceLengthBytes));
		let to = from + 1;
		while (to < pieces.length && to - from < most && pieces[to] === (pieces[to - 1] ?? 0) + 1) to++;
		return to;
	}

	#verifyGroup(
		torrent: ThreadTorrent,
		pieces: Int32Array,
		hashes: Uint8Array,
		from: number,
		to: number,
		sizes: Map<number, number>,
		valid: Uint8Array,
	): void {
		const start = (pieces[from] ?? 0) * torrent.pieceLengthBytes;
		const last = pieces[to - 1] ?? 0;
		const end = last * torrent.pieceLengthBytes + pieceBytes(torrent, last);
		if (to - from > 1) {
			if (!this.#isThere(torrent, start, end - start, sizes)) {
				// Part of the group is missing: the others may still be good.
				for (let i = from; i < to; i++)
					this.#verifyGroup(torrent, pieces, hashes, i, i + 1, sizes, valid);
				return;
			}
			const bytes = this.#scratch.subarray(0, end - start);
			if (!this.#read(torrent, start, bytes)) return;
			for (let i = from; i < to; i++) {
				const at = (i - from) * torrent.pieceLengthBytes;
				const digest = this.#sha1(bytes.subarray(at, at + torrent.pieceLengthBytes));
				if (isHash(digest, hashes, i)) valid[i] = 1;
			}
			return;
		}
		if (!this.#isThere(torrent, start, end - start, sizes)) return;
		const digest = this.#hashLong(torrent, start, end - start);
		if (digest !== undefined && isHash(digest, hashes, from)) valid[from] = 1;
	}

	/** SHA-1 of a range of any length; undefined when it is cut short meanwhile. */
	#hashLong(torrent: ThreadTorrent, start: number, lengthBytes: number): Uint8Array | undefined {
		if (lengthBytes <= this.#scratch.byteLength) {
			const bytes = this.#scratch.subarray(0, lengthBytes);
			return this.#read(torrent, start, bytes) ? this.#sha1(bytes) : undefined;
		}
		let hasher: PieceHasher | undefined;
		for (let done = 0; done < lengthBytes; done += this.#scratch.byteLength) {
			const bytes = this.#scratch.subarray(0, lengthBytes - done);
			if (!this.#read(torrent, start + done, bytes)) return undefined;
			if (hasher === undefined && !isAllZeros(bytes)) {
				hasher = new PieceHasher();
				addZeros(hasher, done);
			}
			hasher?.add(bytes);
		}
		return hasher === undefined ? this.#zeroHash(lengthBytes) : hasher.digest();
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

	/** False when the data is missing; other failures are thrown. */
	#read(torrent: ThreadTorrent, start: number, bytes: Uint8Array): boolean {
		try {
			readPayload(this.#disk, torrent, start, [bytes], 'verify', false);
			return true;
		} catch (error) {
			if (isNotThere(error)) return false;
			throw error;
		}
	}

	/** True when every file of the range is long enough: nothing is read from those that are not. */
	#isThere(
		torrent: ThreadTorrent,
		start: number,
		lengthBytes: number,
		sizes: Map<number, number>,
	): boolean {
		return fileSpans(torrent.files, start, lengthBytes).every((span) => {
			if (torrent.files[span.fileIndex]?.isPadding === true) return true;
			let size = sizes.get(span.fileIndex);
			if (size === undefined) {
				size = this.#fileSize(torrent, span.fileIndex);
				sizes.set(span.fileIndex, size);
			}
			return span.fileOffsetBytes + span.lengthBytes <= size;
		});
	}

	#fileSize(torrent: ThreadTorrent, file: number): number {
		try {
			const handle = this.#disk.cache.get(torrent, file, false, 'verify');
			const facts = this.#disk.fs.fstat(handle.fd);
			if (facts.nlink === 0) return -1;
			// Before its first byte is read: a change from now on is noticed when it is served.
			torrent.table.adoptContent(file, facts);
			return facts.size;
		} catch (error) {
			if (isNotThere(error)) return -1;
			throw toStorageError(error, 'verify', torrent.files[file]?.path);
		}
	}
}

function isNotThere(error: unknown): boolean {
	return error instanceof StorageError && NOT_THERE.has(error.code);
}

function isHash(digest: Uint8Array, hashes: Uint8Array, index: number): boolean {
	return equalBytes(digest, hashes.subarray(index * SHA1_BYTES, (index + 1) * SHA1_BYTES));
}
