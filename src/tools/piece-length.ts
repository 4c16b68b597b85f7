/** How long the pieces of a new torrent are: by the size of its data, or as the user says. */
import { ToolsError } from './tools-error.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** One block: shorter pieces only cost messages. */
const MIN_PIECE_BYTES = 16 * KIB;
/** The automatic choice goes no further: one bad byte costs a whole piece. */
const MAX_AUTOMATIC_BYTES = 16 * MIB;
/** Longer ones are more than most programs load. */
const MAX_PIECE_BYTES = 64 * MIB;
/** Between half as many and this many pieces: coarse progress below, a large `.torrent` above. */
const MOST_PIECES = 2048;

/**
 * The shortest power of two that gives at most 2,048 pieces, from 16 KiB to 16 MiB.
 *
 * | data up to | piece   | data up to | piece |
 * |------------|---------|------------|-------|
 * | 32 MiB     | 16 KiB  | 2 GiB      | 1 MiB |
 * | 64 MiB     | 32 KiB  | 4 GiB      | 2 MiB |
 * | 128 MiB    | 64 KiB  | 8 GiB      | 4 MiB |
 * | 256 MiB    | 128 KiB | 16 GiB     | 8 MiB |
 * | 512 MiB    | 256 KiB | more       | 16 MiB |
 * | 1 GiB      | 512 KiB |            |       |
 *
 * Above 32 MiB and up to 32 GiB there are between 1,025 and 2,048 pieces.
 */
export function automaticPieceLength(totalBytes: number): number {
	let lengthBytes = MIN_PIECE_BYTES;
	while (lengthBytes < MAX_AUTOMATIC_BYTES && totalBytes > lengthBytes * MOST_PIECES)
		lengthBytes *= 2;
	return lengthBytes;
}

/**
 * Reads `auto`, or bytes with an optional unit: `262144`, `256Ki`, `256KiB`, `1M`. All units are
 * powers of 1024, as everywhere where pieces are spoken of.
 * @returns undefined for `auto`
 * @throws {ToolsError} `TOOLS_BAD_OPTION`
 */
export function readPieceLength(text: string): number | undefined {
	const trimmed = text.trim();
	if (trimmed.toLowerCase() === 'auto') return undefined;
	const match = /^(\d{1,12})(?:([km])(?:i?b)?|([km])i|b)?$/i.exec(trimmed);
	const unit = (match?.[2] ?? match?.[3] ?? '').toLowerCase();
	const factor = unit === 'm' ? MIB : unit === 'k' ? KIB : 1;
	const lengthBytes = match === null ? Number.NaN : Number(match[1]) * factor;
	const isAllowed = lengthBytes >= MIN_PIECE_BYTES && lengthBytes <= MAX_PIECE_BYTES;
	if (!isAllowed || !Number.isInteger(Math.log2(lengthBytes)))
		throw new ToolsError(
			'TOOLS_BAD_OPTION',
			undefined,
			`expected auto or a power of two from 16Ki to 64Mi such as 256Ki, got "${trimmed.slice(0, 40)}"`,
		);
	return lengthBytes;
}
