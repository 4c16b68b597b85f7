/** Makes torrents one after the other and reports each. */
import { AppError, errorCode } from '../../primitives/app-error.js';
import { cleanText } from '../../primitives/clean-text.js';
import { HashPool } from '../../storage/hash-pool.js';
import type { HashThreads } from '../../storage/hash-threads.js';
import { magnetLink } from '../../tools/magnet-link.js';
import { type MadeTorrent, type MakeOptions, makeTorrent } from '../../tools/make-torrent.js';
import { ToolsError } from '../../tools/tools-error.js';
import { refuseOutput, writeTorrent } from '../../tools/write-torrent.js';
import type { CommandContext } from '../command-context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { formatSize } from '../output/format.js';
import { tellToolError } from '../output/tool-error.js';
import { programVersion } from '../program-version.js';
import { watchStopRequests } from '../signals.js';
import { MakeProgressView } from './make-progress.js';
import type { MakeSettings } from './make-settings.js';

export interface MakeTask {
	/** Absolute, as is the other. */
	readonly inputPath: string;
	readonly outputPath: string;
	/** Nothing to share is no failure. */
	readonly mayBeEmpty?: boolean;
}

/**
 * An error of one does not keep the others from being made.
 * @param threads - some that were started ahead; ended at the end
 * @returns 0 all made, 1 some failed, 3 stopped, 130 after SIGINT
 */
export async function makeTorrents(
	tasks: readonly MakeTask[],
	settings: MakeSettings,
	context: CommandContext,
	threads?: HashThreads,
): Promise<number> {
	const { io } = context;
	const stop = watchStopRequests(io);
	const aborting = new AbortController();
	void stop.first.then(() => aborting.abort());
	const pool = new HashPool({}, threads);
	try {
		return await makeAll(tasks, settings, context, pool, aborting.signal);
	} catch (error) {
		if (!(error instanceof ToolsError) || error.code !== 'TOOLS_ABORTED') throw error;
		io.stderr.write(`btmany: ${error.message}\n`);
		return stop.reason() === 'SIGINT' ? EXIT_CODES.interrupted : EXIT_CODES.incomplete;
	} finally {
		await pool.close();
		stop.close();
	}
}

async function makeAll(
	tasks: readonly MakeTask[],
	settings: MakeSettings,
	context: CommandContext,
	pool: HashPool,
	signal: AbortSignal,
): Promise<number> {
	const { io } = context;
	const notes = new Set<string>();
	let failed = 0;
	for (const task of tasks) {
		try {
			const made = await makeOne(task, settings, context, pool, signal);
			tellMade(task, made, context);
			for (const note of made.notes) {
				if (!notes.has(note)) io.stderr.write(`btmany: Note: ${cleanText(note)}\n`);
				notes.add(note);
			}
		} catch (error) {
			if (!(error instanceof AppError) || signal.aborted) throw error;
			if (task.mayBeEmpty === true && errorCode(error) === 'TOOLS_EMPTY') {
				tellSkipped(task.inputPath, 'it holds no data', context);
				continue;
			}
			failed++;
			tellToolError(task.inputPath, error, context);
		}
	}
	return failed === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
}

/**
 * Makes and writes one torrent, with its progress on the screen.
 * @throws {AppError}
 */
export async function makeOne(
	{ inputPath, outputPath }: MakeTask,
	settings: MakeSettings,
	context: CommandContext,
	pool: HashPool,
	signal: AbortSignal,
): Promise<MadeTorrent> {
	const rules = { inputPath, outputPath, isForced: settings.isForced };
	await refuseOutput(rules);
	const createdBy = settings.createdBy ?? `btmany ${await programVersion()}`;
	const nowSeconds = Math.floor(context.clock.wallMs() / 1000);
	const options: MakeOptions = {
		...settings.torrent,
		inputPath,
		createdBy: createdBy === '' ? undefined : createdBy,
		creationDateSeconds: settings.isDated ? nowSeconds : undefined,
	};
	const view = new MakeProgressView(context, inputPath);
	try {
		const onProgress = view.show.bind(view);
		const made = await makeTorrent(options, { pool, signal, onProgress });
		await writeTorrent(rules, made.bytes);
		return made;
	} finally {
		view.clear();
	}
}

/** A `made` object with `--json`, else two lines and the magnet link. */
export function tellMade(
	task: MakeTask,
	{ metainfo, notes }: Pick<MadeTorrent, 'metainfo' | 'notes'>,
	context: CommandContext,
	type: 'made' | 'reused' = 'made',
): void {
	const { clock, io, options } = context;
	const { infohash, name, pieceCount, pieceLengthBytes, totalBytes } = metainfo;
	const fileCount = metainfo.files.filter((file) => !file.isPadding).length;
	const magnet = magnetLink(metainfo);
	if (options.isJson) {
		const time = new Date(clock.wallMs()).toISOString();
		const torrentPath = task.outputPath;
		const sizes = { totalBytes, fileCount, pieceLengthBytes, pieceCount };
		const made = { time, type, path: task.inputPath, torrentPath, infohash, name };
		io.stdout.write(`${JSON.stringify({ ...made, ...sizes, magnet, notes })}\n`);
		return;
	}
	const files = fileCount === 1 ? '1 file' : `${fileCount} files`;
	const pieces = pieceCount === 1 ? '1 piece' : `${pieceCount} pieces`;
	const size = `${files}, ${formatSize(totalBytes)}, ${pieces} of ${pieceLengthBytes / 1024} KiB`;
	io.stdout.write(`${cleanText(task.outputPath)}: ${size}\n`);
	io.stdout.write(`  infohash ${infohash}\n  ${magnet}\n`);
}

/** Nothing was made of it, and that is no failure. */
export function tellSkipped(
	inputPath: string,
	reason: string,
	{ clock, io, options }: CommandContext,
): void {
	if (options.isJson) {
		const time = new Date(clock.wallMs()).toISOString();
		const skipped = { time, type: 'skipped', path: cleanText(inputPath), reason };
		io.stdout.write(`${JSON.stringify(skipped)}\n`);
		return;
	}
	io.stdout.write(`${cleanText(inputPath)}: skipped; ${reason}\n`);
}
