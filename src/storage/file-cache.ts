/** A disk thread's open files: opened when first needed, the longest unused closed first. */
import type { DiskFs, FileStat } from './disk-fs.js';
import { identityOf } from './file-table.js';
import { type OpenedFile, openForReading, openForWriting } from './safe-open.js';
import { StorageError, type StorageOperation, storageError } from './storage-error.js';
import { fileAt, type ThreadTorrent } from './thread-torrent.js';

/** More files than any torrent may have: key and file index make one number. */
const MAX_FILES = 2 ** 23;

/** An open file; valid until the next call of the cache. */
export interface FileHandle {
	readonly fd: number;
	readonly path: string;
	/** What `fstat` said when it was opened. */
	readonly facts: FileStat;
	readonly identity: number;
	readonly isWritable: boolean;
}

export class FileCache {
	readonly #fs: DiskFs;
	readonly #maxOpen: number;
	/** Least recently used first. */
	readonly #handles = new Map<number, FileHandle>();
	#newest = -1;
	#opened = 0;

	constructor(fs: DiskFs, maxOpen: number) {
		this.#fs = fs;
		this.#maxOpen = Math.max(1, maxOpen);
	}

	get openCount(): number {
		return this.#handles.size;
	}

	/** How many files were opened so far: tells whether `get` opened one or had it. */
	get openedCount(): number {
		return this.#opened;
	}

	/**
	 * The open file. For writing it is created when it was never seen before; a file that was
	 * seen and is gone, or is another one now, is an error and not made anew.
	 * @throws {StorageError}
	 */
	get(
		torrent: ThreadTorrent,
		file: number,
		isWritable: boolean,
		operation: StorageOperation,
	): FileHandle {
		const id = torrent.key * MAX_FILES + file;
		const known = torrent.table.identity(file);
		const cached = this.#handles.get(id);
		if (cached !== undefined) {
			if (cached.identity === known && (cached.isWritable || !isWritable)) {
				this.#touch(id, cached);
				return cached;
			}
			this.#close(id, cached);
		}
		const handle = this.#open(torrent, file, isWritable, known === 0, operation);
		this.#handles.set(id, handle);
		this.#newest = id;
		return handle;
	}

	/** Closes the files of one torrent. */
	closeTorrent(key: number): void {
		for (const [id, handle] of this.#handles) {
			if (Math.floor(id / MAX_FILES) === key) this.#close(id, handle);
		}
	}

	#open(
		torrent: ThreadTorrent,
		file: number,
		isWritable: boolean,
		mayCreate: boolean,
		operation: StorageOperation,
	): FileHandle {
		const stored = fileAt(torrent, file, operation);
		this.#evictTo(this.#maxOpen - 1);
		const opened = this.#openWithRoom(() =>
			isWritable
				? openForWriting(this.#fs, torrent.root, stored, mayCreate, operation)
				: openForReading(this.#fs, stored.path, operation),
		);
		if (!torrent.table.adopt(file, opened.facts)) {
			this.#fs.close(opened.fd);
			throw storageError(
				'STORAGE_MISSING',
				operation,
				stored.path,
				`${stored.path} was replaced by another file; check the data again`,
			);
		}
		this.#opened++;
		const identity = identityOf(opened.facts);
		return { fd: opened.fd, path: stored.path, facts: opened.facts, identity, isWritable };
	}

	/** The limit of the whole process may be lower than ours: give back half of what is held. */
	#openWithRoom(open: () => OpenedFile): OpenedFile {
		for (;;) {
			try {
				return open();
			} catch (error) {
				const isFull = error instanceof StorageError && error.code === 'STORAGE_TOO_MANY_FILES';
				if (!isFull || this.#handles.size === 0) throw error;
				this.#evictTo(Math.floor(this.#handles.size / 2));
			}
		}
	}

	#touch(id: number, handle: FileHandle): void {
		if (this.#newest === id) return;
		this.#handles.delete(id);
		this.#handles.set(id, handle);
		this.#newest = id;
	}

	#evictTo(count: number): void {
		for (const [id, handle] of this.#handles) {
			if (this.#handles.size <= count) return;
			this.#close(id, handle);
		}
	}

	#close(id: number, handle: FileHandle): void {
		this.#handles.delete(id);
		if (this.#newest === id) this.#newest = -1;
		try {
			this.#fs.close(handle.fd);
		} catch {
			// Not the concern of the job that needs the room: data that did not reach the device is
			// reported when the file is flushed.
		}
	}
}
