/**
 * Text from strangers (names, paths, peer clients, tracker messages) made safe to show,
 * and fitted to a number of terminal columns.
 */
import stringWidth from 'string-width';

/** Printable ASCII: one column a character, nothing to clean. */
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

/** A grapheme longer than this is an attack on the screen, not a letter. */
const MAX_GRAPHEME_UNITS = 32;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Replaces everything that could steer a terminal or hide in a line with `?`: C0, C1, DEL, bidi
 * controls, zero-width characters, U+2028/9, lone surrogates. Joiners stay where a script or an
 * emoji needs them. Cleaning twice changes nothing more.
 */
export function cleanText(text: string): string {
	if (PRINTABLE_ASCII.test(text)) return text;
	return text.replace(CLEANING, (_all, kept: string | undefined) => kept ?? '?');
}

/** How many terminal columns cleaned text takes. */
export function textWidth(text: string): number {
	return PRINTABLE_ASCII.test(text) ? text.length : stringWidth(text);
}

/** How {@link fitText} fills and cuts. */
export interface FitOptions {
	readonly align?: 'left' | 'right' | 'center';
	/** One column wide; marks cut text. */
	readonly ellipsis?: string;
}

/** Cleaned text in exactly `width` columns: padded with spaces, or cut and ended with `…`. */
export function fitText(text: string, width: number, options: FitOptions = {}): string {
	if (width <= 0) return '';
	const clipped = clipText(text, width, options.ellipsis);
	const missing = width - textWidth(clipped);
	if (missing <= 0) return clipped;
	const before = { left: 0, right: missing, center: missing >> 1 }[options.align ?? 'left'];
	const filled = ' '.repeat(before) + clipped + ' '.repeat(missing - before);
	// A few letters of Indic scripts swallow the space that follows them.
	return filled + ' '.repeat(Math.max(0, width - textWidth(filled)));
}

/** Cleaned text in at most `width` columns; ends with `ellipsis` when something was cut. */
export function clipText(text: string, width: number, ellipsis = '…'): string {
	if (width <= 0) return '';
	if (PRINTABLE_ASCII.test(text))
		return text.length <= width ? text : text.slice(0, width - ellipsis.length) + ellipsis;
	// Only what could be visible is looked at: a name may be a megabyte of combining marks.
	const maxUnits = width * MAX_GRAPHEME_UNITS;
	const isLong = text.length > maxUnits;
	let whole = '';
	let used = 0;
	let cut = '';
	for (const { segment } of graphemes.segment(isLong ? text.slice(0, maxUnits) : text)) {
		const shown = visibleGrapheme(segment);
		const columns = textWidth(shown);
		if (used + columns > width) return cut + ellipsis;
		whole += shown;
		used += columns;
		if (used <= width - ellipsis.length) cut = whole;
	}
	return isLong ? cut + ellipsis : whole;
}

/** Like {@link clipText}, but keeps the end: for paths, whose last name says most. */
export function clipTextStart(text: string, width: number, ellipsis = '…'): string {
	if (width <= 0) return '';
	const total = textWidth(text);
	if (total <= width) return clipText(text, width, ellipsis);
	return ellipsis + dropColumns(text, total - width + ellipsis.length);
}

/** What is left of cleaned text after its first `columns`; half a wide character becomes a space. */
export function dropColumns(text: string, columns: number): string {
	if (PRINTABLE_ASCII.test(text)) return text.slice(columns);
	let skipped = 0;
	for (const { segment, index } of graphemes.segment(text)) {
		if (skipped >= columns) return ' '.repeat(skipped - columns) + text.slice(index);
		skipped += textWidth(visibleGrapheme(segment));
	}
	return ' '.repeat(Math.max(0, skipped - columns));
}

function visibleGrapheme(segment: string): string {
	if (segment.length > MAX_GRAPHEME_UNITS) return '?';
	// A cut in the middle of a surrogate pair leaves half of it at the end.
	return /\p{Cs}/u.test(segment) ? '?' : segment;
}
