/** Finds the files of a new torrent: every one below a folder, sorted by the bytes of its path. */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { MAX_FILES, MAX_METAINFO_BYTES } from '../metainfo/metainfo-limits.js';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import type { FolderEntry } from '../storage/folder-entries.js';
import type { HashPool } from '../storage/hash-pool.js';
import { readFailure } from './read-failure.js';
import { abortedError, ToolsError } from './tools-error.js';

/** Folders listed with one message to a disk thread, and by all of them together at a time. */
const FOLDERS_PER_JOB = 16;
const FOLDERS_AT_ONCE = 128;
/** Entries looked at, left out ones included: bounds memory. */
const MAX_ENTRIES = 4 * MAX_FILES;

export interface InputFile {
	/** Elements below the input; for a single file, its name. */
	readonly path: readonly string[];
	/** Without a symbolic link as its last element. */
	readonly absolutePath: string;
	readonly lengthBytes: number;
	readonly mtimeMs: number;
}

export interface Input {
	readonly name: string;
	readonly isFolder: boolean;
	/** In the torrent's order. */
	readonly files: readonly InputFile[];
	/** What the user should know, a sentence each. */
	readonly notes: readonly string[];
}

export interface WalkOptions {
	readonly isExcluded: (relativePath: string) => boolean;
	readonly followLinks: boolean;
	readonly signal: AbortSignal;
}

interface PendingFolder {
	readonly path: readonly string[];
	readonly identity: string;
	readonly parent: PendingFolder | undefined;
}

/**
 * Looks at a file or walks a folder; touches nothing.
 * @param inputPath - absolute; a symbolic link is followed here, since the user named it
 * @throws {ToolsError}
 */
export async function walkInput(
	pool: HashPool,
	inputPath: string,
	options: WalkOptions,
): Promise<Input> {
	const facts = await stat(inputPath).catch((cause: unknown) => {
		const isGone = errorCode(cause) === 'ENOENT' || errorCode(cause) === 'ENOTDIR';
		throw isGone
			? new ToolsError('TOOLS_NOT_FOUND', inputPath, `${inputPath}: No such file or folder`)
			: new ToolsError('TOOLS_UNREADABLE', inputPath, errorMessage(cause), { cause });
	});
	const name = path.basename(inputPath);
	if (name === '')
		throw new ToolsError('TOOLS_BAD_NAME', inputPath, `${inputPath} has no name for a torrent`);
	if (facts.isDirectory()) {
		const root = { path: [], identity: `${facts.dev}:${facts.ino}`, parent: undefined };
		const walk = new Walk(pool, inputPath, options);
		await walk.run(root);
		return { name, isFolder: true, files: walk.sortedFiles(), notes: walk.notes() };
	}
	if (!facts.isFile())
		throw new ToolsError('TOOLS_UNREADABLE', inputPath, `${inputPath} is not a regular file`);
	const file = {
		path: [name],
		absolutePath: await realpath(inputPath),
		lengthBytes: facts.size,
		mtimeMs: facts.mtimeMs,
	};
	return { name, isFolder: false, files: [file], notes: [] };
}

class Walk {
	readonly #pool: HashPool;
	readonly #root: string;
	readonly #options: WalkOptions;
	readonly #files: { readonly key: string; readonly file: InputFile }[] = [];
	#nameBytes = 0;
	#leftEntries = MAX_ENTRIES;
	#links = 0;
	#others = 0;
	#loops = 0;

	constructor(pool: HashPool, root: string, options: WalkOptions) {
		this.#pool = pool;
		this.#root = root;
		this.#options = options;
	}

