/**
 * One line of the screen as cells of known width. A row is exact because its cells are:
 * nothing measures a finished line.
 */
import { cleanText } from '../primitives/clean-text.js';
import { clipText, dropColumns, fitText, textWidth } from '../primitives/fit-text.js';
import { paint, type Role, type Theme } from './theme.js';

/** Cleaned text that takes exactly `width` columns. */
export interface Cell {
	readonly text: string;
	readonly width: number;
	readonly role?: Role | undefined;
}

export type Row = readonly Cell[];

export interface CellOptions {
	readonly role?: Role | undefined;
	readonly align?: 'left' | 'right' | 'center';
}

/** Any text in exactly `width` columns, cleaned, padded or cut. */
export function cell(theme: Theme, text: string, width: number, options: CellOptions = {}): Cell {
	const fitted = fitText(cleanText(text), width, {
		ellipsis: theme.glyphs.ellipsis,
		align: options.align ?? 'left',
	});
	return { text: fitted, width: Math.max(0, width), role: options.role };
}

/** Text as wide as it is. */
export function span(text: string, role?: Role): Cell {
	const clean = cleanText(text);
	return { text: clean, width: textWidth(clean), role };
}

export function blank(width: number): Cell {
	return { text: ' '.repeat(Math.max(0, width)), width: Math.max(0, width) };
}

export function rowWidth(row: Row): number {
	let width = 0;
	for (const part of row) width += part.width;
	return width;
}

/** The row in exactly `width` columns: padded with blanks, or cut. */
export function fitRow(row: Row, width: number, theme: Theme): Row {
	const total = rowWidth(row);
	if (total === width) return row;
	if (total < width) return [...row, blank(width - total)];
	return cutRow(row, 0, width, theme.glyphs.ellipsis);
}

/**
 * Left and right texts on one line. When both do not fit, right parts go first, the least
 * important of them at the front; then the left is cut.
 */
export function spread(left: Row, rightParts: readonly Row[], width: number, theme: Theme): Row {
	let right = rightParts.flat();
	for (let drop = 0; drop < rightParts.length; drop++) {
		right = rightParts.slice(drop).flat();
		const free = width - rowWidth(left) - rowWidth(right);
		if (free >= 2) return [...left, blank(free), ...right];
	}
	return fitRow(left, width, theme);
}

/** The columns `from` to `to` of a row, exactly; wide characters at the edges become spaces. */
export function cutRow(row: Row, from: number, to: number, ellipsis = ''): Row {
	const parts: Cell[] = [];
	let at = 0;
	for (const part of row) {
		const start = Math.max(from, at);
		const end = Math.min(to, at + part.width);
		if (start < end) {
			const tail = start > at ? dropColumns(part.text, start - at) : part.text;
			const isCut = end < at + part.width;
			const text = isCut ? clipText(tail, end - start, ellipsis) : tail;
			parts.push({ text: fitText(text, end - start), width: end - start, role: part.role });
		}
		at += part.width;
	}
	return parts;
}

/** All cells in one role: a selected line, a dimmed background. */
export function withRole(row: Row, role: Role): Row {
	return row.map((part) => ({ ...part, role }));
}

/** The row as the terminal gets it. */
export function renderRow(row: Row, theme: Theme): string {
	let line = '';
	let pending = '';
	let role: Role | undefined;
	for (const part of row) {
		if (part.role !== role) {
			line += paint(theme, role, pending);
			pending = '';
			role = part.role;
		}
		pending += part.text;
	}
	return line + paint(theme, role, pending);
}
