/** Unsigned big-endian numbers, hex and comparison over plain byte arrays. */

/** Reads an unsigned 32-bit big-endian number at `at`; the caller has checked the length. */
export function readUint32(bytes: Uint8Array, at: number): number {
	return (
		(bytes[at] ?? 0) * 0x1000000 +
		(((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
	);
}

/** Writes `value` (0 to 2^32 - 1) as 4 bytes, big-endian. */
export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
	bytes[at] = value >>> 24;
	bytes[at + 1] = value >>> 16;
	bytes[at + 2] = value >>> 8;
	bytes[at + 3] = value;
}

/** Reads an unsigned 16-bit big-endian number at `at`. */
export function readUint16(bytes: Uint8Array, at: number): number {
	return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Writes `value` (0 to 65535) as 2 bytes, big-endian. */
export function writeUint16(bytes: Uint8Array, at: number, value: number): void {
	bytes[at] = value >>> 8;
	bytes[at + 1] = value;
}

/** Lower-case hex digits, two per byte. */
export function toHex(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Bytes of a string of hex digits; undefined when it is not one. */
export function fromHex(hex: string): Uint8Array | undefined {
	if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) return undefined;
	return Uint8Array.from(Buffer.from(hex, 'hex'));
}

/** True when both hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
	return a.byteLength === b.byteLength && Buffer.compare(a, b) === 0;
}

/**
 * Copies `source` into `target` from `at` on; the two must not overlap.
 *
 * When one side is shared memory and they are not aligned alike, `Uint8Array.set` moves single
 * bytes, a tenth as fast; a Buffer filled with exactly as many bytes as it takes is one memcpy.
 * @throws {RangeError} when `source` does not fit
 */
export function copyBytes(target: Uint8Array, at: number, source: Uint8Array): void {
	const end = at + source.byteLength;
	if (source.byteLength === 0) return;
	if (end <= target.byteLength && Buffer.isBuffer(target)) target.fill(source, at, end);
	else target.set(source, at);
}

/** All parts in one new array. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
	let length = 0;
	for (const part of parts) length += part.byteLength;
	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.byteLength;
	}
	return whole;
}

/** Text as UTF-8 bytes. */
export function utf8(text: string): Uint8Array {
	return new TextEncoder().encode(text);
}
