/** All keys, from the keymap, and what the letters of the peer list mean. */
import { KEY_GROUPS, keyLabel } from '../keymap.js';
import { blank, cell, fitRow, type Row } from '../row.js';
import type { ScreenModel } from '../screen-model.js';
import { PEER_FLAGS } from '../tabs/peers-tab.js';

/** From this width on there are two columns. */
const TWO_COLUMNS = 76;
const KEYS_WIDTH = 13;

/** A heading, a key with its meaning, or an empty line. */
interface HelpLine {
	readonly key: string;
	readonly text: string;
	readonly isHeading: boolean;
}

const LINES: readonly HelpLine[] = helpLines();

/** How many lines the page has at a width. */
export function countHelpLines(width: number): number {
	const first = splitAt(LINES);
	return width < TWO_COLUMNS ? LINES.length : Math.max(first, LINES.length - first);
}

export function renderHelp(model: ScreenModel, width: number, height: number): readonly Row[] {
	const { theme } = model;
	const top = model.view.contentTop;
	if (width < TWO_COLUMNS)
		return LINES.slice(top, top + height).map((line) =>
			fitRow(render(line, model, width), width, theme),
		);
	const first = splitAt(LINES);
	const columnWidth = width >> 1;
	const rows: Row[] = [];
	for (let index = top; index < Math.min(countHelpLines(width), top + height); index++) {
		rows.push([
			...render(index < first ? LINES[index] : undefined, model, columnWidth),
			...render(LINES[first + index], model, width - columnWidth),
		]);
	}
	return rows;
}

function render(line: HelpLine | undefined, { theme }: ScreenModel, width: number): Row {
	if (line === undefined) return [blank(width)];
	if (line.isHeading) return [cell(theme, ` ${line.text}`, width, { role: 'title' })];
	return [
		cell(theme, `  ${line.key}`, KEYS_WIDTH + 2, { role: 'ok' }),
		blank(1),
		cell(theme, line.text, width - KEYS_WIDTH - 3),
	];
}

/** The second column starts at the heading that makes both about equally long. */
function splitAt(lines: readonly HelpLine[]): number {
	const middle = lines.length / 2;
	let best = lines.length;
	for (const [index, { isHeading }] of lines.entries()) {
		if (isHeading && Math.abs(index - middle) < Math.abs(best - middle)) best = index;
	}
	return best;
}

function helpLines(): readonly HelpLine[] {
	const lines: HelpLine[] = [];
	for (const { title, bindings } of KEY_GROUPS) {
		addGroup(
			lines,
			title,
			bindings.map(({ keys, label }) => [keys.map(keyLabel).join(' '), label]),
		);
	}
	addGroup(lines, 'Flags of peers', PEER_FLAGS);
	return lines;
}

function addGroup(
	lines: HelpLine[],
	title: string,
	entries: readonly (readonly [key: string, text: string])[],
): void {
	if (lines.length > 0) lines.push({ key: '', text: '', isHeading: false });
	lines.push({ key: '', text: title, isHeading: true });
	for (const [key, text] of entries) lines.push({ key, text, isHeading: false });
}
