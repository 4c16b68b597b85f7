/** The ledger on disk: JSON lines in the state folder, readable whether a session runs or not. */
import { appendFile, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import type { Logger } from '../primitives/logger.js';
import { makeFolder } from '../primitives/make-folder.js';
import { LEDGER_OUTCOMES, type LedgerEntry, type LedgerOutcome } from './ledger.js';

const FILE_NAME = 'ledger.jsonl';
const OLD_FILE_NAME = 'ledger.1.jsonl';
/** A file this long is put aside; one older file is kept. */
const ROTATE_BYTES = 1024 * 1024;
/** More than any ledger this program writes; a longer file is not ours. */
const MAX_READ_BYTES = 64 * 1024 * 1024;

/** Appends entries in order, in the background; trouble with the disk is logged once and survived. */
export class LedgerFile {
	readonly #stateDir: string;
	readonly #logger: Logger;
	/** What a new file begins with, so that every file of the folder stays answerable. */
	readonly #lastOfEachFile: () => readonly LedgerEntry[];
	#queued: LedgerEntry[] = [];
	#writing: Promise<void> | undefined;
	#lengthBytes: number | undefined;
	#rotateBytes = ROTATE_BYTES;
	#hasWarned = false;

	constructor(stateDir: string, logger: Logger, lastOfEachFile: () => readonly LedgerEntry[]) {
		this.#stateDir = stateDir;
		this.#logger = logger;
		this.#lastOfEachFile = lastOfEachFile;
	}

	append(entry: LedgerEntry): void {
		this.#queued.push(entry);
		this.#writing ??= this.#write().finally(() => {
			this.#writing = undefined;
		});
	}

	/** Resolves when everything appended so far is with the system. */
	async flush(): Promise<void> {
		while (this.#writing !== undefined) await this.#writing;
	}

	async #write(): Promise<void> {
		// One turn later: all events of one scan go out in one write.
		await new Promise((resolve) => setImmediate(resolve));
		while (this.#queued.length > 0) {
			const lines = toLines(this.#queued);
			this.#queued = [];
			try {
				await this.#appendLines(lines);
			} catch (error) {
				this.#warn(error);
			}
		}
	}

	async #appendLines(lines: string): Promise<void> {
		const file = path.join(this.#stateDir, FILE_NAME);
		if (this.#lengthBytes === undefined) {
			await makeFolder(this.#stateDir);
			this.#lengthBytes = await endWithNewline(file);
		}
		if (this.#lengthBytes > this.#rotateBytes) {
			await this.#rotate(file);
			return; // The new file begins with the last event of each file: these lines among them.
		}
		await appendFile(file, lines);
		this.#lengthBytes += Buffer.byteLength(lines);
	}

	async #rotate(file: string): Promise<void> {
		const whole = toLines(this.#lastOfEachFile());
		const temporary = `${file}.new`;
		await rm(temporary, { force: true });
		await appendFile(temporary, whole);
		await rename(file, path.join(this.#stateDir, OLD_FILE_NAME));
		await rename(temporary, file);
		this.#lengthBytes = Buffer.byteLength(whole);
		// With very many files the summary alone may be longer: then rotate less often.
		this.#rotateBytes = Math.max(ROTATE_BYTES, this.#lengthBytes * 2);
	}

	#warn(error: unknown): void {
		this.#lengthBytes = undefined;
		if (this.#hasWarned) return;
		this.#hasWarned = true;
		this.#logger({
			level: 'warn',
			area: 'watch',
			message: `The ledger cannot be written, so "btmany why" will not know everything: ${errorMessage(error)}`,
		});
	}
}

/**
 * Everything the ledger knows about one file, oldest first.
 * @param stateDir - the session's state folder; a session may be running on it
 * @param file - absolute, relative to the current folder, or a bare file name
 * @returns an empty list when nothing is known, or when there is no ledger
 */
export async function readLedger(stateDir: string, file: string): Promise<LedgerEntry[]> {
	const entries: LedgerEntry[] = [];
	for (const name of [OLD_FILE_NAME, FILE_NAME])
		entries.push(...(await readEntries(path.join(stateDir, name))));
	const resolved = path.resolve(file);
	const wanted = new Set([resolved, await realPathOf(resolved)]);
	const exact = entries.filter(
		(entry) =>
			wanted.has(entry.path) || (entry.outcome === 'moved' && wanted.has(entry.otherPath ?? '')),
	);
	if (exact.length > 0) return withoutRepeats(exact);
	const name = looseName(file);
	return withoutRepeats(entries.filter((entry) => looseName(entry.path) === name));
}

async function readEntries(file: string): Promise<LedgerEntry[]> {
	let text: string;
	try {
		if ((await stat(file)).size > MAX_READ_BYTES) return [];
		text = await readFile(file, 'utf8');
	} catch (error) {
		if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
		throw error;
	}
	return text.split('\n').flatMap((line) => parseEntry(line) ?? []);
}

/** A line as an entry; undefined when it was cut off by a crash or is not ours. */
function parseEntry(line: string): LedgerEntry | undefined {
	if (line === '') return undefined;
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return undefined; // Half a line: the process was killed while it wrote.
	}
	if (typeof value !== 'object' || value === null) return undefined;
	if (!('atMs' in value && 'path' in value && 'outcome' in value && 'message' in value))
		return undefined;
	const { atMs, path: filePath, outcome, message } = value;
	if (typeof atMs !== 'number' || typeof filePath !== 'string' || typeof message !== 'string')
		return undefined;
	const known = LEDGER_OUTCOMES.find((each: LedgerOutcome) => each === outcome);
	if (known === undefined) return undefined;
	const infohash = 'infohash' in value ? value.infohash : undefined;
	const otherPath = 'otherPath' in value ? value.otherPath : undefined;
	return {
		atMs,
		path: filePath,
		outcome: known,
		message,
		...(typeof infohash === 'string' ? { infohash } : {}),
		...(typeof otherPath === 'string' ? { otherPath } : {}),
	};
}

/** A rotated file repeats the last event of each file. */
function withoutRepeats(entries: readonly LedgerEntry[]): LedgerEntry[] {
	const seen = new Set<string>();
	return entries.filter((entry) => {
		const text = JSON.stringify(entry);
		if (seen.has(text)) return false;
		seen.add(text);
		return true;
	});
}

/** A base name in which bytes that are not UTF-8 match however they were written. */
function looseName(file: string): string {
	return path.basename(file).replace(/(?:%[0-9A-F]{2}|\ufffd)+/g, '\ufffd');
}

async function realPathOf(file: string): Promise<string> {
	try {
		return path.join(await realpath(path.dirname(file)), path.basename(file));
	} catch {
		return file; // The folder is gone: its name is all there is.
	}
}

function toLines(entries: readonly LedgerEntry[]): string {
	return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

/** The file's length, after half a line that a crash left behind has been closed. */
async function endWithNewline(file: string): Promise<number> {
	const handle = await open(file, 'a+');
	try {
		const { size } = await handle.stat();
		if (size === 0) return 0;
		const last = new Uint8Array(1);
		await handle.read(last, 0, 1, size - 1);
		if (last[0] === 0x0a) return size;
		await handle.appendFile('\n');
		return size + 1;
	} finally {
		await handle.close();
	}
}
