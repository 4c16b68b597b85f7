/** From the bytes of a `.torrent` to a torrent of this session that is not running yet. */
import { createHash } from 'node:crypto';
import { mergeTiers } from '../metainfo/announce-list.js';
import type { Metainfo } from '../metainfo/metainfo.js';
import { parseMetainfo } from '../metainfo/parse-metainfo.js';
import { AppError } from '../primitives/app-error.js';
import { cleanText } from '../primitives/clean-text.js';
import type { Infohash } from '../primitives/infohash.js';
import type { ResumeRecord } from '../state/resume-record.js';
import { Torrent } from '../torrent/torrent.js';
import type { TorrentHost } from '../torrent/torrent-options.js';
import type { Engine } from './engine.js';
import type { PathClaims } from './path-claims.js';
import { savePlace } from './save-path.js';
import type { AddTorrent } from './session-api.js';
import type { SessionOptions } from './session-options.js';
import type { TorrentList } from './torrent-list.js';

export interface AddContext {
	readonly options: SessionOptions;
	readonly engine: Engine;
	readonly claims: PathClaims;
	readonly torrents: TorrentList;
	readonly host: TorrentHost;
	/** What is known of the torrent's seeding beside its record. */
	seedingMs(infohash: Infohash): number;
}

/** @throws {AppError} of the metainfo, with its own code */
export function readMetainfo(bytes: Uint8Array): Metainfo {
	const metainfo = parseMetainfo(bytes, (part) => createHash('sha1').update(part).digest(), {
		nameRules: process.platform === 'win32' ? 'windows' : 'posix',
	});
	// A copy: a view would keep the whole file in memory.
	return { ...metainfo, pieceHashes: Uint8Array.from(metainfo.pieceHashes) };
}

/** Trackers of the file and of its duplicates; a private torrent keeps to its own (BEP 27). */
export function tiersOf(
	metainfo: Metainfo,
	extraTiers: readonly (readonly string[])[] | undefined,
): readonly (readonly string[])[] {
	if (metainfo.isPrivate || extraTiers === undefined) return metainfo.tiers;
	return mergeTiers(metainfo.tiers, extraTiers);
}

/** Makes the torrent; a path somebody else writes becomes its problem, not an exception. */
export function makeTorrent(
	context: AddContext,
	command: AddTorrent,
	metainfo: Metainfo,
	record: ResumeRecord | undefined,
): Torrent {
	const { engine, options } = context;
	const place = savePlace(metainfo, command.torrentPath, {
		saveAs: options.saveAs,
		downloadDir: command.downloadDir ?? options.downloadDir,
	});
	// Data of another place is no reason to trust this one.
	const known = record?.savePath === place.savePath ? record : undefined;
	const storage = engine.pool.open({
		infohash: metainfo.infohash,
		root: place.root,
		files: place.files,
		pieceLengthBytes: metainfo.pieceLengthBytes,
		pieceCount: metainfo.pieceCount,
		totalBytes: metainfo.totalBytes,
		pieceHashes: metainfo.pieceHashes,
		preallocate: options.preallocate,
	});
	const torrent = new Torrent({
		metainfo,
		tiers: tiersOf(metainfo, command.extraTiers),
		torrentPath: command.torrentPath,
		savePath: place.savePath,
		storage,
		engine,
		trackers: engine.trackers,
		record: known,
		isPaused: command.isPaused ?? record?.isPaused ?? false,
		isSequential: record?.isSequential ?? options.isSequential,
		seedingMs: context.seedingMs(metainfo.infohash),
		host: context.host,
	});
	const blocker = claimPaths(context, torrent);
	if (blocker !== undefined) torrent.fail(blocker);
	return torrent;
}

/** @returns why the torrent may not write where it wants to, or undefined when it may */
export function claimPaths(context: AddContext, torrent: Torrent): AppError | undefined {
	const { target } = torrent.storage;
	const files = writtenFiles(torrent);
	const owner = context.claims.claim(torrent.infohash, target.root, files);
	if (owner === undefined) return undefined;
	const name = cleanText(context.torrents.get(owner)?.metainfo.name ?? owner);
	const from = cleanText(context.torrents.get(owner)?.torrentPath ?? '');
	return new AppError(
		'TORRENT_PATH_TAKEN',
		`Path taken by "${name}" (${from}), which writes ${torrent.savePath}: remove that one, or save this one elsewhere`,
	);
}

export function releasePaths(context: AddContext, torrent: Torrent): void {
	context.claims.release(torrent.infohash, torrent.storage.target.root, writtenFiles(torrent));
}

function writtenFiles(torrent: Torrent): string[] {
	const paths: string[] = [];
	for (const file of torrent.storage.target.files) if (!file.isPadding) paths.push(file.path);
	return paths;
}
