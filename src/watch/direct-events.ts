/**
 * Hints from the file system itself, for big folders.
 *
 * One watch a folder, none a file: a folder of ten thousand torrents costs one watch, and a download
 * into it costs a look at a name for each event.
 */
import { type FSWatcher, watch } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { isHiddenFolder, judgeName } from './file-names.js';
import { type FolderEvents, type FolderEventsOptions, OUT_OF_WATCHES } from './folder-hints.js';

/** More folders are left to the rescan. */
const MAX_FOLDERS = 10_000;

/** Hints by the file system. Linked folders are left to the rescan: a loop of links has no end here. */
export const directEvents: FolderEvents = (options) => {
	const watches = new FolderWatches(options);
	watches.start().catch((error: unknown) => watches.fail(error));
	return () => {
		watches.close();
		return Promise.resolve();
	};
};

class FolderWatches {
	readonly #options: FolderEventsOptions;
	readonly #watchers = new Map<string, FSWatcher>();
	#isClosed = false;

	constructor(options: FolderEventsOptions) {
		this.#options = options;
	}

	async start(): Promise<void> {
		const { folder, onHint } = this.#options;
		await this.#watchTree(folder);
		// What changed between the first scan and the first watch gave no event.
		if (!this.#isClosed) onHint(folder);
	}

	/** No hints from now on; folders that are full of watches are no reason to stop the session. */
	fail(error: unknown): void {
		if (this.#isClosed) return;
		this.close();
		this.#options.onFailure(errorMessage(error));
	}

	close(): void {
		this.#isClosed = true;
		for (const watcher of this.#watchers.values()) watcher.close();
		this.#watchers.clear();
	}

	/** Watches a folder, then those below it: what is made in between shows in one of the two. */
	async #watchTree(top: string): Promise<void> {
		const folders = [top];
		for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
			if (this.#isClosed || !this.#watch(folder) || this.#options.recursive === 'none') continue;
			// oxlint-disable-next-line no-await-in-loop -- a walk in the background, in no hurry
			folders.push(...(await subFolders(folder)));
		}
	}

	/** @returns false when it is watched already or cannot be */
	#watch(folder: string): boolean {
		if (this.#watchers.has(folder) || this.#watchers.size >= MAX_FOLDERS) return false;
		let watcher: FSWatcher;
		try {
			watcher = watch(folder, { persistent: true });
		} catch (error) {
			// One that is gone or cannot be read is the rescan's to report.
			if (OUT_OF_WATCHES.has(errorCode(error))) this.fail(error);
			return false;
		}
		this.#watchers.set(folder, watcher);
		watcher.on('change', (event, name) => {
			if (typeof name === 'string') this.#changed(folder, name, event === 'rename');
			else this.#options.onHint(folder);
		});
		watcher.on('error', (error) => {
			if (OUT_OF_WATCHES.has(errorCode(error))) this.fail(error);
			else this.#unwatch(folder);
		});
		return true;
	}

	/** @param isRename - something came to or went from this name */
	#changed(folder: string, name: string, isRename: boolean): void {
		if (this.#isClosed) return;
		const file = path.join(folder, name);
		const { onHint, recursive } = this.#options;
		if (judgeName(name).type === 'torrent') onHint(file);
		else if (!isRename || recursive === 'none' || isHiddenFolder(name)) return;
		else if (this.#watchers.has(file)) {
			this.#unwatchTree(file);
			onHint(file);
			this.#lookAt(file);
		} else this.#lookAt(file);
	}

	/** A folder that came may hold torrents already. */
	#lookAt(file: string): void {
		lstat(file)
			.then(async (facts) => {
				if (!facts.isDirectory()) return;
				await this.#watchTree(file);
				if (!this.#isClosed) this.#options.onHint(file);
			})
			.catch(() => {
				// Gone again, or not ours to read: the rescan says so where it matters.
			});
	}

	#unwatchTree(top: string): void {
		for (const folder of this.#watchers.keys())
			if (folder === top || folder.startsWith(top + path.sep)) this.#unwatch(folder);
	}

	#unwatch(folder: string): void {
		this.#watchers.get(folder)?.close();
		this.#watchers.delete(folder);
	}
}

async function subFolders(folder: string): Promise<string[]> {
	try {
		const entries = await readdir(folder, { withFileTypes: true });
		return entries
			.filter((entry) => entry.isDirectory() && !isHiddenFolder(entry.name))
			.map((entry) => path.join(folder, entry.name));
	} catch {
		return []; // Gone or unreadable: the rescan reports it.
	}
}
