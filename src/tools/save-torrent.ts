/**
 * Replaces a `.torrent` with its edited bytes: whole or not at all. The new file has the old one's
 * mode, and its owner where the system lets us; its time is now, since programs that watch for
 * changes go by it. A symbolic link stays and what it leads to is replaced.
 */
import type { Stats } from 'node:fs';
import {
	constants,
	copyFile,
	type FileHandle,
	link,
	open,
	realpath,
	stat,
	unlink,
	utimes,
} from 'node:fs/promises';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { type AtomicFs, atomicWrite, nodeAtomicFs } from '../state/atomic-write.js';
import { changedError } from './read-failure.js';
import { ToolsError } from './tools-error.js';

const PERMISSIONS = 0o7777;
/** More backups of one file are a mistake. */
const MAX_BACKUPS = 1000;

export interface SaveRules {
	readonly torrentPath: string;
	/** Of the file when it was read: another one is not replaced. */
	readonly facts: Stats;
	/** Keep the old file as `FILE.bak`, `FILE.bak.1`, … */
	readonly hasBackup: boolean;
}

/**
 * @returns path of the backup, when one was wanted
 * @throws {ToolsError} `TOOLS_CHANGED`, `TOOLS_UNWRITABLE`
 * @throws {StateError} `STATE_WRITE_FAILED`; the old content is then intact
 */
export async function saveTorrent(
	rules: SaveRules,
	bytes: Uint8Array,
): Promise<string | undefined> {
	const { facts, hasBackup, torrentPath } = rules;
	const realPath = await realpath(torrentPath).catch((cause: unknown) => {
		throw changedError(torrentPath, { cause });
	});
	if (!(await isStill(realPath, facts))) throw changedError(torrentPath);
	const backupPath = hasBackup ? await keepOld(realPath, facts) : undefined;
	try {
		// The folder is opened too, and stays what it is.
		const openNew: AtomicFs['open'] = (at, flags, mode) =>
			flags === 'wx' ? openLike(facts, at) : open(at, flags, mode);
		await atomicWrite(realPath, bytes, { ...nodeAtomicFs, open: openNew });
	} catch (error) {
		// Only while the old file is in its place is the backup not needed.
		if (backupPath !== undefined && (await isStill(realPath, facts)))
			await unlink(backupPath).catch(() => {
				// It holds what the file holds; what matters is the error below.
			});
		throw error;
	}
	return backupPath;
}

async function isStill(realPath: string, facts: Stats): Promise<boolean> {
	return stat(realPath).then(
		({ ino, mtimeMs, size }) =>
			ino === facts.ino && size === facts.size && mtimeMs === facts.mtimeMs,
		() => false,
	);
}

/** A new file with the mode and, if possible, the owner of the old one. */
async function openLike(facts: Stats, filePath: string): Promise<FileHandle> {
	const handle = await open(filePath, 'wx', 0o600);
	try {
		const own = await handle.stat();
		if (own.uid !== facts.uid || own.gid !== facts.gid)
			await handle.chown(facts.uid, facts.gid).catch(() => {
				// Only root gives files away; the content is what matters.
			});
		await handle.chmod(facts.mode & PERMISSIONS);
		return handle;
	} catch (error) {
		await handle.close();
		await unlink(filePath);
		throw error;
	}
}

/** A second name for the old file, which keeps all of it; a copy where there are no hard links. */
async function keepOld(realPath: string, facts: Stats): Promise<string> {
	for (let number = 0; number < MAX_BACKUPS; number++) {
		const backupPath = `${realPath}.bak${number === 0 ? '' : `.${number}`}`;
		try {
			await linkOrCopy(realPath, backupPath, facts);
			return backupPath;
		} catch (cause) {
			if (errorCode(cause) === 'EEXIST') continue;
			const message = `Cannot keep the old ${realPath} as ${backupPath}: ${errorMessage(cause)}`;
			throw new ToolsError('TOOLS_UNWRITABLE', backupPath, message, { cause });
		}
	}
	const message = `${realPath} has ${MAX_BACKUPS} backups; remove some`;
	throw new ToolsError('TOOLS_UNWRITABLE', realPath, message);
}

async function linkOrCopy(from: string, to: string, facts: Stats): Promise<void> {
	try {
		await link(from, to);
	} catch (error) {
		if (errorCode(error) === 'EEXIST') throw error;
		await copyFile(from, to, constants.COPYFILE_EXCL);
		await utimes(to, facts.atime, facts.mtime);
	}
}
