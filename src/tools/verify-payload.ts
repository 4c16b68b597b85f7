/** Compares data on disk with a torrent: each file, each piece, and what does not belong there. */
import type { Metainfo } from '../metainfo/metainfo.js';
import { filePieces, fileSpans, pieceBytes } from '../metainfo/piece-layout.js';
import type { HashPool } from '../storage/hash-pool.js';
import { type CheckedPieces, checkPieces } from './check-pieces.js';
import { findPayload, type PayloadPlace } from './payload-place.js';
import { ToolsError } from './tools-error.js';
import { walkInput } from './walk-input.js';

export type FileState =
	| 'ok'
	| 'missing'
	/** Something other than a file stands there. */
	| 'not-a-file'
	| 'unreadable'
	| 'short'
	/** Longer than the torrent says; its pieces may be good. */
	| 'long'
	/** It has a wrong piece that no other file explains. */
	| 'damaged'
	/** Its only doubtful pieces are shared with a file that is missing, short or unreadable. */
	| 'unproven';

export interface FileVerdict {
	/** Relative to the payload, elements joined by slashes. */
	readonly path: string;
	readonly state: FileState;
	readonly lengthBytes: number;
	/** On disk; undefined when nothing is there. */
	readonly foundBytes: number | undefined;
	/** Pieces that hold any of its bytes, and those of them that do not match. */
	readonly pieceCount: number;
	readonly wrongPieces: number;
}

export interface PayloadVerdict {
	readonly payloadPath: string;
	/** Padding left out. */
	readonly files: readonly FileVerdict[];
	/** Every file is there in its length, and every piece matches. */
	readonly isComplete: boolean;
	readonly goodPieces: number;
	readonly goodBytes: number;
	/** Pieces whose data is there and wrong, ascending. */
	readonly badPieces: readonly number[];
	/** Pieces whose data is not all there or cannot be read, ascending. */
	readonly missingPieces: readonly number[];
	/** Files in the folder that the torrent does not have, sorted. */
	readonly extraFiles: readonly string[];
	readonly notes: readonly string[];
}

/** States of a file whose bytes are not all there: its pieces cannot be good. */
const LACKING: ReadonlySet<FileState> = new Set<FileState>([
	'missing',
	'not-a-file',
	'unreadable',
	'short',
]);

/**
 * @param givenPath - absolute: the payload, or a folder that holds it; undefined for beside the torrent
 * @throws {ToolsError}
 */
export async function verifyPayload(
	metainfo: Metainfo,
	torrentPath: string,
	givenPath: string | undefined,
	work: {
		readonly pool: HashPool;
		readonly signal: AbortSignal;
		readonly onBytes?: (checkedBytes: number) => void;
	},
): Promise<PayloadVerdict> {
	const { pool, signal } = work;
	const place = await findPayload(pool, metainfo, torrentPath, givenPath);
	const checked = await checkPieces(pool, metainfo, place, work);
	// Where nothing of the torrent is, this is not its folder.
	const hasAny = place.files.some((file, i) => !file.isPadding && place.stamps[i]?.exists === true);
	const extra =
		metainfo.isMultiFile && hasAny
			? await findExtraFiles(pool, metainfo, place, signal)
			: { files: [], notes: [] };
	return judge(metainfo, place, checked, extra);
}

function judge(
	metainfo: Metainfo,
	place: PayloadPlace,
	checked: CheckedPieces,
	extra: ExtraFiles,
): PayloadVerdict {
	const { good } = checked;
	const lengthStates = metainfo.files.map((_file, i) => lengthState(place, checked, i));
	const badPieces: number[] = [];
	const missingPieces: number[] = [];
	let goodBytes = 0;
	for (let piece = 0; piece < metainfo.pieceCount; piece++) {
		if (good.has(piece)) {
			goodBytes += pieceBytes(metainfo, piece);
			continue;
		}
		const start = piece * metainfo.pieceLengthBytes;
		const spans = fileSpans(metainfo.files, start, pieceBytes(metainfo, piece));
		const isLacking = spans.some(({ fileIndex }) => LACKING.has(lengthStates[fileIndex] ?? 'ok'));
		(isLacking ? missingPieces : badPieces).push(piece);
	}
	const bad = new Set(badPieces);
	const files = metainfo.files.flatMap((file, i): FileVerdict[] => {
		if (file.isPadding) return [];
		const pieces = filePieces(metainfo, i);
		let wrongPieces = 0;
		let isDamaged = false;
		for (let piece = pieces?.first ?? 0; piece <= (pieces?.last ?? -1); piece++) {
			if (good.has(piece)) continue;
			wrongPieces++;
			isDamaged ||= bad.has(piece);
		}
		const byLength = lengthStates[i] ?? 'ok';
		const byPieces = wrongPieces === 0 ? 'ok' : isDamaged ? 'damaged' : 'unproven';
		const stamp = place.stamps[i];
		return [
			{
				path: file.path.join('/'),
				state: byLength === 'ok' ? byPieces : byLength,
				lengthBytes: file.lengthBytes,
				foundBytes: stamp?.exists === true && !stamp.isForeign ? stamp.sizeBytes : undefined,
				pieceCount: pieces === undefined ? 0 : pieces.last - pieces.first + 1,
				wrongPieces,
			},
		];
	});
	return {
		payloadPath: place.path,
		files,
		isComplete: good.isFull && files.every(({ state }) => state === 'ok'),
		goodPieces: good.count,
		goodBytes,
		badPieces,
		missingPieces,
		extraFiles: extra.files,
		notes: extra.notes,
	};
}

function lengthState(
	{ files, stamps }: PayloadPlace,
	{ unreadable }: CheckedPieces,
	index: number,
): FileState {
	const file = files[index];
	const stamp = stamps[index];
	if (file === undefined || file.isPadding) return 'ok';
	if (stamp === undefined || !stamp.exists) return 'missing';
	if (stamp.isForeign) return 'not-a-file';
	if (unreadable.has(index)) return 'unreadable';
	if (stamp.sizeBytes === file.lengthBytes) return 'ok';
	return stamp.sizeBytes < file.lengthBytes ? 'short' : 'long';
}

interface ExtraFiles {
	readonly files: readonly string[];
	readonly notes: readonly string[];
}

/** Looking for them may fail where the check itself did not; that is a note. */
async function findExtraFiles(
	pool: HashPool,
	metainfo: Metainfo,
	place: PayloadPlace,
	signal: AbortSignal,
): Promise<ExtraFiles> {
	const known = new Set(
		metainfo.files.filter((file) => !file.isPadding).map((file) => file.path.join('/')),
	);
	try {
		const options = { isExcluded: isSavedPadding, followLinks: false, signal };
		const found = await walkInput(pool, place.path, options);
		const paths = found.files.map((file) => file.path.join('/'));
		return { files: paths.filter((each) => !known.has(each)), notes: [] };
	} catch (error) {
		if (!(error instanceof ToolsError) || signal.aborted) throw error;
		return {
			files: [],
			notes: [`Files that do not belong there were not counted: ${error.message}`],
		};
	}
}

/** Some programs save padding under this name. */
function isSavedPadding(relativePath: string): boolean {
	return relativePath === '.pad';
}
