/**
 * Cleaned text fitted to a number of terminal columns, for screens. Knowing how wide every character
 * is takes long to load: what only writes lines has no use for this file.
 */
import stringWidth from 'string-width';

/**
 * Characters of one column that stay so beside each other: printable ASCII, and what frames, bars
 * and arrows are drawn with. The first look at any other costs milliseconds.
 */
const ONE_COLUMN_EACH = /^[\x20-\x7e\u2026\u2190-\u2193\u2500-\u259f\u25b2\u25bc]*$/;

/** A grapheme longer than this is an attack on the screen, not a letter. */
const MAX_GRAPHEME_UNITS = 32;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How many terminal columns cleaned text takes. */
export function textWidth(text: string): number {
	return ONE_COLUMN_EACH.test(text) ? text.length : stringWidth(text);
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
	if (ONE_COLUMN_EACH.test(text))
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
	if (ONE_COLUMN_EACH.test(text)) return text.slice(columns);
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