	async run(root: PendingFolder): Promise<void> {
		const pending = [root];
		while (pending.length > 0) {
			const batch = pending.splice(-FOLDERS_AT_ONCE);
			const lists = await this.#list(batch.map(({ path: elements }) => this.#place(elements)));
			if (this.#options.signal.aborted) throw abortedError();
			for (const [i, entries] of lists.entries()) {
				const folder = batch[i];
				if (folder === undefined) continue;
				this.#leftEntries -= entries.length;
				if (this.#leftEntries < 0) throw tooLarge(this.#root, `${MAX_ENTRIES} files and folders`);
				for (const entry of entries) this.#take(folder, entry, pending);
			}
		}
	}

	/** The threads share the folders; one list for each. */
	async #list(folders: readonly string[]): Promise<FolderEntry[][]> {
		const options = { followLinks: this.#options.followLinks, maxEntries: this.#leftEntries };
		const jobs: Promise<FolderEntry[][]>[] = [];
		for (let from = 0; from < folders.length; from += FOLDERS_PER_JOB)
			jobs.push(this.#pool.list(folders.slice(from, from + FOLDERS_PER_JOB), options));
		const lists = await Promise.all(jobs).catch((cause: unknown) => {
			throw readFailure(cause);
		});
		return lists.flat();
	}

	/** By the raw bytes of the whole path, slashes included, as other makers sort. */
	sortedFiles(): InputFile[] {
		this.#files.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
		return this.#files.map(({ file }) => file);
	}

	notes(): string[] {
		const notes: string[] = [];
		const say = (count: number, what: string): void => {
			if (count > 0) notes.push(`${count} ${what}`);
		};
		const hint = this.#options.followLinks
			? 'symbolic links that lead nowhere were left out'
			: 'symbolic links were left out; --follow-symlinks takes what they lead to';
		say(this.#links, hint);
		say(this.#loops, 'folders that lead back to a folder above them were left out');
		say(this.#others, 'pipes, sockets or devices were left out');
		return notes;
	}

	#take(folder: PendingFolder, entry: FolderEntry, pending: PendingFolder[]): void {
		const { name } = entry;
		if (name === undefined)
			throw new ToolsError(
				'TOOLS_BAD_NAME',
				this.#place(folder.path),
				`${this.#place(folder.path)} holds a name that is not UTF-8; rename it`,
			);
		const elements = [...folder.path, name];
		const relativePath = elements.join('/');
		if (this.#options.isExcluded(relativePath)) return;
		if (entry.kind === 'link') this.#links++;
		else if (entry.kind === 'other') this.#others++;
		else if (!entry.isReadable) {
			const place = this.#place(elements);
			throw new ToolsError('TOOLS_UNREADABLE', place, `${place}: Permission denied`);
		} else if (entry.kind === 'file') this.#addFile(elements, relativePath, entry);
		else if (isAbove(folder, entry.identity)) this.#loops++;
		else pending.push({ path: elements, identity: entry.identity, parent: folder });
	}

	#addFile(elements: readonly string[], relativePath: string, entry: FolderEntry): void {
		const key = Buffer.from(relativePath, 'utf8').toString('latin1');
		this.#nameBytes += key.length;
		if (this.#files.length >= MAX_FILES || this.#nameBytes > MAX_METAINFO_BYTES)
			throw tooLarge(this.#root, `${MAX_FILES} files, ${MAX_METAINFO_BYTES} bytes of names`);
		this.#files.push({
			key,
			file: {
				path: elements,
				absolutePath: entry.realPath ?? this.#place(elements),
				lengthBytes: entry.sizeBytes,
				mtimeMs: entry.mtimeMs,
			},
		});
	}

	#place(elements: readonly string[]): string {
		return path.join(this.#root, ...elements);
	}
}

function tooLarge(root: string, most: string): ToolsError {
	const message = `${root} holds more than a torrent may: ${most}`;
	return new ToolsError('TOOLS_TOO_LARGE', root, message);
}

/** Only a followed link can lead to a folder above itself. */
function isAbove(folder: PendingFolder, identity: string): boolean {
	for (let each: PendingFolder | undefined = folder; each !== undefined; each = each.parent)
		if (each.identity === identity) return true;
	return false;
}
