/** All piece, block and file arithmetic of one torrent, last-piece cases included. Pure. */
import type { Metainfo } from './metainfo.js';

/** Requests ask for this much; every client serves it (BEP 3). */
export const BLOCK_BYTES = 16384;

export interface FileSpan {
	readonly fileIndex: number;
	/** Where the span starts in the file. */
	readonly fileOffsetBytes: number;
	readonly lengthBytes: number;
}

export interface PieceLayout {
	readonly pieceCount: number;
	readonly pieceLengthBytes: number;
	readonly totalBytes: number;
}

/** Length of a piece; the last one may be shorter. */
export function pieceBytes(layout: PieceLayout, piece: number): number {
	const start = piece * layout.pieceLengthBytes;
	return Math.min(layout.pieceLengthBytes, layout.totalBytes - start);
}

export function blockCount(layout: PieceLayout, piece: number): number {
	return Math.ceil(pieceBytes(layout, piece) / BLOCK_BYTES);
}

/** Length of a block; the last one of a piece may be shorter. */
export function blockBytes(layout: PieceLayout, piece: number, block: number): number {
	return Math.min(BLOCK_BYTES, pieceBytes(layout, piece) - block * BLOCK_BYTES);
}

/** Pieces that hold any byte of a file, first to last; an empty file has none. */
export function filePieces(
	metainfo: Metainfo,
	fileIndex: number,
): { first: number; last: number } | undefined {
	const file = metainfo.files[fileIndex];
	if (file === undefined || file.lengthBytes === 0) return undefined;
	return {
		first: Math.floor(file.offsetBytes / metainfo.pieceLengthBytes),
		last: Math.floor((file.offsetBytes + file.lengthBytes - 1) / metainfo.pieceLengthBytes),
	};
}

/**
 * The parts of files that a range of the payload covers, in order.
 * @param files - payload order, `offsetBytes` ascending without gaps
 */
export function fileSpans(
	files: readonly { readonly offsetBytes: number; readonly lengthBytes: number }[],
	offsetBytes: number,
	lengthBytes: number,
): FileSpan[] {
	return spansOf(files.length, (file) => fileEnd(files[file]), offsetBytes, lengthBytes);
}

/**
 * The same for files that are not kept as objects.
 * @param endOf - where a file ends in the payload
 */
export function spansOf(
	fileCount: number,
	endOf: (file: number) => number,
	offsetBytes: number,
	lengthBytes: number,
): FileSpan[] {
	const spans: FileSpan[] = [];
	const rangeEnd = offsetBytes + lengthBytes;
	let file = firstFileAt(fileCount, endOf, offsetBytes);
	let fileStart = file === 0 ? 0 : endOf(file - 1);
	for (; file < fileCount && fileStart < rangeEnd; file++) {
		const end = endOf(file);
		const from = Math.max(offsetBytes, fileStart);
		const to = Math.min(rangeEnd, end);
		if (to > from)
			spans.push({
				fileIndex: file,
				fileOffsetBytes: from - fileStart,
				lengthBytes: to - from,
			});
		fileStart = end;
	}
	return spans;
}

/** Index of the first file whose end lies after `offsetBytes`, by bisection. */
function firstFileAt(
	fileCount: number,
	endOf: (file: number) => number,
	offsetBytes: number,
): number {
	let low = 0;
	let high = fileCount;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (endOf(middle) <= offsetBytes) low = middle + 1;
		else high = middle;
	}
	return low;
}

function fileEnd(
	file: { readonly offsetBytes: number; readonly lengthBytes: number } | undefined,
): number {
	return file === undefined ? 0 : file.offsetBytes + file.lengthBytes;
}
