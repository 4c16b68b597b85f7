/** Text from strangers (names, paths, peer clients, tracker messages) made safe to show. */

/** Printable ASCII: nothing to clean. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Scripts that spell words with ZERO WIDTH JOINER and NON-JOINER. */
const JOINING =
	'\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Devanagari}\\p{Script=Bengali}' +
	'\\p{Script=Gurmukhi}\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}' +
	'\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Khmer}\\p{Script=Myanmar}';

/**
 * Invisible characters that belong to what stands around them: joiners inside words and emoji,
 * variation selectors after a visible character. Captured, so that they stay.
 */
const KEPT = [
	`(?<=[${JOINING}])[\\u200c\\u200d](?=[${JOINING}])`,
	'(?<=\\p{Extended_Pictographic}\\ufe0f?[\\u{1f3fb}-\\u{1f3ff}]?)\\u200d(?=\\p{Extended_Pictographic})',
	'(?<=[\\p{L}\\p{N}\\p{Extended_Pictographic}#*])[\\ufe0e\\ufe0f]',
].join('|');

/** Controls, formats (bidi among them), surrogates, separators, and whatever else has no shape. */
const UNSAFE = '[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]';

const CLEANING = new RegExp(`(${KEPT})|${UNSAFE}`, 'gu');

/**
 * Replaces everything that could steer a terminal or hide in a line with `?`: C0, C1, DEL, bidi
 * controls, zero-width characters, U+2028/9, lone surrogates. Joiners stay where a script or an
 * emoji needs them. Cleaning twice changes nothing more.
 */
export function cleanText(text: string): string {
	if (PRINTABLE_ASCII.test(text)) return text;
	return text.replace(CLEANING, (_all, kept: string | undefined) => kept ?? '?');
}
