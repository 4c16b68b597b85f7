/** Hashes the pieces of a payload on disk; files that cannot be read do not end the check. */
import type { Metainfo } from '../metainfo/metainfo.js';
import { filePieces, pieceBytes } from '../metainfo/piece-layout.js';
import { Bitfield } from '../primitives/bitfield.js';
import type { HashPool } from '../storage/hash-pool.js';
import { type StorageCode, StorageError } from '../storage/storage-error.js';
import type { PayloadPlace } from './payload-place.js';
import { readFailure } from './read-failure.js';

/** Failures of one file. */
const OF_ONE_FILE: ReadonlySet<StorageCode> = new Set<StorageCode>([
	'STORAGE_DENIED',
	'STORAGE_IO',
	'STORAGE_UNSUPPORTED',
]);

export interface CheckedPieces {
	/** Those that match. */
	readonly good: Bitfield;
	/** Indexes of files that are there and cannot be read. */
	readonly unreadable: ReadonlySet<number>;
}

/**
 * @param work.onBytes - told how much was looked at by now, good or not
 * @throws {ToolsError}
 */
export async function checkPieces(
	pool: HashPool,
	metainfo: Metainfo,
	place: PayloadPlace,
	work: { readonly signal: AbortSignal; readonly onBytes?: (checkedBytes: number) => void },
): Promise<CheckedPieces> {
	const { pieceCount } = metainfo;
	const good = new Bitfield(pieceCount);
	const seen = new Bitfield(pieceCount);
	const unreadable = new Set<number>();
	let checkedBytes = 0;
	const note = (piece: number, isValid: boolean): void => {
		if (!seen.set(piece)) return;
		if (isValid) good.set(piece);
		checkedBytes += pieceBytes(metainfo, piece);
		work.onBytes?.(checkedBytes);
	};
	const target = { ...metainfo, root: place.path, files: place.files };
	for (;;) {
		const pieces = unreadable.size === 0 ? undefined : missingFrom(seen, pieceCount);
		try {
			await pool.verify(target, {
				signal: work.signal,
				...(pieces === undefined ? {} : { pieces }),
				onPiece: ({ isValid, piece }) => note(piece, isValid),
			});
			return { good, unreadable };
		} catch (error) {
			const file = failedFile(error, place);
			if (file === undefined || unreadable.has(file)) throw readFailure(error);
			unreadable.add(file);
			const lost = filePieces(metainfo, file);
			if (lost === undefined) continue;
			for (let piece = lost.first; piece <= lost.last; piece++) note(piece, false);
		}
	}
}

function missingFrom(seen: Bitfield, pieceCount: number): number[] {
	const pieces: number[] = [];
	for (let piece = 0; piece < pieceCount; piece++) if (!seen.has(piece)) pieces.push(piece);
	return pieces;
}

function failedFile(error: unknown, place: PayloadPlace): number | undefined {
	if (!(error instanceof StorageError) || !OF_ONE_FILE.has(error.code)) return undefined;
	const index = place.files.findIndex((file) => file.path === error.path);
	return index === -1 ? undefined : index;
}
