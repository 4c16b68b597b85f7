/** The one `.torrent` that `get` was given: a file or an address, checked before a session starts. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { MAX_METAINFO_BYTES } from '../../metainfo/metainfo-limits.js';
import { parseMetainfo } from '../../metainfo/parse-metainfo.js';
import { AppError, errorMessage } from '../../primitives/app-error.js';
import type { Clock } from '../../primitives/clock.js';
import type { Infohash } from '../../primitives/infohash.js';
import { readTorrentBytes } from '../../watch/read-torrent.js';

const FETCH_DEADLINE_MS = 30_000;
/** A file name that every file system takes. */
const MAX_NAME_LENGTH = 200;

export interface TorrentSource {
	readonly metainfoBytes: Uint8Array;
	readonly infohash: Infohash;
	readonly name: string;
	/** The file, or for an address the file it would be in the current folder. */
	readonly torrentPath: string;
}

/** The torrent cannot be had or read; the message names what the user gave. */
export class SourceError extends AppError {
	constructor(message: string, options?: { cause?: unknown }) {
		super('GET_SOURCE', message, options);
	}
}

/**
 * Reads the torrent that `operand` stands for.
 * @throws {SourceError}
 */
export async function readSource(
	operand: string,
	currentDir: string,
	clock: Clock,
	signal: AbortSignal,
): Promise<TorrentSource> {
	const filePath = path.resolve(currentDir, operand);
	const isUrl = /^https?:\/\//i.test(operand);
	if (/^magnet:/i.test(operand))
		throw new SourceError('Magnet links are not supported yet; give a .torrent file or its URL');
	const metainfoBytes = isUrl
		? await fetchTorrent(operand, clock, signal)
		: await readFile(operand, filePath);
	const torrentPath = isUrl ? path.join(currentDir, fileNameOf(operand)) : filePath;
	try {
		const { infohash, name } = parseMetainfo(metainfoBytes, sha1);
		return { metainfoBytes, infohash, name, torrentPath };
	} catch (error) {
		throw new SourceError(`${operand}: Not a usable torrent: ${errorMessage(error)}`, {
			cause: error,
		});
	}
}

/** The name a fetched torrent's file would have: decides `--save-as torrent`. */
export function fileNameOf(url: string): string {
	const last = new URL(url).pathname.split('/').at(-1) ?? '';
	let name = last;
	try {
		name = decodeURIComponent(last);
	} catch {
		// Not percent-encoded UTF-8: taken as it is.
	}
	const stem = name
		.replace(/\.torrent$/i, '')
		.replaceAll(/[\p{Cc}/\\:]/gu, '_')
		.slice(0, MAX_NAME_LENGTH);
	return `${/^\.*$/.test(stem) ? 'download' : stem}.torrent`;
}

async function readFile(operand: string, filePath: string): Promise<Uint8Array> {
	const outcome = await readTorrentBytes(filePath);
	switch (outcome.type) {
		case 'bytes':
			return outcome.bytes;
		case 'gone':
			throw new SourceError(`${operand}: No such file`);
		case 'broken':
		case 'unreadable': {
			const isFolder = await stat(filePath).then(
				(stats) => stats.isDirectory(),
				() => false,
			);
			const hint = isFolder ? `; to watch a folder: btmany ${operand}` : '';
			throw new SourceError(`${operand}: ${outcome.reason}${hint}`);
		}
		default:
			return outcome satisfies never;
	}
}

async function fetchTorrent(url: string, clock: Clock, signal: AbortSignal): Promise<Uint8Array> {
	const { HttpGetter } = await import('../../net/http-get.js');
	const { Resolver } = await import('../../net/resolver.js');
	const resolver = new Resolver({ clock });
	const getter = new HttpGetter({ clock, resolver, userAgent: 'btmany' });
	try {
		const response = await getter.get(url, {
			signal,
			maxBytes: MAX_METAINFO_BYTES,
			deadlineMs: FETCH_DEADLINE_MS,
		});
		if (response.status !== 200)
			throw new SourceError(`${url}: The server answered with status ${response.status}`);
		return response.body;
	} catch (error) {
		if (error instanceof SourceError) throw error;
		throw new SourceError(`${url}: ${errorMessage(error)}`, { cause: error });
	} finally {
		await getter.close();
		resolver.close();
	}
}

function sha1(bytes: Uint8Array): Uint8Array {
	return createHash('sha1').update(bytes).digest();
}
