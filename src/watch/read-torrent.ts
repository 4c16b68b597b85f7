/** Reads one `.torrent`: never more than the limit, never a device or a pipe, never an exception. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { MetainfoError } from '../metainfo/metainfo-error.js';
import { MAX_METAINFO_BYTES } from '../metainfo/metainfo-limits.js';
import { parseMetainfo } from '../metainfo/parse-metainfo.js';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import type { ReadOutcome } from './folder-index.js';
import type { FileLocation } from './folder-scan.js';
import { summarize } from './torrent-summary.js';

/** Opening a pipe would otherwise wait for a writer, and hold one of the few file threads. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export type BytesOutcome =
	| { readonly type: 'bytes'; readonly bytes: Uint8Array; readonly digest: string }
	| Exclude<ReadOutcome, { readonly type: 'torrent' }>;

/** The whole file and its SHA-1. */
export async function readTorrentBytes(location: FileLocation): Promise<BytesOutcome> {
	let handle: FileHandle | undefined;
	try {
		handle = await open(location, OPEN_FLAGS);
		const stats = await handle.stat();
		if (!stats.isFile()) return { type: 'broken', reason: 'It is not a regular file' };
		if (stats.size === 0) return { type: 'broken', reason: 'The file is empty' };
		if (stats.size > MAX_METAINFO_BYTES)
			return {
				type: 'broken',
				reason: `The file is longer than ${MAX_METAINFO_BYTES / 1024 ** 2} MiB`,
			};
		const bytes = await readUpTo(handle, stats.size);
		return { type: 'bytes', bytes, digest: createHash('sha1').update(bytes).digest('hex') };
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return { type: 'gone' };
		return { type: 'unreadable', reason: errorMessage(error) };
	} finally {
		// A file that was only read has nothing to lose when closing fails.
		await handle?.close().catch(() => undefined);
	}
}

/** What bytes say; only a `MetainfoError` is the file's fault, and nothing stops the folder. */
export function judgeTorrentBytes(bytes: Uint8Array, digest: string): ReadOutcome {
	try {
		return { type: 'torrent', torrent: summarize(parseMetainfo(bytes, sha1), digest) };
	} catch (error) {
		const prefix = error instanceof MetainfoError ? '' : 'Unexpected failure: ';
		return { type: 'broken', reason: `${prefix}${errorMessage(error)}` };
	}
}

async function readUpTo(handle: FileHandle, lengthBytes: number): Promise<Uint8Array> {
	const bytes = new Uint8Array(lengthBytes);
	let at = 0;
	while (at < lengthBytes) {
		const { bytesRead } = await handle.read(bytes, at, lengthBytes - at, at);
		// Shorter than it was a moment ago: being rewritten.
		if (bytesRead === 0) return bytes.subarray(0, at);
		at += bytesRead;
	}
	return bytes;
}

function sha1(bytes: Uint8Array): Uint8Array {
	return createHash('sha1').update(bytes).digest();
}
