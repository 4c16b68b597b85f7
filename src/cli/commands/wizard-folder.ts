/** What the wizard's browser shows of a folder, and which of its entries become torrents. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, errorMessage } from '../../primitives/app-error.js';
import { ToolsError } from '../../tools/tools-error.js';
import { isTorrentFileName } from '../../tools/torrent-name.js';
import { besideInput } from '../../tools/write-torrent.js';
import type { BrowserEntry, FolderListing } from '../../ui/wizard/file-browser.js';

/** More cannot be looked through on a screen; typing finds nothing beyond them. */
const MAX_ENTRIES = 20_000;
/** Files looked at side by side. */
const STATS_AT_ONCE = 32;

/** @throws {ToolsError} `TOOLS_UNREADABLE` */
export async function listFolder(folder: string): Promise<FolderListing> {
	const found = (await readEntries(folder)).slice(0, MAX_ENTRIES);
	const entries: BrowserEntry[] = [];
	for (let at = 0; at < found.length; at += STATS_AT_ONCE) {
		const looked = found.slice(at, at + STATS_AT_ONCE).map((entry) => look(folder, entry));
		for (const entry of await Promise.all(looked)) if (entry !== undefined) entries.push(entry);
	}
	entries.sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || compare(a.name, b.name));
	const parent = path.dirname(folder);
	return { folder, parent: parent === folder ? undefined : parent, entries };
}

/**
 * The paths themselves, or the entries of those that are folders: without hidden ones, `.torrent`
 * files, and entries that have a `.torrent` beside them.
 * @throws {ToolsError} `TOOLS_UNREADABLE`
 */
export async function pathsToMake(
	paths: readonly string[],
	isPerEntry: boolean,
): Promise<readonly string[]> {
	if (!isPerEntry) return paths;
	const found: string[] = [];
	for (const each of paths) {
		const isFolder = await stat(each).then(
			(facts) => facts.isDirectory(),
			() => false,
		);
		if (!isFolder) {
			found.push(each);
			continue;
		}
		const entries = await readEntries(each);
		const names = new Set(entries.map(({ name }) => name));
		for (const entry of entries.sort((a, b) => compare(a.name, b.name))) {
			const { name } = entry;
			const isOurs = entry.isFile() || entry.isDirectory();
			const isSkipped = name.startsWith('.') || isTorrentFileName(name);
			if (isOurs && !isSkipped && !names.has(besideInput(name))) found.push(path.join(each, name));
		}
	}
	return [...new Set(found)];
}

async function readEntries(folder: string): Promise<Dirent[]> {
	try {
		return await readdir(folder, { withFileTypes: true });
	} catch (cause) {
		const code = errorCode(cause);
		const reason =
			code === 'EACCES'
				? 'Permission denied'
				: code === 'ENOENT'
					? 'No such folder'
					: errorMessage(cause);
		throw new ToolsError('TOOLS_UNREADABLE', folder, `${folder}: ${reason}`, { cause });
	}
}

/** Undefined for what is neither a file nor a folder, or went away. */
async function look(folder: string, entry: Dirent): Promise<BrowserEntry | undefined> {
	const { name } = entry;
	const place = path.join(folder, name);
	if (entry.isDirectory()) return { name, path: place, isFolder: true, sizeBytes: undefined };
	if (!entry.isFile() && !entry.isSymbolicLink()) return undefined;
	const facts = await stat(place).catch(() => undefined);
	if (facts?.isDirectory() === true)
		return { name, path: place, isFolder: true, sizeBytes: undefined };
	return facts?.isFile() === true
		? { name, path: place, isFolder: false, sizeBytes: facts.size }
		: undefined;
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
