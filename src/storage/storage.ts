/**
 * What the engine asks of the disk. Everything that touches payload runs in worker threads;
 * the calling side only hands over slot numbers of one shared ring of 16 KiB blocks.
 */
import type { Bitfield } from '../primitives/bitfield.js';
import type { Infohash } from '../primitives/infohash.js';

/** One file of a torrent on disk. */
export interface StoredFile {
	/** Absolute, already checked to lie inside the download folder. */
	readonly path: string;
	readonly lengthBytes: number;
	readonly offsetBytes: number;
	/** Zeros that are never written nor read from disk (BEP 47). */
	readonly isPadding: boolean;
	readonly isExecutable: boolean;
}

/** The files of a torrent in payload order: an array, or what makes them when they are asked for. */
export interface StoredFiles extends Iterable<StoredFile> {
	readonly length: number;
	at(file: number): StoredFile | undefined;
}

/** Where and how a torrent's payload lies on disk. */
export interface StorageTarget {
	readonly infohash: Infohash;
	/** The download folder: nothing is ever written outside it, also through symbolic links. */
	readonly root: string;
	readonly files: StoredFiles;
	readonly pieceLengthBytes: number;
	readonly pieceCount: number;
	readonly totalBytes: number;
	readonly pieceHashes: Uint8Array;
	readonly preallocate: 'sparse' | 'full';
}

/** What `stat` says of a file: compared with the resume record to decide what must be re-hashed. */
export interface FileStamp {
	readonly exists: boolean;
	/** Something other than a regular file stands at the path. */
	readonly isForeign: boolean;
	readonly sizeBytes: number;
	readonly mtimeMs: number;
	/** Device number: tells one volume from another. */
	readonly device: number;
}

/**
 * The memory of 16 KiB slots that blocks travel through to the disk. A slot is promised when a block
 * is asked for and taken when its bytes arrive: what is in use stays small and warm in the
 * processor's cache however much is outstanding.
 */
export interface BlockRing {
	readonly slotCount: number;
	/** Slots that are neither in use nor promised. */
	readonly freeCount: number;
	/** Promises a slot for later; false when memory is used up: ask for nothing more then. */
	reserve(): boolean;
	/** Gives a promise back that is not needed any more. */
	unreserve(): void;
	/**
	 * Redeems a promise: `preferred` if that slot is free, or else the first free one.
	 * @throws {RangeError} when nothing was promised
	 */
	take(preferred?: number): number;
	/**
	 * Where `blocks` slots (at most 64) lie side by side unused, as near to the start as possible:
	 * adjacent slots are hashed and written in one go. Undefined when there is no such place.
	 */
	findRun(blocks: number): number | undefined;
	/** Gives a slot back. Slots handed to `writePiece` and `spill` are given back by those. */
	free(slot: number): void;
	/** The first `lengthBytes` bytes of a slot, to be filled by the network. */
	view(slot: number, lengthBytes: number): Uint8Array;
	/** Calls back (once a registration) when slots became free after `reserve` had failed. */
	onFree(callback: () => void): void;
}

/** Where each block of a finished piece is: a slot number, or -1 when it was spilled to disk before. */
export type BlockSlots = Int32Array | readonly number[];

export interface PieceWriteResult {
	/** The SHA-1 matched and every byte was handed to the operating system. */
	readonly isValid: boolean;
	/** SHA-1 of each block, 20 bytes a block; only when asked for, or when the piece is not valid. */
	readonly blockHashes: Uint8Array | undefined;
}

/**
 * Whole blocks read for an upload, kept in memory until released. Each block has 13 bytes
 * of room before it for the head of its `piece` message: with those filled in, `frames` is what goes
 * over the wire. Nobody but the sender writes there, and always the same for the same block.
 */
export interface BlocksLease {
	readonly frames: Uint8Array;
	readonly blockCount: number;
	release(): void;
}

/** Blocks somebody wants one after another, each from where it begins; an array is one. */
export interface WantedBlocks {
	at(index: number): { readonly piece: number; readonly offsetBytes: number } | undefined;
}

