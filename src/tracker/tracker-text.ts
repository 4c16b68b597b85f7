/** Words a tracker sends, made fit to show: failure reasons and warnings (BEP 3). */

const MAX_CHARACTERS = 200;
/** Four bytes is the longest UTF-8 character; the rest is not even decoded. */
const MAX_BYTES = MAX_CHARACTERS * 4;

/**
 * Decodes UTF-8 (bad bytes become U+FFFD), turns control, format and line characters into spaces
 * and cuts at 200 characters.
 */
export function trackerText(bytes: Uint8Array): string {
	const decoded = new TextDecoder().decode(bytes.subarray(0, MAX_BYTES));
	const clean = decoded
		// Cc: escapes that drive a terminal. Cf: bidirectional overrides. Zl, Zp: line breaks.
		.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	return Array.from(clean).slice(0, MAX_CHARACTERS).join('');
}
