/**
 * Everything that passes between the main thread and the disk threads.
 *
 * Frequent jobs (write, spill, read) travel many at a time as one Int32Array (`job-words.ts`);
 * rare ones as plain objects. Payload never travels: only places in two shared rings.
 */

import type { FilePlacesMessage } from './file-places.js';
import type { FolderEntry } from './folder-entries.js';
import type { StorageErrorFields } from './storage-error.js';

/** What a disk thread is started with. */
export interface WorkerStart {
	readonly ring: SharedArrayBuffer;
	readonly readRing: SharedArrayBuffer;
	readonly maxOpenFiles: number;
	/** Runs behind everything else where the system can do that for one thread. */
	readonly isBackground: boolean;
	/** The entry's URL with its query, which a thread does not see in its own `import.meta.url`. */
	readonly entry: string;
}

/** What a thread must know of a torrent before it works on its files. */
export interface OpenRequest {
	readonly type: 'open';
	/** Number of the opened torrent; never used again for another. */
	readonly key: number;
	readonly root: string;
	readonly files: FilePlacesMessage;
	readonly pieceLengthBytes: number;
	readonly totalBytes: number;
	/** Words of the SharedFileTable. */
	readonly table: Int32Array;
}

/** Closes a torrent's files and forgets it; has no reply. */
export interface CloseRequest {
	readonly type: 'close';
	readonly key: number;
}

/** Looks at some of the files. */
export interface StatRequest {
	readonly type: 'stat';
	readonly jobId: number;
	readonly files: FilePlacesMessage;
	readonly table: Int32Array;
	/** Index of the first one. */
	readonly first: number;
	readonly count: number;
}

/** Flushes and then looks at all files. */
export interface SyncRequest {
	readonly type: 'sync';
	readonly jobId: number;
	readonly files: FilePlacesMessage;
	readonly table: Int32Array;
}

export interface PrepareRequest {
	readonly type: 'prepare';
	readonly jobId: number;
	readonly key: number;
	readonly force: boolean;
	readonly wanted: readonly number[];
}

/** Fills the next few MiB of a file's missing tail with zeros. */
export interface FillRequest {
	readonly type: 'fill';
	readonly jobId: number;
	readonly key: number;
	readonly fileIndex: number;
}

export interface VerifyRequest {
	readonly type: 'verify';
	readonly jobId: number;
	readonly key: number;
	readonly pieces: Int32Array;
	/** 20 bytes for each of `pieces`. */
	readonly hashes: Uint8Array;
}

/** Hashes pieces that no other thread has taken; a byte that cannot be read is a failure. */
export interface HashRequest {
	readonly type: 'hash';
	readonly jobId: number;
	readonly key: number;
	/** Shared: one word, the first piece that nobody has taken; past the last one to stop. */
	readonly nextPiece: Int32Array;
	/** Shared: 20 bytes for each piece of the torrent. */
	readonly hashes: Uint8Array;
}

/** Lists what folders hold. */
export interface ListRequest {
	readonly type: 'list';
	readonly jobId: number;
	readonly folders: readonly string[];
	/** Symbolic links are looked through. */
	readonly followLinks: boolean;
	/** Entries of all `folders` together; more are a failure. */
	readonly maxEntries: number;
}

export interface FreeBytesRequest {
	readonly type: 'free-bytes';
	readonly jobId: number;
	readonly path: string;
}

/** A rare job with a reply. */
export type RareRequest =
	| StatRequest
	| SyncRequest
	| PrepareRequest
	| FillRequest
	| VerifyRequest
	| HashRequest
	| ListRequest
	| FreeBytesRequest;

/** To a thread: a batch of frequent jobs, or one of the others. */
export type DiskRequest = Int32Array | OpenRequest | CloseRequest | RareRequest;

/** From a thread: a batch of finished frequent jobs, a finished rare job, or a failure. */
export type DiskReply =
	| Int32Array
	/** See `file-stamps.ts`. */
	| { readonly type: 'stamps'; readonly jobId: number; readonly stamps: Float64Array }
	/** `prepare`: all is ready; `fill`: the file has its full length. */
	| { readonly type: 'done'; readonly jobId: number; readonly isDone: boolean }
	/** 1 for each piece that matches. */
	| { readonly type: 'verified'; readonly jobId: number; readonly valid: Uint8Array }
	| { readonly type: 'hashed'; readonly jobId: number; readonly hashedBytes: number }
	/** One list for each folder. */
	| { readonly type: 'listed'; readonly jobId: number; readonly folders: FolderEntry[][] }
	| { readonly type: 'bytes'; readonly jobId: number; readonly bytes: number }
	| { readonly type: 'failed'; readonly jobId: number; readonly error: StorageErrorFields };

/** A reply to one job, frequent or rare. */
export type JobReply =
	| Exclude<DiskReply, Int32Array>
	| {
			readonly type: 'words';
			readonly jobId: number;
			readonly isValid: boolean;
			/** SHA-1 of each block; undefined when none were asked for. */
			readonly blockHashes: Uint8Array | undefined;
	  };
