/** From what `seed` was given to a `.torrent` with data: made now, or the one that is there. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Metainfo } from '../../metainfo/metainfo.js';
import type { HashPool } from '../../storage/hash-pool.js';
import { editTorrentFile } from '../../tools/edit-torrent-file.js';
import { readTorrentFile } from '../../tools/read-torrent-file.js';
import { ToolsError } from '../../tools/tools-error.js';
import { parseDocument, requireMetainfo } from '../../tools/torrent-document.js';
import { announceEdit } from '../../tools/tracker-edits.js';
import { besideInput } from '../../tools/write-torrent.js';
import type { CommandContext } from '../command-context.js';
import { makeOne, tellMade } from './make-run.js';
import type { MakeSettings } from './make-settings.js';
import type { SeedTorrent } from './seed-session.js';

export interface SeedWork {
	readonly settings: MakeSettings;
	readonly context: CommandContext;
	readonly pool: HashPool;
	readonly signal: AbortSignal;
}

/**
 * Makes the torrent, or takes the one that is there and sets its trackers when some are given.
 * @param operand - a `.torrent`, or the file or folder to be shared
 * @throws {AppError}
 */
export async function prepareSeed(operand: string, work: SeedWork): Promise<SeedTorrent> {
	const { context, settings, pool, signal } = work;
	const given = path.resolve(context.io.currentDir, operand);
	if (/\.torrent$/i.test(given)) return reuse(undefined, given, work);
	const outputPath = await outputFor(given, settings);
	if (!settings.isForced && (await isFile(outputPath))) return reuse(given, outputPath, work);
	const task = { inputPath: given, outputPath };
	const made = await makeOne(task, settings, context, pool, signal);
	tellMade(task, made, context);
	const { bytes, metainfo } = made;
	return seedOf(metainfo, bytes, outputPath, path.dirname(given));
}

async function outputFor(
	inputPath: string,
	{ isOutputFolder, outputPath }: MakeSettings,
): Promise<string> {
	if (outputPath === undefined) return besideInput(inputPath);
	const isFolder = isOutputFolder || (await isKind(outputPath, 'folder'));
	return isFolder ? besideInput(path.join(outputPath, path.basename(inputPath))) : outputPath;
}

async function reuse(
	inputPath: string | undefined,
	torrentPath: string,
	{ context, settings }: SeedWork,
): Promise<SeedTorrent> {
	const { trackers } = settings.torrent;
	const before = requireMetainfo(parseDocument((await readTorrentFile(torrentPath)).bytes));
	if (inputPath !== undefined) await refuseOther(before, inputPath, torrentPath);
	// The trackers are no part of what the infohash is made of.
	if (trackers.announce !== undefined)
		await editTorrentFile(torrentPath, announceEdit(trackers), {
			isDryRun: false,
			hasBackup: false,
		});
	const { bytes } = await readTorrentFile(torrentPath);
	const metainfo = requireMetainfo(parseDocument(bytes));
	const task = { inputPath: inputPath ?? torrentPath, outputPath: torrentPath };
	tellMade(task, { metainfo, notes: [] }, context, 'reused');
	const dataFolder = path.dirname(inputPath ?? torrentPath);
	const isElsewhere = inputPath === undefined && context.options.downloadDir !== undefined;
	const folder = isElsewhere ? (context.options.downloadDir ?? dataFolder) : dataFolder;
	return seedOf(metainfo, bytes, torrentPath, folder);
}

/** @throws {ToolsError} `TOOLS_OUTPUT_EXISTS` for a `.torrent` of something else */
async function refuseOther(
	metainfo: Metainfo,
	inputPath: string,
	torrentPath: string,
): Promise<void> {
	const facts = await stat(inputPath).catch((cause: unknown) => {
		const message = `${inputPath}: No such file or folder`;
		throw new ToolsError('TOOLS_NOT_FOUND', inputPath, message, { cause });
	});
	const [first] = metainfo.files;
	const isSingle = metainfo.files.length === 1 && first?.path.length === 1 && facts.isFile();
	const isSame =
		metainfo.name === path.basename(inputPath) &&
		(facts.isDirectory() || (isSingle && facts.size === metainfo.totalBytes));
	if (isSame) return;
	const message = `${torrentPath} is there already and is not of ${inputPath} as it is now; --force makes it anew`;
	throw new ToolsError('TOOLS_OUTPUT_EXISTS', torrentPath, message);
}

function seedOf(
	{ infohash }: Metainfo,
	metainfoBytes: Uint8Array,
	torrentPath: string,
	dataFolder: string,
): SeedTorrent {
	return { infohash, metainfoBytes, torrentPath, dataFolder };
}

function isFile(place: string): Promise<boolean> {
	return isKind(place, 'file');
}

async function isKind(place: string, kind: 'file' | 'folder'): Promise<boolean> {
	return stat(place).then(
		(facts) => (kind === 'file' ? facts.isFile() : facts.isDirectory()),
		() => false,
	);
}
