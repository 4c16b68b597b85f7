/** A folder to choose from: where it is, what is typed, and its rows. */
import { cleanText } from '../../../primitives/clean-text.js';
import { clipTextStart } from '../../../primitives/fit-text.js';
import { formatSize } from '../../format.js';
import { blank, cell, type Row, span, withRole } from '../../row.js';
import type { Theme } from '../../theme.js';
import { type FileBrowser, shownEntries } from '../file-browser.js';

export interface BrowserPlace {
	readonly theme: Theme;
	readonly width: number;
	readonly height: number;
	readonly isFocused: boolean;
	/** Marked rows. */
	readonly chosen: ReadonlySet<string>;
}

/** Exactly `height` rows: the folder, the search, then entries. */
export function browserRows(browser: FileBrowser, place: BrowserPlace): readonly Row[] {
	const { chosen, height, isFocused, theme, width } = place;
	const entries = shownEntries(browser);
	const folder = cleanText(browser.listing?.folder ?? '');
	const count = entries.length === 1 ? '1 entry' : `${entries.length} entries`;
	const rows: Row[] = [
		[blank(1), cell(theme, clipTextStart(folder, width - 2, '<'), width - 1, { role: 'title' })],
		[
			span(' Search: ', 'dim'),
			span(browser.filter),
			span(' ', isFocused ? 'selected' : undefined),
			span(`  ${browser.isLoading ? 'reading…' : count}`, 'dim'),
		],
	];
	const visible = Math.max(1, height - rows.length);
	const top = Math.max(0, Math.min(browser.index - (visible >> 1), entries.length - visible));
	for (let line = 0; line < visible; line++) {
		const entry = entries[top + line];
		if (entry === undefined) {
			rows.push([cell(theme, line === 0 ? emptyText(browser) : '', width, { role: 'dim' })]);
			continue;
		}
		const isChosen = chosen.has(entry.path);
		const name = entry.isFolder ? `${entry.name}/` : entry.name;
		const size = entry.sizeBytes === undefined ? 'folder' : formatSize(entry.sizeBytes);
		const row: Row = [
			span(isChosen ? ' * ' : '   ', 'ok'),
			cell(theme, name, width - 12, isChosen ? { role: 'ok' } : {}),
			blank(1),
			cell(theme, size, 7, { align: 'right' }),
			blank(1),
		];
		rows.push(top + line === browser.index && isFocused ? withRole(row, 'selected') : row);
	}
	return rows;
}

function emptyText({ filter, isLoading }: FileBrowser): string {
	if (isLoading) return '';
	return filter === '' ? '   Nothing here' : `   No name contains "${filter}"`;
}
