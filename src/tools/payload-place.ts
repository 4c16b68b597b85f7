/** Where the data of a torrent lies, from what the user says. */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Metainfo } from '../metainfo/metainfo.js';
import type { HashPool } from '../storage/hash-pool.js';
import type { FileStamp, StoredFile } from '../storage/storage.js';
import { readFailure } from './read-failure.js';
import { ToolsError } from './tools-error.js';

/** The payload's own file or folder, and the files in it. */
export interface PayloadPlace {
	readonly path: string;
	readonly files: readonly StoredFile[];
	/** One for each file; padding is always there. */
	readonly stamps: readonly FileStamp[];
}

/**
 * Finds the payload. A folder may be the payload itself or hold it: where more of the files are wins.
 * @param givenPath - absolute; undefined for beside the `.torrent`
 * @throws {ToolsError} `TOOLS_NOT_FOUND`, `TOOLS_UNREADABLE`
 */
export async function findPayload(
	pool: HashPool,
	metainfo: Metainfo,
	torrentPath: string,
	givenPath: string | undefined,
): Promise<PayloadPlace> {
	const first = givenPath ?? path.join(path.dirname(torrentPath), metainfo.name);
	const isFolder = await isDirectory(first);
	if (isFolder === undefined)
		throw new ToolsError(
			'TOOLS_NOT_FOUND',
			first,
			`${first}: No such file or folder${givenPath === undefined ? '; name the place of the data behind the .torrent' : ''}`,
		);
	const inner = path.join(first, metainfo.name);
	if (!metainfo.isMultiFile) return placeAt(pool, metainfo, isFolder ? inner : first);
	const outerPlace = await placeAt(pool, metainfo, first);
	if (givenPath === undefined || (await isDirectory(inner)) !== true) return outerPlace;
	const innerPlace = await placeAt(pool, metainfo, inner);
	return presentFiles(innerPlace) > presentFiles(outerPlace) ? innerPlace : outerPlace;
}

async function placeAt(
	pool: HashPool,
	metainfo: Metainfo,
	payloadPath: string,
): Promise<PayloadPlace> {
	const files = metainfo.files.map(
		(file): StoredFile => ({
			path: metainfo.isMultiFile ? path.join(payloadPath, ...file.path) : payloadPath,
			lengthBytes: file.lengthBytes,
			offsetBytes: file.offsetBytes,
			isPadding: file.isPadding,
			isExecutable: file.isExecutable,
		}),
	);
	const look = (paths: readonly string[]): Promise<FileStamp[]> =>
		pool.stat(paths).catch((error: unknown) => {
			throw readFailure(error);
		});
	const stamps = await look(files.map((file) => (file.isPadding ? '' : file.path)));
	const links = await Promise.all(
		stamps.map(async (stamp, i) =>
			stamp.isForeign ? linkTarget(files[i]?.path ?? '') : undefined,
		),
	);
	if (links.every((link) => link === undefined)) return { path: payloadPath, files, stamps };
	const followed = files.map((file, i) => ({ ...file, path: links[i] ?? file.path }));
	return {
		path: payloadPath,
		files: followed,
		stamps: await look(followed.map((file) => (file.isPadding ? '' : file.path))),
	};
}

function presentFiles(place: PayloadPlace): number {
	return place.files.filter((file, i) => !file.isPadding && place.stamps[i]?.exists === true)
		.length;
}

/** What a symbolic link leads to, since the data may be anywhere; undefined when it leads nowhere. */
async function linkTarget(filePath: string): Promise<string | undefined> {
	return realpath(filePath).catch(() => undefined);
}

async function isDirectory(filePath: string): Promise<boolean | undefined> {
	return stat(filePath).then(
		(facts) => facts.isDirectory(),
		() => undefined,
	);
}
