/** One field of the form as a row: its label, and the value the way its kind is shown. */
import { cleanText } from '../../../primitives/clean-text.js';
import { clipTextStart, textWidth } from '../../../primitives/fit-text.js';
import { blank, cell, type Row, rowWidth, span } from '../../row.js';
import type { Theme } from '../../theme.js';
import { cursorPlace, graphemeAt, type TextEntry } from '../text-entry.js';

/** What fields of a page have in common. */
export interface FieldPlace {
	readonly theme: Theme;
	readonly width: number;
	/** Columns of the label. */
	readonly labelWidth: number;
}

export function labelCell(place: FieldPlace, label: string, isFocused: boolean): Row {
	const mark = isFocused ? place.theme.glyphs.active : ' ';
	return [
		span(`${mark} `, 'title'),
		cell(place.theme, label, place.labelWidth - 2, isFocused ? { role: 'title' } : {}),
	];
}

/** `label  text` with the cursor when it has the focus; `hint` stands in for no text. */
export function textRow(
	place: FieldPlace,
	label: string,
	entry: TextEntry,
	{ hint = '', isFocused }: { hint?: string; isFocused: boolean },
): Row {
	const head = [...labelCell(place, label, isFocused), blank(2)];
	const room = place.width - rowWidth(head) - 1;
	if (entry.text === '' && !isFocused)
		return [...head, cell(place.theme, hint, room, { role: 'dim' }), blank(1)];
	const shown = isFocused ? lineWithCursor(entry.text, entry.cursor, room) : [span(entry.text)];
	const tail = entry.text === '' ? ` ${hint}` : '';
	const left = room - rowWidth(shown);
	if (left < 0) return [...head, cell(place.theme, entry.text, room), blank(1)];
	return [...head, ...shown, cell(place.theme, tail, left, { role: 'dim' }), blank(1)];
}

/** `label  < value >`. */
export function choiceRow(
	place: FieldPlace,
	label: string,
	value: string,
	{ isFocused, note = '' }: { isFocused: boolean; note?: string },
): Row {
	const head = labelCell(place, label, isFocused);
	const shown = isFocused
		? [span('< '), span(cleanText(value), 'chosen'), span(' >')]
		: [span(`  ${value}`)];
	const left = Math.max(0, place.width - rowWidth(head) - rowWidth(shown));
	return [
		...head,
		...shown,
		cell(place.theme, note === '' ? '' : `  ${note}`, left, { role: 'dim' }),
	];
}

/** Buttons side by side, the one in focus in brackets. */
export function buttonRow(
	buttons: readonly { readonly text: string; readonly isFocused: boolean }[],
): Row {
	return [
		blank(2),
		...buttons.flatMap(({ isFocused, text }) => [
			span(isFocused ? `[${text}]` : ` ${text} `, isFocused ? 'chosen' : 'title'),
			blank(2),
		]),
	];
}

/** The lines of a text, as many as there is room for, the cursor's line among them. */
export function linesRows(
	theme: Theme,
	entry: TextEntry,
	{ height, hint, isFocused, width }: LinesPlace,
): readonly Row[] {
	if (entry.text === '' && !isFocused)
		return fillRows([[blank(4), cell(theme, hint, width - 4, { role: 'dim' })]], height, width);
	const lines = entry.text.split('\n');
	const { column, line: current } = cursorPlace(entry);
	const top = Math.max(0, Math.min(current - height + 1, lines.length - height));
	const rows = lines.slice(top, top + height).map((line, index): Row => {
		const number = cell(theme, String(top + index + 1), 3, { align: 'right', role: 'dim' });
		const hasCursor = isFocused && top + index === current;
		return [
			number,
			blank(1),
			...(hasCursor ? lineWithCursor(line, column, width - 4) : [cell(theme, line, width - 4)]),
		];
	});
	return fillRows(rows, height, width);
}

export interface LinesPlace {
	readonly width: number;
	readonly height: number;
	readonly hint: string;
	readonly isFocused: boolean;
}

/** At most `height` rows, blank ones below. */
export function fillRows(rows: readonly Row[], height: number, width: number): readonly Row[] {
	return Array.from({ length: height }, (_, index) => rows[index] ?? [blank(width)]);
}

/** Text with the cursor in sight: what does not fit before it is cut off at the front. */
function lineWithCursor(line: string, column: number, width: number): Row {
	const under = graphemeAt(line, column);
	const shownUnder = under === '' ? ' ' : cleanText(under);
	const cursor = span(shownUnder, 'selected');
	const before = cleanText(line.slice(0, column));
	const room = Math.max(0, width - cursor.width);
	const head = textWidth(before) <= room ? before : clipTextStart(before, room, '<');
	const after = cleanText(line.slice(column + under.length));
	const left = room - textWidth(head);
	const tail = textWidth(after) <= left ? after : '';
	const isCut = tail === '' && after !== '';
	const parts = [span(head), cursor, span(tail)];
	if (!isCut) return parts;
	// Whatever of the rest has room.
	let fitting = '';
	for (const character of after) {
		if (textWidth(fitting + character) > left) break;
		fitting += character;
	}
	return [span(head), cursor, span(fitting)];
}