export interface VerifyProgress {
	readonly piece: number;
	readonly isValid: boolean;
}

/** One torrent's files. Every method rejects with StorageError; its `code` names the reason. */
export interface TorrentStorage {
	readonly target: StorageTarget;
	/** The state of every file on disk, in file order; touches nothing. */
	stat(): Promise<FileStamp[]>;
	/**
	 * Makes folders and missing files ready for writing (sparse, or filled for `full`).
	 * Never truncates: a longer file or a foreign one is left as it is and refused with
	 * `STORAGE_FILE_LONGER` / `STORAGE_FILE_FOREIGN`, unless `force` (then longer files are kept
	 * longer than the torrent says, and only the torrent's range is written).
	 * @param wanted - file indexes to create; the others are created when first written
	 */
	prepare(options: { readonly force: boolean; readonly wanted: readonly number[] }): Promise<void>;
	/**
	 * Hashes pieces on disk. Missing or short files make their pieces invalid, silently.
	 * @param pieces - which ones; all when undefined
	 * @returns the pieces that match
	 */
	verify(options: {
		readonly pieces?: readonly number[];
		readonly signal: AbortSignal;
		readonly onPiece?: (progress: VerifyProgress) => void;
	}): Promise<Bitfield>;
	/** Writes one block of an unfinished piece to make room in the ring, then frees its slot. */
	spill(piece: number, block: number, slot: number): Promise<void>;
	/**
	 * Hashes a finished piece and, only when it is valid, writes what is not on disk yet.
	 * All slots are given back to the ring, whatever happens.
	 * @param slots - not copied; must stay unchanged until the result is there
	 */
	writePiece(
		piece: number,
		slots: BlockSlots,
		options: { readonly wantBlockHashes: boolean },
	): Promise<PieceWriteResult>;
	/** Copies a range that lies inside one piece (at most 128 KiB), through a read-ahead cache. */
	read(piece: number, offsetBytes: number, lengthBytes: number): Promise<Uint8Array>;
	/**
	 * The first of the wanted blocks and those after it that follow it in memory, through the same
	 * cache; at once when they are there.
	 * @param count - so many of `wanted` are looked at; they are whole blocks of verified pieces
	 */
	lease(wanted: WantedBlocks, count: number): BlocksLease | Promise<BlocksLease>;
	/** Those from `from` to before `to` will be wanted soon: reads them when there is room. */
	prefetch(wanted: WantedBlocks, from: number, to: number): void;
	/** Blocks will be read or written soon: has the threads started meanwhile. */
	warmUp(): void;
	/** Flushes written data to the device; resolves with the stamps that describe it. */
	sync(): Promise<FileStamp[]>;
	/** Closes file handles; other torrents are not affected. */
	close(): Promise<void>;
}

export interface DiskStats {
	readonly ringSlots: number;
	readonly ringFreeSlots: number;
	/** Jobs of all threads without a reply yet, checks among them. */
	readonly queuedJobs: number;
	/** Payload of blocks being written or read for peers. */
	readonly queuedBytes: number;
	readonly workers: number;
	readonly readCache: ReadCacheStats;
}

/** The cache of payload on its way to peers. */
export interface ReadCacheStats {
	readonly bytes: number;
	/** Of `bytes`: filled, or being filled. */
	readonly usedBytes: number;
	/** Of `usedBytes`: held until a peer's socket has taken it. */
	readonly pinnedBytes: number;
	/** Reads that found their line in memory, or on its way there. */
	readonly hits: number;
	readonly misses: number;
}

/** The worker threads and the ring, shared by all torrents. */
export interface DiskPool {
	readonly ring: BlockRing;
	open(target: StorageTarget): TorrentStorage;
	/** Bytes free for this user on the volume of `path` (nearest existing parent). */
	freeBytes(path: string): Promise<number>;
	stats(): DiskStats;
	close(): Promise<void>;
}
