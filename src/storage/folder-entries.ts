/** What folders hold, with all that is needed to make a torrent of them; in a disk thread. */
import path from 'node:path';
import type { DiskFs, FileStat } from './disk-fs.js';
import type { ListRequest } from './disk-messages.js';
import { storageError, toStorageError } from './storage-error.js';

/** One entry of a folder. */
export interface FolderEntry {
	/** Undefined when it is not UTF-8: such a name cannot be said in a torrent. */
	readonly name: string | undefined;
	/** `link` only when links are not followed, or one that leads nowhere. */
	readonly kind: 'file' | 'folder' | 'link' | 'other';
	readonly sizeBytes: number;
	readonly mtimeMs: number;
	/** Device and inode: a folder inside itself is found by it. */
	readonly identity: string;
	readonly isReadable: boolean;
	/** Where it really is when it was reached through a symbolic link. */
	readonly realPath: string | undefined;
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws {StorageError} `STORAGE_UNSUPPORTED` for more than `maxEntries` entries */
export function listFolders(
	fs: DiskFs,
	request: Pick<ListRequest, 'folders' | 'followLinks' | 'maxEntries'>,
): FolderEntry[][] {
	let left = request.maxEntries;
	return request.folders.map((folder) => {
		const names = namesIn(fs, folder, left + 1);
		left -= names.length;
		if (left < 0)
			throw storageError(
				'STORAGE_UNSUPPORTED',
				'stat',
				folder,
				`${folder} holds more than ${request.maxEntries} files and folders`,
			);
		return names.map((name) => entryAt(fs, folder, name, request.followLinks));
	});
}

function namesIn(fs: DiskFs, folder: string, most: number): string[] {
	try {
		return fs.names(folder, most);
	} catch (error) {
		throw toStorageError(error, 'stat', folder);
	}
}

/** @param latin1 - one character a byte */
function entryAt(fs: DiskFs, folder: string, latin1: string, followLinks: boolean): FolderEntry {
	const name = textOf(latin1);
	if (name === undefined) {
		const nothing = { sizeBytes: 0, mtimeMs: 0, identity: '', isReadable: false };
		return { ...nothing, name, kind: 'other', realPath: undefined };
	}
	const filePath = path.join(folder, name);
	try {
		const facts = fs.lstat(filePath);
		if (!facts.isSymbolicLink()) return entryOf(fs, name, filePath, facts, undefined);
		const target = followLinks ? targetOf(fs, filePath) : undefined;
		if (target === undefined) return entryOf(fs, name, filePath, facts, undefined);
		return entryOf(fs, name, filePath, target.facts, target.realPath);
	} catch (error) {
		throw toStorageError(error, 'stat', filePath);
	}
}

function entryOf(
	fs: DiskFs,
	name: string,
	filePath: string,
	facts: FileStat,
	realPath: string | undefined,
): FolderEntry {
	const kind = kindOf(facts);
	return {
		name,
		kind,
		sizeBytes: facts.size,
		mtimeMs: facts.mtimeMs,
		identity: `${facts.dev}:${facts.ino}`,
		isReadable: (kind === 'file' || kind === 'folder') && fs.isReadable(filePath),
		realPath,
	};
}

/** Undefined for a link that leads nowhere or in circles. */
function targetOf(
	fs: DiskFs,
	filePath: string,
): { readonly facts: FileStat; readonly realPath: string } | undefined {
	try {
		return { facts: fs.stat(filePath), realPath: fs.realpath(filePath) };
	} catch {
		// What the link is then called: a link.
		return undefined;
	}
}

function kindOf(facts: FileStat): FolderEntry['kind'] {
	if (facts.isFile()) return 'file';
	if (facts.isDirectory()) return 'folder';
	return facts.isSymbolicLink() ? 'link' : 'other';
}

function textOf(latin1: string): string | undefined {
	if (/^[\x20-\x7e]*$/.test(latin1)) return latin1;
	try {
		return utf8Decoder.decode(Buffer.from(latin1, 'latin1'));
	} catch {
		return undefined;
	}
}
