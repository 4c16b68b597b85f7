/**
 * How payload lies in the read cache: lines of 16 blocks, each block in a frame with room before it
 * for what a sender puts there, so that a run of blocks is one range of memory and one write.
 *
 *     line:   frame 0 | frame 1 | … | frame 15
 *     frame:  head (13 bytes) | block (16 KiB; the last of a piece may be shorter)
 *
 * Pieces that fill a line lie in it as in the payload, and never with bytes of another piece: what is
 * not had yet will change on disk. Blocks of smaller pieces are asked for here and there: they lie in
 * the order of asking, sixteen of any pieces in a line, and nothing is read that nobody asked for.
 */
import { BLOCK_BYTES, blockBytes, blockCount, type PieceLayout } from '../metainfo/piece-layout.js';

/** Room before each block: the head of a `piece` message (BEP 3). */
export const FRAME_HEAD_BYTES = 13;
export const FRAME_BYTES: number = FRAME_HEAD_BYTES + BLOCK_BYTES;
export const LINE_BLOCKS = 16;
/** Memory of a line. */
export const LINE_BYTES: number = LINE_BLOCKS * FRAME_BYTES;

/** Neighbouring blocks of the payload. */
export interface PayloadRange {
	readonly offsetBytes: number;
	readonly lengthBytes: number;
}

/** What makes one line. */
export interface LineSpan {
	/** What the line is found by, unique among the torrent's lines: one number, or one for each block. */
	readonly keys: readonly number[];
	/** In the order of the frames; only the last frame may be shorter than a block. */
	readonly ranges: readonly PayloadRange[];
	readonly lengthBytes: number;
}

/** Which line each block of a torrent is in. Blocks are numbered through all pieces. */
export class ReadLines {
	readonly #layout: PieceLayout;
	readonly #blocksPerPiece: number;
	readonly #linesPerPiece: number;
	/** Lines hold blocks in the order of asking, and are found by each of them. */
	readonly #isGathered: boolean;

	constructor(layout: PieceLayout) {
		this.#layout = layout;
		this.#blocksPerPiece = Math.ceil(layout.pieceLengthBytes / BLOCK_BYTES);
		this.#linesPerPiece = Math.ceil(this.#blocksPerPiece / LINE_BLOCKS);
		const isWhole = layout.pieceLengthBytes % BLOCK_BYTES === 0;
		this.#isGathered = isWhole && this.#blocksPerPiece < LINE_BLOCKS;
	}

	/** The number of the block that a byte of a piece is in. */
	blockAt(piece: number, offsetBytes: number): number {
		return piece * this.#blocksPerPiece + Math.floor(offsetBytes / BLOCK_BYTES);
	}

	/** What a block's line is found by. */
	keyOf(block: number): number {
		if (this.#isGathered) return block;
		const piece = this.#pieceOf(block);
		const inPiece = block - piece * this.#blocksPerPiece;
		return piece * this.#linesPerPiece + Math.floor(inPiece / LINE_BLOCKS);
	}

	/** The line for the first of these blocks: with as many of the others as it can take, if gathered. */
	spanOf(blocks: readonly number[]): LineSpan {
		return this.#isGathered ? this.#gather(blocks) : this.#lineOfPiece(this.keyOf(blocks[0] ?? 0));
	}

	/** The next line of the same piece; undefined at its end, and when lines are gathered. */
	after(span: LineSpan): LineSpan | undefined {
		const next = (span.keys[0] ?? 0) + 1;
		if (this.#isGathered || next % this.#linesPerPiece === 0) return undefined;
		const line = this.#lineOfPiece(next);
		return line.lengthBytes > 0 ? line : undefined;
	}

	/** Which frame of its line a block is in. */
	frameOf(keys: readonly number[], block: number): number {
		if (this.#isGathered) return keys.indexOf(block);
		return (block % this.#blocksPerPiece) % LINE_BLOCKS;
	}

	/** True when `blocks[at]` lies `at` frames after the first of them, which is in `frame`. */
	follows(keys: readonly number[], frame: number, blocks: readonly number[], at: number): boolean {
		const block = blocks[at];
		return this.#isGathered ? block === keys[frame + at] : block === (blocks[0] ?? 0) + at;
	}

	#gather(blocks: readonly number[]): LineSpan {
		const keys: number[] = [];
		const ranges: PayloadRange[] = [];
		let lengthBytes = 0;
		for (const block of blocks) {
			if (keys.includes(block)) continue;
			const piece = this.#pieceOf(block);
			const bytes = blockBytes(this.#layout, piece, block % this.#blocksPerPiece);
			ranges.push({ offsetBytes: block * BLOCK_BYTES, lengthBytes: bytes });
			keys.push(block);
			lengthBytes += bytes;
			if (bytes < BLOCK_BYTES || keys.length === LINE_BLOCKS) break;
		}
		return { keys, ranges, lengthBytes };
	}

	#pieceOf(block: number): number {
		return Math.floor(block / this.#blocksPerPiece);
	}

	#lineOfPiece(key: number): LineSpan {
		const piece = Math.floor(key / this.#linesPerPiece);
		const firstBlock = (key - piece * this.#linesPerPiece) * LINE_BLOCKS;
		const endBlock = Math.min(firstBlock + LINE_BLOCKS, blockCount(this.#layout, piece));
		const inPiece = firstBlock * BLOCK_BYTES;
		const lengthBytes =
			endBlock > firstBlock
				? (endBlock - 1 - firstBlock) * BLOCK_BYTES + blockBytes(this.#layout, piece, endBlock - 1)
				: 0;
		const offsetBytes = piece * this.#layout.pieceLengthBytes + inPiece;
		return { keys: [key], ranges: [{ offsetBytes, lengthBytes }], lengthBytes };
	}
}

/** The block parts of all frames, made once for each line: they are read into again and again. */
export class LineViews {
	readonly #memory: Uint8Array;
	readonly #views: (readonly Uint8Array[])[] = [];

	constructor(memory: Uint8Array) {
		this.#memory = memory;
	}

	/** Those of `lines`, in order, `lengthBytes` in all. */
	of(lines: Iterable<number>, lengthBytes: number): Uint8Array[] {
		const views: Uint8Array[] = [];
		let left = lengthBytes;
		for (const line of lines) {
			for (const view of this.#ofLine(line)) {
				if (left <= 0) return views;
				views.push(left >= BLOCK_BYTES ? view : view.subarray(0, left));
				left -= BLOCK_BYTES;
			}
		}
		return views;
	}

	#ofLine(line: number): readonly Uint8Array[] {
		const known = this.#views[line];
		if (known !== undefined) return known;
		const views = Array.from({ length: LINE_BLOCKS }, (_, frame) => {
			const from = line * LINE_BYTES + frame * FRAME_BYTES + FRAME_HEAD_BYTES;
			return this.#memory.subarray(from, from + BLOCK_BYTES);
		});
		this.#views[line] = views;
		return views;
	}
}
