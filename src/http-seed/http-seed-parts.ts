/** HTTP seeds (BEP 17): programs on a web server that are asked for ranges of one piece. */
import { type PieceLayout, pieceBytes } from '../metainfo/piece-layout.js';
import type { PlanParts, SeedPart } from './seed-part.js';

/**
 * The requests of an HTTP seed for a range of the payload: one for each piece it touches,
 * `?info_hash=…&piece=N`, and `&ranges=first-last` unless it is the whole piece.
 * @param infohash - 20 bytes
 */
export function httpSeedParts(
	baseUrl: string,
	infohash: Uint8Array,
	layout: PieceLayout,
): PlanParts {
	const base = baseUrl.replace(/#.*$/s, '');
	const start = `${base}${base.includes('?') ? '&' : '?'}info_hash=${percentEncode(infohash)}`;
	return (offsetBytes, lengthBytes) => {
		const parts: SeedPart[] = [];
		const end = offsetBytes + lengthBytes;
		for (let at = offsetBytes; at < end; ) {
			const piece = Math.floor(at / layout.pieceLengthBytes);
			const pieceStart = piece * layout.pieceLengthBytes;
			const first = at - pieceStart;
			const next = Math.min(end - pieceStart, pieceBytes(layout, piece));
			const isWhole = first === 0 && next === pieceBytes(layout, piece);
			const ranges = isWhole ? '' : `&ranges=${first}-${next - 1}`;
			parts.push({
				type: 'piece',
				url: `${start}&piece=${piece}${ranges}`,
				lengthBytes: next - first,
			});
			at = pieceStart + next;
		}
		return parts;
	};
}

/** Every byte as `%xx`, as all servers read it. */
function percentEncode(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
