/** The Fast extension's allowed-fast set and what it permits (BEP 6). */
import { concatBytes, readUint32 } from '../primitives/bytes.js';

/** BEP 6's example; enough for a new peer to have something to trade. */
export const ALLOWED_FAST_COUNT = 10;

/** Draws that give no new piece before the set is left shorter; never reached by a real hash. */
const MAX_ROUNDS = 1000;

/**
 * The pieces a peer may request while we choke it: both sides can work out the same ones, so that
 * reconnecting gains nothing.
 *
 * The seed is the peer's IPv4 address with its last byte zeroed, then the infohash; it is hashed
 * again and again, each hash giving five piece indexes.
 *
 * @param options.address - the peer's 4 address bytes; BEP 6 defines nothing for IPv6: an empty set
 * @param options.infohash - 20 bytes
 * @param options.count - size of the set; a torrent with fewer pieces allows them all
 * @param options.sha1 - 20-byte SHA-1 of its argument
 * @see BEP 6
 */
export function allowedFastSet(options: {
	readonly address: Uint8Array;
	readonly infohash: Uint8Array;
	readonly pieceCount: number;
	readonly count?: number;
	readonly sha1: (bytes: Uint8Array) => Uint8Array;
}): number[] {
	const { address, infohash, pieceCount, count = ALLOWED_FAST_COUNT, sha1 } = options;
	if (address.byteLength !== 4) return [];
	if (pieceCount <= count) return Array.from({ length: pieceCount }, (_, piece) => piece);
	const pieces = new Set<number>();
	let seed = concatBytes([address.subarray(0, 3), new Uint8Array(1), infohash]);
	for (let round = 0; round < MAX_ROUNDS && pieces.size < count; round++) {
		seed = sha1(seed);
		for (let at = 0; at + 4 <= 20 && pieces.size < count; at += 4) {
			pieces.add(readUint32(seed, at) % pieceCount);
		}
	}
	return [...pieces];
}
