/** One walk over a watched folder: what is there now. Reads names and dates, never contents. */
import { type Dirent, type Stats, stat as statCallback } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { decodeName, isHiddenFolder, judgeName, mayNameTorrent } from './file-names.js';

/** `classic`: sub-folders only of folders that hold no `.torrent` themselves. */
export type Recursion = 'all' | 'classic' | 'none';

/** What opens a file: its path, or the raw bytes of a path that is not UTF-8. */
export type FileLocation = string | Buffer;

export type Found =
	| {
			readonly type: 'file';
			/** Unique; the path itself unless the path is not UTF-8. */
			readonly key: string;
			/** Absolute, as text. */
			readonly path: string;
			readonly location: FileLocation;
			/** Changes whenever contents, owner or permissions may have changed. */
			readonly version: string;
			readonly sizeBytes: number;
			/** Milliseconds since 1970. */
			readonly changedAtWallMs: number;
	  }
	| {
			readonly type: 'ignored' | 'unreadable';
			readonly key: string;
			readonly path: string;
			readonly reason: string;
			/** A folder, of which only this is known. */
			readonly isFolder: boolean;
	  };

export interface FolderScan {
	readonly found: ReadonlyMap<string, Found>;
	/** Folders that could not be read: nothing is known about what is below them. */
	readonly unknownBelow: readonly string[];
	/** False when the walk was cut short: a file that was not found may still be there. */
	readonly isComplete: boolean;
	/** Why the watched folder itself cannot be read. */
	readonly rootProblem: string | undefined;
	/** The device of the watched folder; another one means that a volume came or went. */
	readonly device: number | undefined;
}

/** Deeper folders are not searched. */
const MAX_DEPTH = 64;
/** Names looked at in one walk. */
const MAX_NAMES = 2_000_000;
/** Names looked at before other work gets a turn. */
const NAMES_PER_TURN = 1000;
/** `stat` calls at a time. */
const STATS_AT_ONCE = 32;

interface Folder {
	readonly location: FileLocation;
	readonly path: string;
	/** Without symbolic links: how a folder that is reached twice is recognised. */
	readonly realPath: string;
	readonly depth: number;
	/** Why its torrents do not count (`--recursive`); undefined when they do. */
	readonly hiddenBecause: string | undefined;
}

interface NamedEntry {
	readonly entry: Dirent<Buffer>;
	readonly name: string;
	readonly path: string;
	readonly key: string;
	readonly location: FileLocation;
}

/** Walks `root` once. Never throws: everything odd is part of the result. */
export async function scanFolder(
	root: string,
	recursive: Recursion,
	signal: AbortSignal,
): Promise<FolderScan> {
	return new FolderWalk(recursive, signal).run(root);
}

class FolderWalk {
	readonly #recursive: Recursion;
	readonly #signal: AbortSignal;
	readonly #found = new Map<string, Found>();
	readonly #unknownBelow: string[] = [];
	readonly #visited = new Set<string>();
	readonly #folders: Folder[] = [];
	/** Symbolic links to folders wait for the real ones, so that a file's real path wins. */
	readonly #linkedFolders: Folder[] = [];
	#names = 0;
	#isComplete = true;
	#rootProblem: string | undefined;
	#rootRealPath = '';

	constructor(recursive: Recursion, signal: AbortSignal) {
		this.#recursive = recursive;
		this.#signal = signal;
	}

