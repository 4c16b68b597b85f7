/** The first page: what the torrents are made of. */
import { cleanText } from '../../../primitives/clean-text.js';
import { blank, cell, type Row } from '../../row.js';
import { browserRows } from './browser-screen.js';
import { buttonRow, choiceRow } from './draw-field.js';
import type { WizardModel } from './wizard-model.js';

/** Blank line, what is chosen, how, and the button. */
const BELOW_ROWS = 5;

export function filesRows(
	{ state, theme }: WizardModel,
	width: number,
	height: number,
): readonly Row[] {
	const { browser, chosen, focus, isPerEntry } = state;
	const place = {
		theme,
		width,
		height: height - BELOW_ROWS,
		isFocused: focus === 'browser',
		chosen: new Set(chosen),
	};
	const names = chosen.map((path) => path.slice(path.lastIndexOf('/') + 1) || path);
	const many = names.length === 1 ? '1 chosen: ' : `${names.length} chosen: `;
	const text = names.length === 0 ? 'Nothing chosen yet' : many + names.map(cleanText).join(', ');
	return [
		...browserRows(browser, place),
		[blank(width)],
		[blank(2), cell(theme, text, width - 3, { role: names.length === 0 ? 'dim' : 'ok' })],
		choiceRow(
			{ theme, width, labelWidth: 20 },
			'A folder becomes',
			isPerEntry ? 'a torrent for each of its entries' : 'one torrent',
			{ isFocused: focus === 'each' },
		),
		[blank(width)],
		buttonRow([{ text: 'Next: trackers', isFocused: focus === 'next' }]),
	];
}
