/** Bytes written for reading: hex digits with spaces between the fields. */
import { fromHex } from '../../src/primitives/bytes.js';

export function hex(text: string): Uint8Array {
	const bytes = fromHex(text.replaceAll(/\s/g, ''));
	if (bytes === undefined) throw new Error(`Not hex: ${text}`);
	return bytes;
}
