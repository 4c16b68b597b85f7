/**
 * How payload lies in the read cache: lines of 16 blocks, each block in a frame with room before it
 * for what a sender puts there, so that a run of blocks is one range of memory and one write.
 *
 *     line:   frame 0 | frame 1 | … | frame 15
 *     frame:  head (13 bytes) | block (16 KiB; the last of a piece may be shorter)
 *
 * A line never holds bytes of two pieces unless its pieces are small and all of them are had:
 * what is not had yet will change on disk.
 */
import { BLOCK_BYTES, blockCount, type PieceLayout, pieceBytes } from '../metainfo/piece-layout.js';

/** Room before each block: the head of a `piece` message (BEP 3). */
export const FRAME_HEAD_BYTES = 13;
export const FRAME_BYTES: number = FRAME_HEAD_BYTES + BLOCK_BYTES;
export const LINE_BLOCKS = 16;
/** Payload of a full line. */
const LINE_PAYLOAD_BYTES: number = LINE_BLOCKS * BLOCK_BYTES;
/** Memory of a line. */
export const LINE_BYTES: number = LINE_BLOCKS * FRAME_BYTES;

/** A run of blocks somebody wants, from the first on. */
export interface WantedBlocks {
	readonly piece: number;
	readonly block: number;
	readonly blocks: number;
	/** The pieces whose data is final. */
	readonly hasPiece: (piece: number) => boolean;
}

/** Part of a torrent's payload that makes one line. */
export interface LineSpan {
	/** Unique among the torrent's lines. */
	readonly place: number;
	/** In the payload. */
	readonly offsetBytes: number;
	readonly lengthBytes: number;
	/** There is another line of the same piece behind it. */
	readonly hasNext: boolean;
}

/** Which line each block of a torrent is in. */
export class ReadLines {
	readonly #layout: PieceLayout;
	readonly #blocksPerPiece: number;
	/** Small pieces in a line; 1 when a piece fills a line or does not end with a whole block. */
	readonly #piecesPerLine: number;
	readonly #linesPerPiece: number;
	/** Places from here on hold single small pieces. */
	readonly #singlesFrom: number;

	constructor(layout: PieceLayout) {
		this.#layout = layout;
		this.#blocksPerPiece = blockCount(layout, 0);
		const isWhole = layout.pieceLengthBytes % BLOCK_BYTES === 0;
		this.#piecesPerLine = isWhole ? Math.max(1, Math.floor(LINE_BLOCKS / this.#blocksPerPiece)) : 1;
		this.#linesPerPiece = Math.ceil(this.#blocksPerPiece / LINE_BLOCKS);
		this.#singlesFrom = Math.ceil(layout.pieceCount / this.#piecesPerLine) * this.#linesPerPiece;
	}

	/** The line that holds the first of the wanted blocks, and as many of the others as it can. */
	spanOf(wanted: WantedBlocks): LineSpan {
		const { piece, block, blocks } = wanted;
		if (this.#piecesPerLine === 1) return this.#lineOfPiece(piece, block);
		// Somebody who asks for small pieces here and there is not helped by their neighbours.
		if (block + blocks > this.#blocksPerPiece) {
			const group = this.groupOf(wanted);
			if (group !== undefined) return group;
		}
		return {
			place: this.#singlesFrom + piece,
			offsetBytes: piece * this.#layout.pieceLengthBytes,
			lengthBytes: pieceBytes(this.#layout, piece),
			hasNext: false,
		};
	}

	/** The line of several small pieces around the wanted block, when all of them are had. */
	groupOf({ piece, hasPiece }: WantedBlocks): LineSpan | undefined {
		if (this.#piecesPerLine === 1) return undefined;
		const { pieceLengthBytes, pieceCount, totalBytes } = this.#layout;
		const place = Math.floor(piece / this.#piecesPerLine);
		const first = place * this.#piecesPerLine;
		const end = Math.min(pieceCount, first + this.#piecesPerLine);
		for (let each = first; each < end; each++) if (!hasPiece(each)) return undefined;
		const offsetBytes = first * pieceLengthBytes;
		const groupBytes = this.#piecesPerLine * pieceLengthBytes;
		const lengthBytes = Math.min(groupBytes, totalBytes - offsetBytes);
		return { place, offsetBytes, lengthBytes, hasNext: false };
	}

	/** The line after one with `hasNext`. */
	after(span: LineSpan): LineSpan {
		const place = span.place + 1;
		const piece = Math.floor(place / this.#linesPerPiece);
		return this.#lineOfPiece(piece, (place % this.#linesPerPiece) * LINE_BLOCKS);
	}

	/** Which frame of its line a block is in. */
	frameOf(span: LineSpan, piece: number, block: number): number {
		const offset = piece * this.#layout.pieceLengthBytes + block * BLOCK_BYTES - span.offsetBytes;
		return Math.floor(offset / BLOCK_BYTES);
	}

	#lineOfPiece(piece: number, block: number): LineSpan {
		const line = Math.floor(block / LINE_BLOCKS);
		const inPiece = line * LINE_PAYLOAD_BYTES;
		const left = pieceBytes(this.#layout, piece) - inPiece;
		return {
			place: piece * this.#linesPerPiece + line,
			offsetBytes: piece * this.#layout.pieceLengthBytes + inPiece,
			lengthBytes: Math.min(LINE_PAYLOAD_BYTES, left),
			hasNext: left > LINE_PAYLOAD_BYTES,
		};
	}
}

/** The block parts of the frames of `lines`, in order, `lengthBytes` in all. */
export function blockViews(
	memory: Uint8Array,
	lines: Iterable<number>,
	lengthBytes: number,
): Uint8Array[] {
	const views: Uint8Array[] = [];
	let left = lengthBytes;
	for (const line of lines) {
		for (let frame = 0; frame < LINE_BLOCKS && left > 0; frame++) {
			const from = line * LINE_BYTES + frame * FRAME_BYTES + FRAME_HEAD_BYTES;
			const length = Math.min(BLOCK_BYTES, left);
			views.push(memory.subarray(from, from + length));
			left -= length;
		}
	}
	return views;
}
