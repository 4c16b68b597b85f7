/** Text that is being typed, of one line or several, and the place of the cursor in it. Pure. */
import { cleanText } from '../../primitives/clean-text.js';

/** A pasted book is a mistake. */
const MAX_CHARACTERS = 16_384;

export interface TextEntry {
	readonly text: string;
	/** In UTF-16 units, between two graphemes. */
	readonly cursor: number;
}

export const TEXT_ACTIONS = [
	'cursor-left',
	'cursor-right',
	'cursor-start',
	'cursor-end',
	'erase-left',
	'erase-right',
	'erase-word',
	'erase-to-start',
] as const;
export type TextAction = (typeof TEXT_ACTIONS)[number];

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function textEntry(text: string): TextEntry {
	return { text, cursor: text.length };
}

/**
 * Typed or pasted text at the cursor, cleaned.
 * @param isMultiline - line breaks stay; otherwise they become spaces
 */
export function insertText(entry: TextEntry, added: string, isMultiline: boolean): TextEntry {
	const lines = added.split(/\r\n|\r|\n/).map((line) => cleanText(line.replaceAll('\t', ' ')));
	const clean = lines.join(isMultiline ? '\n' : ' ').slice(0, MAX_CHARACTERS - entry.text.length);
	const before = entry.text.slice(0, entry.cursor) + clean;
	return { text: before + entry.text.slice(entry.cursor), cursor: before.length };
}

export function editText(entry: TextEntry, action: TextAction): TextEntry {
	const { cursor, text } = entry;
	const lineStart = text.lastIndexOf('\n', cursor - 1) + 1;
	switch (action) {
		case 'cursor-left':
			return { text, cursor: previousPlace(entry) };
		case 'cursor-right':
			return { text, cursor: nextPlace(entry) };
		case 'cursor-start':
			return { text, cursor: lineStart };
		case 'cursor-end': {
			const end = text.indexOf('\n', cursor);
			return { text, cursor: end === -1 ? text.length : end };
		}
		case 'erase-left':
			return cut(text, previousPlace(entry), cursor);
		case 'erase-right':
			return cut(text, cursor, nextPlace(entry));
		case 'erase-word': {
			const kept = text.slice(lineStart, cursor).replace(/\S*\s*$/u, '');
			return cut(text, lineStart + kept.length, cursor);
		}
		case 'erase-to-start':
			return cut(text, lineStart, cursor);
		default:
			return action satisfies never;
	}
}

/** One line up or down, about the same column; undefined where there is no such line. */
export function moveLine(entry: TextEntry, by: -1 | 1): TextEntry | undefined {
	const lines = entry.text.split('\n');
	const { column, line } = cursorPlace(entry);
	const target = lines[line + by];
	if (target === undefined) return undefined;
	const start = lines.slice(0, line + by).reduce((sum, each) => sum + each.length + 1, 0);
	const wanted = Math.min(column, target.length);
	// Never between the two halves of a character.
	let place = 0;
	for (const { index, segment } of graphemes.segment(target)) {
		if (index + segment.length > wanted) break;
		place = index + segment.length;
	}
	return { text: entry.text, cursor: start + place };
}

/** Line of the cursor from 0, and UTF-16 units before it in that line. */
export function cursorPlace({ cursor, text }: TextEntry): { line: number; column: number } {
	const before = text.slice(0, cursor).split('\n');
	return { line: before.length - 1, column: before.at(-1)?.length ?? 0 };
}

/** The grapheme under the cursor; empty at the end of a line. */
export function graphemeAt(line: string, column: number): string {
	return firstGrapheme(line.slice(column));
}

function cut(text: string, from: number, to: number): TextEntry {
	return { text: text.slice(0, from) + text.slice(to), cursor: from };
}

function previousPlace({ cursor, text }: TextEntry): number {
	let last = 0;
	for (const { index } of graphemes.segment(text.slice(0, cursor))) last = index;
	return last;
}

function nextPlace({ cursor, text }: TextEntry): number {
	return cursor + firstGrapheme(text.slice(cursor)).length;
}

function firstGrapheme(text: string): string {
	for (const { segment } of graphemes.segment(text)) return segment;
	return '';
}