	async run(root: string): Promise<FolderScan> {
		let device: number | undefined;
		try {
			this.#rootRealPath = await realpath(root);
			device = (await stat(root)).dev;
			await this.#walk({
				location: root,
				path: root,
				realPath: this.#rootRealPath,
				depth: 0,
				hiddenBecause: undefined,
			});
		} catch (error) {
			this.#rootProblem = errorMessage(error);
		}
		return {
			found: this.#found,
			unknownBelow: this.#unknownBelow,
			isComplete: this.#isComplete && !this.#signal.aborted,
			rootProblem: this.#rootProblem,
			device,
		};
	}

	async #walk(root: Folder): Promise<void> {
		this.#folders.push(root);
		for (;;) {
			const folder = this.#folders.shift() ?? this.#linkedFolders.shift();
			if (folder === undefined || this.#signal.aborted) return;
			if (this.#visited.has(folder.realPath)) {
				this.#note('ignored', folder, 'the folder is watched already under another name');
				continue;
			}
			this.#visited.add(folder.realPath);
			await this.#visit(folder);
		}
	}

	async #visit(folder: Folder): Promise<void> {
		let entries: Dirent<Buffer>[];
		try {
			entries = await readdir(folder.location, { withFileTypes: true, encoding: 'buffer' });
		} catch (error) {
			if (folder.depth === 0) throw error;
			const code = errorCode(error);
			// Gone since its parent was read: so are its files.
			if (code === 'ENOENT' || code === 'ENOTDIR') return;
			this.#unknownBelow.push(folder.path);
			this.#note('unreadable', folder, `the folder cannot be read: ${errorMessage(error)}`, true);
			return;
		}
		const candidates: NamedEntry[] = [];
		const subFolders: Folder[] = [];
		const links: NamedEntry[] = [];
		for (const entry of entries) {
			if (++this.#names % NAMES_PER_TURN === 0) await nextTurn();
			if (this.#names > MAX_NAMES) {
				this.#isComplete = false;
				return;
			}
			// Most names are data: they are not even decoded.
			if (entry.isFile() && !mayNameTorrent(entry.name)) continue;
			const named = nameEntry(folder, entry);
			const verdict = judgeName(named.name);
			if (folder.hiddenBecause !== undefined) {
				if (verdict.type === 'torrent' && !entry.isDirectory())
					this.#note('ignored', named, folder.hiddenBecause);
			} else if (entry.isDirectory()) {
				if (verdict.type === 'torrent') this.#note('ignored', named, 'it is a folder');
				else if (!isHiddenFolder(named.name)) subFolders.push(subFolder(folder, named));
			} else if (verdict.type === 'ignored') this.#note('ignored', named, verdict.reason);
			else if (verdict.type === 'torrent') candidates.push(named);
			else if (entry.isSymbolicLink() && !isHiddenFolder(named.name)) links.push(named);
		}
		await this.#statAll(candidates);
		if (folder.hiddenBecause !== undefined) return;
		const hiddenBecause = this.#hidesSubFolders(candidates);
		for (const each of subFolders) this.#descend({ ...each, hiddenBecause });
		for (const link of links) await this.#followFolder(folder, link, hiddenBecause);
	}

	/** Why torrents in sub-folders do not count: those folders are only looked into for `why`. */
	#hidesSubFolders(candidates: readonly NamedEntry[]): string | undefined {
		if (this.#recursive === 'none') return 'it is in a sub-folder (--recursive=none)';
		if (this.#recursive === 'all') return undefined;
		return candidates.some((each) => this.#found.get(each.key)?.type === 'file')
			? 'a folder above it holds .torrent files itself (--recursive=classic)'
			: undefined;
	}

	#descend(folder: Folder): void {
		if (folder.depth > MAX_DEPTH) this.#note('ignored', folder, 'the folder is nested too deep');
		else this.#folders.push(folder);
	}

	async #statAll(candidates: readonly NamedEntry[]): Promise<void> {
		for (let at = 0; at < candidates.length && !this.#signal.aborted; at += STATS_AT_ONCE) {
			const batch = candidates.slice(at, at + STATS_AT_ONCE);
			await Promise.all(batch.map((each) => this.#statFile(each)));
		}
	}

	async #statFile(named: NamedEntry): Promise<void> {
		try {
			const stats = await stat(named.location);
			if (stats.isDirectory()) this.#note('ignored', named, 'it is a folder');
			else if (!stats.isFile())
				this.#note('ignored', named, 'it is not a regular file (a FIFO, socket or device)');
			else
				this.#found.set(named.key, {
					type: 'file',
					key: named.key,
					path: named.path,
					location: named.location,
					version: `${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`,
					sizeBytes: stats.size,
					changedAtWallMs: Math.max(stats.mtimeMs, stats.ctimeMs),
				});
		} catch (error) {
			const code = errorCode(error);
			if (named.entry.isSymbolicLink() && (code === 'ENOENT' || code === 'ELOOP'))
				this.#note('ignored', named, 'it is a symbolic link that leads nowhere');
			else if (code !== 'ENOENT')
				this.#note('unreadable', named, `it cannot be read: ${errorMessage(error)}`);
		}
	}

	/** Queues the folder a link leads to, unless that is around the link. */
	async #followFolder(
		parent: Folder,
		link: NamedEntry,
		hiddenBecause: string | undefined,
	): Promise<void> {
		let target: string;
		try {
			if (this.#signal.aborted || !(await stat(link.location)).isDirectory()) return;
			target = decodeName(await realpath(link.location, { encoding: 'buffer' })).text;
		} catch {
			return; // Leads nowhere, and its name is not a torrent's: nobody asked.
		}
		const folder = { ...subFolder(parent, link), realPath: target, hiddenBecause };
		if (isWithin(this.#rootRealPath, target))
			this.#note('ignored', link, 'it is a symbolic link to a folder that contains it');
		else if (folder.depth > MAX_DEPTH) this.#note('ignored', link, 'the folder is nested too deep');
		else this.#linkedFolders.push(folder);
	}

	#note(
		type: 'ignored' | 'unreadable',
		at: { readonly path: string; readonly key?: string },
		reason: string,
		isFolder = false,
	): void {
		const key = at.key ?? at.path;
		this.#found.set(key, { type, key, path: at.path, reason, isFolder });
	}
}

/** Half the cost of the promise form, which counts for ten thousand files. */
function stat(location: FileLocation): Promise<Stats> {
	return new Promise((resolve, reject) => {
		statCallback(location, (error, stats) => {
			if (error === null) resolve(stats);
			else reject(error);
		});
	});
}

function nameEntry(folder: Folder, entry: Dirent<Buffer>): NamedEntry {
	const { text, isExact } = decodeName(entry.name);
	const shown = path.join(folder.path, text);
	if (isExact && typeof folder.location === 'string')
		return { entry, name: text, path: shown, key: shown, location: shown };
	const location = Buffer.concat([Buffer.from(folder.location), Buffer.from(path.sep), entry.name]);
	return { entry, name: text, path: shown, key: `${shown}\0${location.toString('hex')}`, location };
}

function subFolder(parent: Folder, named: NamedEntry): Folder {
	return {
		location: named.location,
		path: named.path,
		realPath: path.join(parent.realPath, named.name),
		depth: parent.depth + 1,
		hiddenBecause: undefined,
	};
}

/** True when `inner` is `outer` or below it. */
function isWithin(inner: string, outer: string): boolean {
	const relative = path.relative(outer, inner);
	const isOutside =
		relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
	return !isOutside;
}
