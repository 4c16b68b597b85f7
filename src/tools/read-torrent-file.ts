/** Reads one `.torrent` that the user named: never more than the limit, never a device or a pipe. */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { MAX_METAINFO_BYTES } from '../metainfo/metainfo-limits.js';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { ToolsError } from './tools-error.js';

/** Opening a pipe would otherwise wait for a writer. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export interface TorrentFileBytes {
	readonly bytes: Uint8Array;
	/** Of the file that was read, symbolic links followed. */
	readonly facts: Stats;
}

/** @throws {ToolsError} `TOOLS_NOT_FOUND`, `TOOLS_UNREADABLE`, `TOOLS_TOO_LARGE`, `TOOLS_CHANGED` */
export async function readTorrentFile(torrentPath: string): Promise<TorrentFileBytes> {
	let handle: FileHandle | undefined;
	try {
		handle = await open(torrentPath, OPEN_FLAGS);
		const facts = await handle.stat();
		if (!facts.isFile())
			throw new ToolsError('TOOLS_UNREADABLE', torrentPath, `${torrentPath} is not a regular file`);
		if (facts.size > MAX_METAINFO_BYTES)
			throw new ToolsError(
				'TOOLS_TOO_LARGE',
				torrentPath,
				`${torrentPath} has ${facts.size} bytes, at most ${MAX_METAINFO_BYTES} are read`,
			);
		return { bytes: await readWhole(handle, facts.size, torrentPath), facts };
	} catch (error) {
		throw readError(error, torrentPath);
	} finally {
		// A file that was only read has nothing to lose when closing fails.
		await handle?.close().catch(() => undefined);
	}
}

async function readWhole(
	handle: FileHandle,
	lengthBytes: number,
	torrentPath: string,
): Promise<Uint8Array> {
	const bytes = new Uint8Array(lengthBytes);
	let at = 0;
	while (at < lengthBytes) {
		const { bytesRead } = await handle.read(bytes, at, lengthBytes - at, at);
		if (bytesRead === 0)
			throw new ToolsError(
				'TOOLS_CHANGED',
				torrentPath,
				`${torrentPath} became shorter while it was read`,
			);
		at += bytesRead;
	}
	return bytes;
}

function readError(error: unknown, torrentPath: string): ToolsError {
	if (error instanceof ToolsError) return error;
	const code = errorCode(error);
	const isGone = code === 'ENOENT' || code === 'ENOTDIR';
	const reason = isGone
		? 'No such file'
		: code === 'EACCES'
			? 'Permission denied'
			: errorMessage(error);
	return new ToolsError(
		isGone ? 'TOOLS_NOT_FOUND' : 'TOOLS_UNREADABLE',
		torrentPath,
		`${torrentPath}: ${reason}`,
		{ cause: error },
	);
}
