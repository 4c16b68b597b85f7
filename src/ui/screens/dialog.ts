/** Questions before something that cannot be undone; Cancel has the focus at first. */
import { cleanText } from '../../primitives/clean-text.js';
import type { TorrentSnapshot } from '../../session/snapshot.js';
import { blank, cell, cutRow, type Row, rowWidth, span, withRole } from '../row.js';
import type { ScreenModel } from '../screen-model.js';
import type { Dialog } from '../view-state.js';
import { wrapText } from '../wrap-text.js';

const MAX_WIDTH = 64;

/** The words of each question. */
const TEXTS = {
	remove: {
		title: 'Remove torrent',
		verb: 'r Remove',
		question: 'It stops and leaves the list. Its data and its .torrent stay where they are.',
	},
	force: {
		title: 'Use existing files',
		verb: 'o Overwrite',
		question: 'Existing data will be overwritten where it differs. This cannot be undone.',
	},
} as const;

/** Draws the dialog over `background`, whose rows are `width` wide; the rest of it is dimmed. */
export function overlayDialog(
	model: ScreenModel,
	dialog: Dialog,
	background: readonly Row[],
	width: number,
): readonly Row[] {
	const boxWidth = Math.min(MAX_WIDTH, width - 4);
	const box = renderBox(model, dialog, boxWidth, background.length);
	const top = Math.max(0, (background.length - box.length) >> 1);
	const left = (width - boxWidth) >> 1;
	return background.map((row, line) => {
		const part = box[line - top];
		if (part === undefined) return withRole(row, 'dim');
		return [
			...withRole(cutRow(row, 0, left), 'dim'),
			...part,
			...withRole(cutRow(row, left + boxWidth, width), 'dim'),
		];
	});
}

function renderBox(model: ScreenModel, dialog: Dialog, width: number, maxHeight: number): Row[] {
	const { theme } = model;
	const { title, question, verb } = TEXTS[dialog.type];
	const [topLeft, topRight, bottomLeft, bottomRight, side] = theme.glyphs.box;
	const inner = width - 4;
	const name = model.torrents.get(dialog.infohash);
	const body: Row[] = [
		[cell(theme, nameText(name), inner, { role: 'title' })],
		...wrapText(cleanText(question), inner).map((line) => [cell(theme, line, inner)]),
	];
	// On a low screen the words give way, never the buttons.
	const lines = body.slice(0, Math.max(1, maxHeight - 3));
	if (lines.length + 4 <= maxHeight) lines.push([blank(inner)]);
	lines.push(renderButtons(dialog, verb, inner));
	const heading = span(` ${title} `, 'title');
	const rule = theme.glyphs.rule;
	return [
		[
			span(`${topLeft}${rule}`),
			heading,
			span(`${rule.repeat(Math.max(0, width - 3 - heading.width))}${topRight}`),
		],
		...lines.map((line) => [span(`${side} `), ...line, span(` ${side}`)]),
		[span(`${bottomLeft}${rule.repeat(width - 2)}${bottomRight}`)],
	];
}

function nameText(torrent: TorrentSnapshot | undefined): string {
	return torrent?.name ?? '';
}

function renderButtons(dialog: Dialog, verb: string, width: number): Row {
	const buttons = [
		button('Esc Cancel', dialog.focus === 'cancel'),
		span('   '),
		button(verb, dialog.focus === 'confirm'),
	];
	return [...buttons, blank(width - rowWidth(buttons))];
}

function button(text: string, isFocused: boolean): Row[number] {
	return span(isFocused ? `[${text}]` : ` ${text} `, isFocused ? 'chosen' : undefined);
}
