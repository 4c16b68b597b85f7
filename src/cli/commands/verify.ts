/** `btmany verify FILE [PATH]`: compares data with its torrent. */
import path from 'node:path';
import { AppError } from '../../primitives/app-error.js';
import { cleanText } from '../../primitives/clean-text.js';
import { HashPool } from '../../storage/hash-pool.js';
import { readDocument } from '../../tools/edit-torrent-file.js';
import { ToolsError } from '../../tools/tools-error.js';
import { requireMetainfo } from '../../tools/torrent-document.js';
import { verifyPayload } from '../../tools/verify-payload.js';
import type { CommandContext } from '../command-context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { tellToolError } from '../output/tool-error.js';
import { verifyObject, verifyText } from '../output/verify-report.js';
import { watchStopRequests } from '../signals.js';
import { MakeProgressView } from './make-progress.js';

/** @returns 0 the data is complete, 1 it is not or could not be compared, 3 stopped, 130 after SIGINT */
export async function verify(
	file: string,
	place: string | undefined,
	context: CommandContext,
): Promise<number> {
	const { io } = context;
	const stop = watchStopRequests(io);
	const aborting = new AbortController();
	void stop.first.then(() => aborting.abort());
	try {
		return await compare(file, place, context, aborting.signal);
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		if (error instanceof ToolsError && error.code === 'TOOLS_ABORTED') {
			io.stderr.write('btmany: Stopped before the data was compared\n');
			return stop.reason() === 'SIGINT' ? EXIT_CODES.interrupted : EXIT_CODES.incomplete;
		}
		tellToolError(file, error, context);
		return EXIT_CODES.failed;
	} finally {
		stop.close();
	}
}

async function compare(
	file: string,
	place: string | undefined,
	context: CommandContext,
	signal: AbortSignal,
): Promise<number> {
	const { clock, io, options } = context;
	const torrentPath = path.resolve(io.currentDir, file);
	const metainfo = requireMetainfo(await readDocument(torrentPath));
	const givenPath = place === undefined ? undefined : path.resolve(io.currentDir, place);
	const { files, totalBytes } = metainfo;
	const fileCount = files.filter((each) => !each.isPadding).length;
	const view = new MakeProgressView(context, torrentPath);
	const onBytes = (hashedBytes: number): void => view.show({ hashedBytes, totalBytes, fileCount });
	const pool = new HashPool();
	try {
		const work = { pool, signal, onBytes };
		const verdict = await verifyPayload(metainfo, torrentPath, givenPath, work);
		view.clear();
		if (options.isJson) {
			const time = new Date(clock.wallMs()).toISOString();
			const object = { time, ...verifyObject(file, metainfo, verdict) };
			io.stdout.write(`${JSON.stringify(object)}\n`);
		} else {
			for (const note of verdict.notes) io.stderr.write(`btmany: Note: ${cleanText(note)}\n`);
			io.stdout.write(verifyText(file, metainfo, verdict));
		}
		return verdict.isComplete ? EXIT_CODES.done : EXIT_CODES.failed;
	} finally {
		view.clear();
		await pool.close();
	}
}
