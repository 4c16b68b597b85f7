/** Compares pieces that are on disk already with their hashes, in a disk thread. */
import { pieceBytes } from '../metainfo/piece-layout.js';
import { equalBytes } from '../primitives/bytes.js';
import type { DiskAccess } from './payload-io.js';
import type { PieceDigester } from './piece-digester.js';
import { SHA1_BYTES } from './piece-hasher.js';
import { StorageError, toStorageError } from './storage-error.js';
import type { ThreadTorrent } from './thread-torrent.js';

/** What stands in the way of a file's data; everything else is an error the user must hear of. */
const NOT_THERE: ReadonlySet<string> = new Set(['STORAGE_MISSING', 'STORAGE_FILE_FOREIGN']);

export class PieceVerifier {
	readonly #disk: DiskAccess;
	readonly #digester: PieceDigester;

	constructor(disk: DiskAccess, digester: PieceDigester) {
		this.#disk = disk;
		this.#digester = digester;
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

	/** End of the run of neighbours that are read together. */
	#groupEnd(torrent: ThreadTorrent, pieces: Int32Array, from: number): number {
		const most = this.#digester.groupSize(torrent.pieceLengthBytes);
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
		const first = pieces[from] ?? 0;
		const last = pieces[to - 1] ?? 0;
		const lengthBytes = (last - first) * torrent.pieceLengthBytes + pieceBytes(torrent, last);
		if (!this.#isThere(torrent, first * torrent.pieceLengthBytes, lengthBytes, sizes)) {
			if (to - from === 1) return;
			// Part of the group is missing: the others may still be good.
			for (let i = from; i < to; i++)
				this.#verifyGroup(torrent, pieces, hashes, i, i + 1, sizes, valid);
			return;
		}
		const digests = this.#digest(torrent, first, to - from);
		if (digests === undefined) return;
		for (let i = from; i < to; i++) {
			if (equalBytes(hashAt(digests, i - from), hashAt(hashes, i))) valid[i] = 1;
		}
	}

	/** Undefined when the data was cut short meanwhile; other failures are thrown. */
	#digest(torrent: ThreadTorrent, first: number, count: number): Uint8Array | undefined {
		try {
			return this.#digester.digest(torrent, first, count);
		} catch (error) {
			if (isNotThere(error)) return undefined;
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
		return torrent.files.spans(start, lengthBytes).every((span) => {
			if (torrent.files.isPadding(span.fileIndex)) return true;
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
			const { cache, fs } = this.#disk;
			const openedBefore = cache.openedCount;
			const handle = cache.get(torrent, file, false, 'verify');
			const isJustOpened = cache.openedCount > openedBefore;
			const facts = isJustOpened ? handle.facts : fs.fstat(handle.fd);
			if (facts.nlink === 0) return -1;
			// Before its first byte is read: a change from now on is noticed when it is served.
			torrent.table.adoptContent(file, facts);
			return facts.size;
		} catch (error) {
			if (isNotThere(error)) return -1;
			throw toStorageError(error, 'verify', torrent.files.path(file));
		}
	}
}

function isNotThere(error: unknown): boolean {
	return error instanceof StorageError && NOT_THERE.has(error.code);
}

function hashAt(hashes: Uint8Array, index: number): Uint8Array {
	return hashes.subarray(index * SHA1_BYTES, (index + 1) * SHA1_BYTES);
}
