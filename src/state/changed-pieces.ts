/** Which pieces must be checked again after a restart: those whose files changed meanwhile. Pure. */
import { Bitfield } from '../primitives/bitfield.js';
import type { RecordedStamp } from './resume-record.js';

/** A file as it is now. */
export interface CurrentStamp extends RecordedStamp {
	/** Something other than a regular file stands at the path. */
	readonly isForeign: boolean;
}

/** Where the files lie in the payload. */
export interface ResumeLayout {
	readonly pieceCount: number;
	readonly pieceLengthBytes: number;
	readonly files: readonly {
		readonly offsetBytes: number;
		readonly lengthBytes: number;
		readonly isPadding: boolean;
	}[];
}

export interface ChangedPieces {
	/** Verified before and not touched since: may be offered at once. */
	readonly have: Bitfield;
	/** To be hashed before anything is said of them, ascending; none of them is in `have`. */
	readonly recheck: readonly number[];
	/** Files that were there when the record was made and are gone or replaced now. */
	readonly missingFiles: readonly number[];
}

/**
 * Compares what was recorded with what is there. Size and modification time decide; the device
 * does not, because its number may change when the machine starts anew.
 *
 * A changed file puts all its pieces up for checking, also those that were not there before:
 * after a crash the data may be newer than the record. A missing file's pieces are simply gone.
 * @param have - the record's pieces
 * @param recorded - the record's stamps, in file order
 * @param now - today's stamps, in file order
 */
export function changedPieces(
	have: Bitfield,
	recorded: readonly RecordedStamp[],
	now: readonly CurrentStamp[],
	layout: ResumeLayout,
): ChangedPieces {
	// Another shape than the torrent's: the record says nothing about these files.
	const isUsable = recorded.length === layout.files.length && have.length === layout.pieceCount;
	const kept = isUsable ? have.clone() : new Bitfield(layout.pieceCount);
	const lost = new Bitfield(layout.pieceCount);
	const recheck = new Bitfield(layout.pieceCount);
	const missingFiles: number[] = [];
	for (const [index, file] of layout.files.entries()) {
		if (file.isPadding) continue;
		const before = isUsable ? recorded[index] : undefined;
		const current = now[index];
		if (current === undefined || !current.exists || current.isForeign) {
			if (before?.exists === true) missingFiles.push(index);
			markPieces(layout, file, lost);
		} else if (before === undefined || !isSame(before, current)) markPieces(layout, file, recheck);
	}
	const pieces: number[] = [];
	for (let piece = 0; piece < layout.pieceCount; piece++) {
		const isLost = lost.has(piece);
		if (isLost || recheck.has(piece)) kept.clear(piece);
		if (recheck.has(piece) && !isLost) pieces.push(piece);
	}
	return { have: kept, recheck: pieces, missingFiles };
}

function isSame(before: RecordedStamp, current: CurrentStamp): boolean {
	return (
		before.exists && before.sizeBytes === current.sizeBytes && before.mtimeMs === current.mtimeMs
	);
}

function markPieces(
	layout: ResumeLayout,
	file: { readonly offsetBytes: number; readonly lengthBytes: number },
	pieces: Bitfield,
): void {
	if (file.lengthBytes === 0) return;
	const first = Math.floor(file.offsetBytes / layout.pieceLengthBytes);
	const last = Math.floor((file.offsetBytes + file.lengthBytes - 1) / layout.pieceLengthBytes);
	for (let piece = first; piece <= last; piece++) pieces.set(piece);
}
