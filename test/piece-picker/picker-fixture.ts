import { BLOCK_BYTES, type PieceLayout } from '../../src/metainfo/piece-layout.js';
import { type BlockRef, PiecePicker } from '../../src/piece-picker/piece-picker.js';
import { Bitfield } from '../../src/primitives/bitfield.js';
import type { Random } from '../../src/primitives/clock.js';

/** The same numbers each run (mulberry32). */
export function seededRandom(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** `lastBlocks`: blocks of the last piece, whose last block is 100 bytes short. */
export function layoutOf(
	pieceCount: number,
	blocksPerPiece: number,
	lastBlocks: number = blocksPerPiece,
): PieceLayout {
	const pieceLengthBytes = blocksPerPiece * BLOCK_BYTES;
	const totalBytes =
		pieceCount === 0 ? 0 : (pieceCount - 1) * pieceLengthBytes + lastBlocks * BLOCK_BYTES - 100;
	return { pieceCount, pieceLengthBytes, totalBytes };
}

export function pickerOf(
	pieceCount: number,
	blocksPerPiece: number,
	options: { seed?: number; randomFirstPieces?: number; lastBlocks?: number } = {},
): PiecePicker<string> {
	return new PiecePicker<string>({
		layout: layoutOf(pieceCount, blocksPerPiece, options.lastBlocks),
		random: seededRandom(options.seed ?? 1),
		randomFirstPieces: options.randomFirstPieces ?? 0,
	});
}

export function fieldOf(length: number, pieces: readonly number[]): Bitfield {
	const field = new Bitfield(length);
	for (const piece of pieces) field.set(piece);
	return field;
}

/** `3.0 3.1`: piece and block of each. */
export function shown(refs: readonly BlockRef[]): string {
	return refs.map(({ piece, block }) => `${piece}.${block}`).join(' ');
}

export const FAST = { isSnubbed: false } as const;
export const SNUBBED = { isSnubbed: true } as const;
