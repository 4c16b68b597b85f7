/** Makes torrents of small folders for the tests of the tools. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { HashPool, type HashPoolOptions } from '../../src/storage/hash-pool.js';
import { planAnnounce } from '../../src/tools/announce-plan.js';
import {
	type MadeTorrent,
	type MakeOptions,
	type MakeProgress,
	makeTorrent,
} from '../../src/tools/make-torrent.js';
import { ToolsError, type ToolsErrorCode } from '../../src/tools/tools-error.js';
import { noise } from '../storage/sample-torrent.js';

export function makeHashPool(t: ExecutionContext, options: HashPoolOptions = {}): HashPool {
	const pool = new HashPool({ threads: 2, ...options });
	t.teardown(() => pool.close());
	return pool;
}

/** Files of so many bytes of noise. */
export async function writeFiles(
	folder: string,
	lengths: Readonly<Record<string, number>>,
): Promise<void> {
	for (const [name, lengthBytes] of Object.entries(lengths)) {
		const target = path.join(folder, name);
		await mkdir(path.dirname(target), { recursive: true });
		await writeFile(target, noise(lengthBytes));
		await utimes(target, 1_600_000_000, 1_600_000_000);
	}
}

/** Nothing but what is asked for: no date, no author, no tracker. */
export function optionsFor(inputPath: string, options: Partial<MakeOptions> = {}): MakeOptions {
	return {
		inputPath,
		trackers: planAnnounce(undefined, undefined),
		pieceLengthBytes: undefined,
		isPrivate: false,
		source: undefined,
		comment: undefined,
		createdBy: undefined,
		creationDateSeconds: undefined,
		webSeeds: [],
		httpSeeds: [],
		excludes: [],
		followLinks: false,
		isAligned: false,
		...options,
	};
}

export function make(
	pool: HashPool,
	options: MakeOptions,
	onProgress?: (progress: MakeProgress) => void,
): Promise<MadeTorrent> {
	const { signal } = new AbortController();
	return makeTorrent(options, {
		pool,
		signal,
		...(onProgress === undefined ? {} : { onProgress }),
	});
}

export async function refusesTool(
	t: ExecutionContext,
	promise: Promise<unknown>,
	code: ToolsErrorCode,
): Promise<ToolsError> {
	const error = await t.throwsAsync(promise, { instanceOf: ToolsError });
	t.is(error.code, code, error.message);
	return error;
}
