/** The last page: the queue with a bar each, and what came out. */
import { cleanText } from '../../../primitives/clean-text.js';
import { formatBar, formatPercent, formatSize } from '../../format.js';
import { blank, cell, type Row, span, withRole } from '../../row.js';
import type { Theme } from '../../theme.js';
import { wrapText } from '../../wrap-text.js';
import { type FieldName, pageFields, pieceLengthBytes, type QueueItem } from '../wizard-state.js';
import { buttonRow } from './draw-field.js';
import { pieceCountOf, piecesWord } from './options-screen.js';
import type { WizardModel } from './wizard-model.js';

const BAR_WIDTH = 20;
/** Lines about the item in focus. */
const DETAIL_ROWS = 9;

const BUTTONS: Partial<Record<FieldName, string>> = {
	back: 'Back',
	make: 'Make',
	stop: 'Stop',
	seed: 'Seed now',
	another: 'Make another',
	close: 'Close',
};

export function makeRows(
	{ state, theme }: WizardModel,
	width: number,
	height: number,
): readonly Row[] {
	const { focus, isMeasuring, itemIndex, items } = state;
	const detailRows = Math.min(DETAIL_ROWS, Math.max(2, height - 8));
	const visible = Math.max(1, height - detailRows - 3);
	const top = Math.max(0, Math.min(itemIndex - (visible >> 1), items.length - visible));
	const rows: Row[] = items.slice(top, top + visible).map((item, index) => {
		const isSelected = top + index === itemIndex;
		const mark = isSelected ? theme.glyphs.active : ' ';
		const row = [
			span(`${mark} `, 'title'),
			...itemRow(item, pieceLengthBytes(state), width - 2, theme),
		];
		return isSelected && focus === 'queue' ? withRole(row, 'selected') : row;
	});
	if (items.length === 0)
		rows.push([cell(theme, isMeasuring ? '  Counting files…' : '  Nothing to make', width)]);
	while (rows.length < visible) rows.push([blank(width)]);
	const item = items[itemIndex];
	const details = item === undefined ? [] : detailLines(item, width);
	const buttons = pageFields(state).flatMap((name) => {
		const text = BUTTONS[name];
		return text === undefined ? [] : [{ text, isFocused: focus === name }];
	});
	return [
		...rows,
		[blank(width)],
		...Array.from({ length: detailRows }, (_, line): Row => details[line] ?? [blank(width)]),
		[blank(width)],
		buttonRow(buttons),
	];
}

function itemRow(
	item: QueueItem,
	lengthBytes: number | undefined,
	width: number,
	theme: Theme,
): Row {
	const size = formatSize(item.totalBytes);
	const stage = stageCells(item, lengthBytes, theme);
	const nameWidth = Math.max(8, width - 10 - BAR_WIDTH - 7);
	return [
		cell(theme, item.name, nameWidth),
		blank(1),
		cell(theme, size, 6, { align: 'right' }),
		blank(2),
		...stage,
		blank(1),
	];
}

function stageCells(
	{ stage, ...item }: QueueItem,
	lengthBytes: number | undefined,
	theme: Theme,
): Row {
	const wide = BAR_WIDTH + 7;
	switch (stage.type) {
		case 'waiting':
			return [cell(theme, piecesWord(pieceCountOf({ ...item, stage }, lengthBytes)), wide)];
		case 'hashing': {
			const { hashedBytes, totalBytes } = stage.progress;
			const share = hashedBytes / Math.max(1, totalBytes);
			const bar = formatBar(share, BAR_WIDTH, theme.glyphs);
			return [
				{ text: bar, width: BAR_WIDTH, role: 'down' },
				cell(theme, formatPercent(share), 7, { align: 'right' }),
			];
		}
		case 'made':
			return [cell(theme, 'made', wide, { role: 'ok' })];
		case 'failed':
			return [cell(theme, '! failed', wide, { role: 'error' })];
		default:
			return stage satisfies never;
	}
}

function detailLines({ fileCount, inputPath, stage }: QueueItem, width: number): readonly Row[] {
	const wrap = (text: string): readonly string[] => wrapText(cleanText(text), width - 4);
	const plain = (text: string): readonly Row[] => wrap(text).map((line) => [blank(2), span(line)]);
	switch (stage.type) {
		case 'failed':
			return wrap(`! ${stage.message}`).map((line) => [blank(2), span(line, 'error')]);
		case 'made': {
			const { infohash, magnet, notes, torrentPath } = stage.made;
			return [
				...plain(torrentPath),
				...plain(`infohash ${infohash}`),
				...plain(magnet),
				...notes.flatMap((note) => plain(`Note: ${note}`)),
			];
		}
		case 'waiting':
		case 'hashing':
			return plain(`${inputPath}, ${fileCount === 1 ? '1 file' : `${fileCount} files`}`);
		default:
			return stage satisfies never;
	}
}
