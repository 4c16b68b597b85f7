/** SHA-1 of pieces and blocks in a disk thread (BEP 3). */
import { createHash, type Hash, hash } from 'node:crypto';

/** Bytes of a SHA-1. */
export const SHA1_BYTES = 20;

export function sha1(bytes: Uint8Array): Uint8Array {
	return hash('sha1', bytes, 'buffer');
}

/** SHA-1 of bytes that come in several parts. */
export class PieceHasher {
	readonly #hash: Hash = createHash('sha1');

	add(bytes: Uint8Array): void {
		this.#hash.update(bytes);
	}

	/** Ends the hash; call once. */
	digest(): Uint8Array {
		return this.#hash.digest();
	}
}

/** Zeros to compare with: comparing is fifty times as fast as hashing. */
const ZEROS: Uint8Array = new Uint8Array(256 * 1024);

/** True when every byte is zero, as in parts of a file that were never written. */
export function isAllZeros(bytes: Uint8Array): boolean {
	for (let at = 0; at < bytes.byteLength; at += ZEROS.byteLength) {
		const part = bytes.subarray(at, at + ZEROS.byteLength);
		if (Buffer.compare(part, ZEROS.subarray(0, part.byteLength)) !== 0) return false;
	}
	return true;
}

/** Adds `lengthBytes` zeros to a hash. */
export function addZeros(hasher: PieceHasher, lengthBytes: number): void {
	for (let left = lengthBytes; left > 0; left -= ZEROS.byteLength)
		hasher.add(ZEROS.subarray(0, Math.min(left, ZEROS.byteLength)));
}
