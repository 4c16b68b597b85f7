/** The folder of resume records: one small file a torrent, in 256 sub-folders. */

import { readFileSync, statSync } from 'node:fs';
import { readdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { type Infohash, parseInfohash } from '../primitives/infohash.js';
import { makeFolder } from '../primitives/make-folder.js';
import { atomicWrite, TEMPORARY_SUFFIX } from './atomic-write.js';
import { decodeResumeRecord, encodeResumeRecord, type ResumeRecord } from './resume-record.js';
import { StateError } from './state-error.js';

const RECORD_SUFFIX = '.resume';
/** A record of three million files is about this long; nothing longer is read. */
const MAX_RECORD_BYTES: number = 256 * 1024 * 1024;
/**
 * Records read between two turns of the event loop when all are loaded. Reading them in the turn
 * is several times as fast as asking the thread pool for each, and so few do not hold it up.
 */
const LOADS_PER_TURN = 16;
/** Writes at a time: flushes are slow, and the other pool threads resolve names meanwhile. */
const WRITES = 2;

/** What is to be done to one torrent's file, by the newest wish. */
interface Change {
	readonly record: ResumeRecord | undefined;
	readonly waiters: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[];
}

export class ResumeStore {
	readonly #folder: string;
	readonly #write: typeof atomicWrite;
	readonly #changes = new Map<Infohash, Change>();
	readonly #writing = new Map<Infohash, Promise<void>>();
	#isStartPlanned = false;
	#whenFlushed: (() => void)[] = [];

	/** @param folder - made when the first record is saved */
	constructor(folder: string, options: { readonly write?: typeof atomicWrite } = {}) {
		this.#folder = folder;
		this.#write = options.write ?? atomicWrite;
	}

	/** The record as saved last; undefined when there is none or it is damaged. */
	load(infohash: Infohash): Promise<ResumeRecord | undefined> {
		return Promise.resolve(readRecord(this.#pathOf(infohash), infohash));
	}

	/**
	 * All records that are whole. Damaged ones are left out: those torrents are checked again.
	 * @throws {StateError} STATE_READ_FAILED when the folder cannot be read at all
	 */
	async loadAll(): Promise<Map<Infohash, ResumeRecord>> {
		const records = new Map<Infohash, ResumeRecord>();
		const names: string[] = [];
		for (const shard of await listFolder(this.#folder)) {
			if (/^[0-9a-f]{2}$/.test(shard))
				for (const name of await listFolder(path.join(this.#folder, shard)))
					names.push(path.join(this.#folder, shard, name));
		}
		for (const [count, name] of names.entries()) {
			if (count % LOADS_PER_TURN === 0) await nextTurn();
			const infohash = infohashOf(name);
			const record = infohash === undefined ? undefined : readRecord(name, infohash);
			if (record !== undefined) records.set(record.infohash, record);
			else if (name.endsWith(TEMPORARY_SUFFIX)) await removeIfThere(name);
		}
		return records;
	}

	/**
	 * Saves a record; several saves of one torrent before the disk is free become one.
	 * @returns resolves when this record, or a newer one of the torrent, is safe on the device
	 * @throws {StateError} STATE_WRITE_FAILED; the record saved before is intact
	 */
	save(record: ResumeRecord): Promise<void> {
		return this.#change(record.infohash, record);
	}

	/** Removes a record, if there is one. */
	remove(infohash: Infohash): Promise<void> {
		return this.#change(infohash, undefined);
	}

	/** Resolves when nothing is left to be written; failures are told to those who saved. */
	async flush(): Promise<void> {
		if (this.#changes.size + this.#writing.size === 0) return;
		await new Promise<void>((resolve) => this.#whenFlushed.push(resolve));
	}

	#change(infohash: Infohash, record: ResumeRecord | undefined): Promise<void> {
		return new Promise((resolve, reject) => {
			const waiters = this.#changes.get(infohash)?.waiters ?? [];
			waiters.push({ resolve, reject });
			this.#changes.set(infohash, { record, waiters });
			// Later in the turn: what is saved again at once is written once.
			if (this.#isStartPlanned) return;
			this.#isStartPlanned = true;
			setImmediate(() => {
				this.#isStartPlanned = false;
				this.#startWrites();
			});
		});
	}

	#startWrites(): void {
		for (const [infohash, change] of this.#changes) {
			if (this.#writing.size >= WRITES) return;
			if (this.#writing.has(infohash)) continue;
			this.#changes.delete(infohash);
			this.#writing.set(infohash, this.#run(infohash, change));
		}
		if (this.#changes.size + this.#writing.size > 0) return;
		for (const resolve of this.#whenFlushed.splice(0)) resolve();
	}

	/** Never rejects: the outcome goes to those who asked. */
	async #run(infohash: Infohash, change: Change): Promise<void> {
		try {
			await this.#apply(infohash, change.record);
			for (const { resolve } of change.waiters) resolve();
		} catch (error) {
			for (const { reject } of change.waiters) reject(error);
		}
		this.#writing.delete(infohash);
		this.#startWrites();
	}

	async #apply(infohash: Infohash, record: ResumeRecord | undefined): Promise<void> {
		const filePath = this.#pathOf(infohash);
		if (record === undefined) {
			await removeIfThere(filePath);
			return;
		}
		const bytes = encodeResumeRecord(record);
		try {
			await makeFolder(path.dirname(filePath), 0o700);
		} catch (error) {
			const message = `Cannot make ${path.dirname(filePath)}: ${errorMessage(error)}`;
			throw new StateError('STATE_WRITE_FAILED', filePath, message, { cause: error });
		}
		await this.#write(filePath, bytes);
	}

	#pathOf(infohash: Infohash): string {
		return path.join(this.#folder, infohash.slice(0, 2), infohash + RECORD_SUFFIX);
	}
}

function infohashOf(filePath: string): Infohash | undefined {
	const name = path.basename(filePath);
	return name.endsWith(RECORD_SUFFIX)
		? parseInfohash(name.slice(0, -RECORD_SUFFIX.length))
		: undefined;
}

function readRecord(filePath: string, infohash: Infohash): ResumeRecord | undefined {
	try {
		const facts = statSync(filePath);
		if (!facts.isFile() || facts.size > MAX_RECORD_BYTES) return undefined;
		return decodeResumeRecord(readFileSync(filePath), infohash);
	} catch {
		return undefined; // Not there or not readable: the data is checked again.
	}
}

async function listFolder(folder: string): Promise<string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		const code = errorCode(error);
		if (code === 'ENOENT' || code === 'ENOTDIR') return [];
		const message = `Cannot read the state folder ${folder}: ${errorMessage(error)}`;
		throw new StateError('STATE_READ_FAILED', folder, message, { cause: error });
	}
}

async function removeIfThere(filePath: string): Promise<void> {
	try {
		await unlink(filePath);
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return;
		const message = `Cannot remove ${filePath}: ${errorMessage(error)}`;
		throw new StateError('STATE_WRITE_FAILED', filePath, message, { cause: error });
	}
}
