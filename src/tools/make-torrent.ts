/** Makes the bytes of a `.torrent` from a file or folder (BEP 3, 12, 17, 19, 27, 47). */
import type { BuildFields } from '../metainfo/build-metainfo.js';
import type { Metainfo } from '../metainfo/metainfo.js';
import { MAX_PIECES } from '../metainfo/metainfo-limits.js';
import type { HashPool } from '../storage/hash-pool.js';
import type { HashTarget } from '../storage/hash-run.js';
import type { AnnouncePlan } from './announce-plan.js';
import { compileExcludes } from './glob.js';
import { planPayload } from './payload-plan.js';
import { automaticPieceLength } from './piece-length.js';
import { changedError, readFailure } from './read-failure.js';
import { abortedError, ToolsError } from './tools-error.js';
import type { FinishedTorrent, TorrentDraft } from './torrent-draft.js';
import { type Input, type InputFile, walkInput } from './walk-input.js';

export interface MakeOptions {
	/** Absolute path of the file or folder. */
	readonly inputPath: string;
	readonly trackers: AnnouncePlan;
	/** A power of two; chosen by size when undefined. */
	readonly pieceLengthBytes: number | undefined;
	readonly isPrivate: boolean;
	/** Part of the info dictionary: changes the infohash. */
	readonly source: string | undefined;
	readonly comment: string | undefined;
	readonly createdBy: string | undefined;
	/** Undefined for a file that is the same each time. */
	readonly creationDateSeconds: number | undefined;
	readonly webSeeds: readonly string[];
	readonly httpSeeds: readonly string[];
	/** Patterns, see `compileExcludes`. */
	readonly excludes: readonly string[];
	readonly followLinks: boolean;
	/** Every file starts at a piece of its own. */
	readonly isAligned: boolean;
}

export interface MakeProgress {
	readonly hashedBytes: number;
	readonly totalBytes: number;
	/** Without padding. */
	readonly fileCount: number;
}

export interface MadeTorrent extends FinishedTorrent {
	/** What the user should know, a sentence each. */
	readonly notes: readonly string[];
}

/**
 * Lists, hashes and checks. The same input and options give the same bytes, whatever the system
 * and the number of threads. Writes nothing.
 * @param work.onProgress - called when hashing starts and then many times a second
 * @throws {ToolsError}
 */
export async function makeTorrent(
	options: MakeOptions,
	work: {
		readonly pool: HashPool;
		readonly signal: AbortSignal;
		readonly onProgress?: (progress: MakeProgress) => void;
	},
): Promise<MadeTorrent> {
	const { pool, signal, onProgress } = work;
	const { inputPath, followLinks } = options;
	if (signal.aborted) throw abortedError();
	const isExcluded = compileExcludes(options.excludes);
	const input = await walkInput(pool, inputPath, { isExcluded, followLinks, signal });
	const dataBytes = input.files.reduce((sum, file) => sum + file.lengthBytes, 0);
	if (dataBytes === 0)
		throw new ToolsError('TOOLS_EMPTY', inputPath, `${inputPath} holds no data to share`);
	const pieceLengthBytes = options.pieceLengthBytes ?? automaticPieceLength(dataBytes);
	const isPadded = options.isAligned && input.isFolder;
	const { files, stored, totalBytes } = planPayload(input.files, isPadded ? pieceLengthBytes : 0);
	const pieceCount = Math.ceil(totalBytes / pieceLengthBytes);
	if (pieceCount > MAX_PIECES) throw tooManyPieces(inputPath, pieceCount);
	const shape = input.isFolder ? { files } : { lengthBytes: totalBytes };
	const fields = { ...commonFields(options, input.name, pieceLengthBytes), ...shape };
	const fileCount = input.files.length;
	const report = (hashedBytes: number): void =>
		onProgress?.({ hashedBytes, totalBytes, fileCount });
	report(0);
	const target = { root: inputPath, files: stored, pieceLengthBytes, pieceCount, totalBytes };
	const drafting = async (): Promise<TorrentDraft> => {
		const { draftTorrent } = await import('./torrent-draft.js');
		return draftTorrent(inputPath, fields, pieceCount);
	};
	const hashing = { signal, onBytes: report };
	const { draft, pieceHashes } = await hashAndDraft(pool, target, hashing, drafting);
	const notes = [...input.notes, ...options.trackers.notes, ...nameNotes(input, draft.metainfo)];
	await refuseChanged(pool, input.files);
	if (signal.aborted) throw abortedError();
	return { ...draft.finish(pieceHashes), notes };
}

/** Before memory for their hashes is reserved. */
function tooManyPieces(inputPath: string, pieceCount: number): ToolsError {
	const message = `${inputPath} would have ${pieceCount} pieces, at most ${MAX_PIECES} are possible: choose longer ones`;
	return new ToolsError('TOOLS_TOO_LARGE', inputPath, message);
}

/** Hashing may take hours: whatever will be wrong with the file is found while it begins. */
async function hashAndDraft(
	pool: HashPool,
	target: HashTarget,
	{ signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void },
	makeDraft: () => Promise<TorrentDraft>,
): Promise<{ readonly draft: TorrentDraft; readonly pieceHashes: Uint8Array }> {
	const stop = new AbortController();
	const hashing = pool.hash(target, { signal: AbortSignal.any([signal, stop.signal]), onBytes });
	const drafting = makeDraft();
	try {
		const [pieceHashes, draft] = await Promise.all([hashing, drafting]);
		return { draft, pieceHashes };
	} catch (error) {
		stop.abort();
		await Promise.allSettled([hashing, drafting]);
		throw readFailure(error);
	}
}

function commonFields(
	options: MakeOptions,
	name: string,
	pieceLengthBytes: number,
): Omit<BuildFields, 'pieceHashes' | 'files' | 'lengthBytes'> {
	const { trackers, webSeeds, httpSeeds, isPrivate } = options;
	const { source, comment, createdBy, creationDateSeconds } = options;
	return {
		name,
		pieceLengthBytes,
		tiers: trackers.tiers,
		...(trackers.announce === undefined ? {} : { announce: trackers.announce }),
		isPrivate,
		webSeeds,
		httpSeeds,
		...(source === undefined ? {} : { source }),
		...(comment === undefined ? {} : { comment }),
		...(createdBy === undefined ? {} : { createdBy }),
		...(creationDateSeconds === undefined ? {} : { creationDateSeconds }),
	};
}

async function refuseChanged(pool: HashPool, files: readonly InputFile[]): Promise<void> {
	const looking = pool.stat(files.map((file) => file.absolutePath));
	const stamps = await looking.catch((error: unknown) => {
		throw readFailure(error);
	});
	for (const [i, { absolutePath, lengthBytes, mtimeMs }] of files.entries()) {
		const stamp = stamps[i];
		if (stamp?.sizeBytes !== lengthBytes || stamp.mtimeMs !== mtimeMs)
			throw changedError(absolutePath);
	}
}

/** Names that a careful client changes before it saves anything under them. */
function nameNotes(input: Input, metainfo: Metainfo): string[] {
	const kept = metainfo.files.filter((file) => !file.isPadding);
	const isChanged = ({ path }: InputFile, index: number): boolean => {
		const saved = kept[index]?.path ?? [];
		return saved.length !== path.length || path.some((element, i) => element !== saved[i]);
	};
	if (input.name === metainfo.name && !input.files.some(isChanged)) return [];
	return [
		'Some names have characters that many programs replace when they save; those who download will see other names',
	];
}
