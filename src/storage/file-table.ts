/**
 * What all disk threads know together about one torrent's files: which file on disk each one is,
 * whether somebody else changed it, and whether it holds data that is not on the device yet.
 *
 * Layout: five 32-bit words a file, shared between threads:
 *   0 identity   fingerprint of device and inode; 0 while unknown
 *   1 content    fingerprint of size and modification time when last known good; 0 while unknown
 *   2 dirty      0 synced, 1 written since, 2 a sync is running
 *   3 writing    how many threads write it at this moment
 *   4 reach      how far it is known to go, in whole pages of 4 KiB; it never gets shorter by us
 */

const WORDS = 5;
const IDENTITY = 0;
const CONTENT = 1;
const DIRTY = 2;
const WRITING = 3;
const REACH = 4;

/** Lets one word say sizes up to 8 TiB; being cut by less is found by hashing. */
const REACH_BYTES = 4096;

/** The parts of `fs.Stats` the fingerprints are made of. */
export interface FileFacts {
	readonly dev: number;
	readonly ino: number;
	readonly size: number;
	readonly mtimeMs: number;
}

export class SharedFileTable {
	readonly words: Int32Array;

	/** @param words - of another thread's table, to share it */
	constructor(fileCount: number, words?: Int32Array) {
		this.words = words ?? new Int32Array(new SharedArrayBuffer(fileCount * WORDS * 4));
	}

	identity(file: number): number {
		return Atomics.load(this.words, file * WORDS + IDENTITY);
	}

	/** Remembers which file this is, if none is known yet; true when it is the known one. */
	adopt(file: number, facts: FileFacts): boolean {
		const identity = identityOf(facts);
		const known = Atomics.compareExchange(this.words, file * WORDS + IDENTITY, 0, identity);
		return known === 0 || known === identity;
	}

	/** Accepts a file in place of whatever was there before. */
	replace(file: number, facts: FileFacts): void {
		const identity = identityOf(facts);
		const known = Atomics.exchange(this.words, file * WORDS + IDENTITY, identity);
		if (known === identity) return;
		Atomics.store(this.words, file * WORDS + CONTENT, contentOf(facts));
		Atomics.store(this.words, file * WORDS + REACH, 0);
	}

	/** Takes the file as it is now for good, if nothing is known yet. */
	adoptContent(file: number, facts: FileFacts): void {
		Atomics.compareExchange(this.words, file * WORDS + CONTENT, 0, contentOf(facts));
		this.reached(file, facts.size);
	}

	/** Forgets what the file was, before its data is checked again. */
	forget(file: number): void {
		Atomics.store(this.words, file * WORDS + IDENTITY, 0);
		Atomics.store(this.words, file * WORDS + CONTENT, 0);
		Atomics.store(this.words, file * WORDS + REACH, 0);
	}

	/** The file has bytes up to here. */
	reached(file: number, endBytes: number): void {
		const pages = Math.min(2 ** 31 - 1, Math.floor(endBytes / REACH_BYTES));
		const at = file * WORDS + REACH;
		for (let known = Atomics.load(this.words, at); known < pages; ) {
			const before = Atomics.compareExchange(this.words, at, known, pages);
			if (before === known) return;
			known = before;
		}
	}

	/** True when the file is shorter than it was: data that was written is gone. */
	isCutShort(file: number, sizeBytes: number): boolean {
		return sizeBytes < Atomics.load(this.words, file * WORDS + REACH) * REACH_BYTES;
	}

	beginWrite(file: number): void {
		Atomics.add(this.words, file * WORDS + WRITING, 1);
	}

	/** Marks the file dirty before it stops counting as being written: there is no gap between. */
	endWrite(file: number): void {
		Atomics.store(this.words, file * WORDS + DIRTY, 1);
		Atomics.sub(this.words, file * WORDS + WRITING, 1);
	}

	isDirty(file: number): boolean {
		return Atomics.load(this.words, file * WORDS + DIRTY) !== 0;
	}

	/** What was to be flushed is no more. */
	clean(file: number): void {
		Atomics.store(this.words, file * WORDS + DIRTY, 0);
	}

	beginSync(file: number): void {
		Atomics.store(this.words, file * WORDS + DIRTY, 2);
	}

	/**
	 * @param facts - of the file after the flush; undefined when it failed and must be done again
	 */
	endSync(file: number, facts: FileFacts | undefined): void {
		// Order matters: a reader that sees "synced" must already see the new content word.
		if (facts !== undefined) Atomics.store(this.words, file * WORDS + CONTENT, contentOf(facts));
		Atomics.compareExchange(this.words, file * WORDS + DIRTY, 2, facts === undefined ? 1 : 0);
	}

	/** True when somebody other than this program changed the file since it was known good. */
	isForeignChange(file: number, facts: FileFacts): boolean {
		const base = file * WORDS;
		const content = contentOf(facts);
		const known = Atomics.compareExchange(this.words, base + CONTENT, 0, content);
		if (known === 0 || known === content) return false;
		if (Atomics.load(this.words, base + WRITING) !== 0) return false;
		if (Atomics.load(this.words, base + DIRTY) !== 0) return false;
		// A sync may have ended between the loads.
		return Atomics.load(this.words, base + CONTENT) !== content;
	}
}

/** Tells one file on disk from another; never 0. */
export function identityOf(facts: FileFacts): number {
	return fingerprint(facts.dev, facts.ino);
}

function contentOf(facts: FileFacts): number {
	return fingerprint(facts.size, facts.mtimeMs);
}

/** For `fingerprint`: it is asked several times for every file. */
const DOUBLES = new Float64Array(2);
const DOUBLE_BYTES = new Uint8Array(DOUBLES.buffer);

/** FNV-1a over the 16 bytes of two doubles. */
function fingerprint(a: number, b: number): number {
	DOUBLES[0] = a;
	DOUBLES[1] = b;
	let hash = 0x811c9dc5;
	for (let i = 0; i < DOUBLE_BYTES.length; i++)
		hash = Math.imul(hash ^ (DOUBLE_BYTES[i] ?? 0), 0x01000193);
	return hash | 0 || 1;
}
