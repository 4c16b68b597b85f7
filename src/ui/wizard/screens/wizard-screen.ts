/** The wizard as lines: the one pure function between its state and the terminal. */
import { keyLabel } from '../../keymap.js';
import { MIN_COLUMNS, MIN_ROWS } from '../../layout.js';
import {
	blank,
	cell,
	fitRow,
	type Row,
	renderRow,
	rowWidth,
	span,
	spread,
	withRole,
} from '../../row.js';
import { wizardHintsFor } from '../wizard-keymap.js';
import { keyContext, WIZARD_PAGES, type WizardPage } from '../wizard-state.js';
import { browserRows } from './browser-screen.js';
import { fillRows } from './draw-field.js';
import { filesRows } from './files-screen.js';
import { makeRows } from './make-screen.js';
import { optionsRows } from './options-screen.js';
import { trackersRows } from './trackers-screen.js';
import type { WizardModel } from './wizard-model.js';

/** Title, rule, message, keys. */
const FRAME_ROWS = 4;

const TITLES: Readonly<Record<WizardPage, string>> = {
	files: 'Files',
	trackers: 'Trackers',
	options: 'Options',
	make: 'Make',
};

/** Exactly the screen's lines, each exactly as wide as it is. */
export function renderWizard(model: WizardModel): readonly string[] {
	const { state, theme } = model;
	const { columns, rows } = state.size;
	const isTooSmall = columns < MIN_COLUMNS || rows < MIN_ROWS;
	const drawn: readonly Row[] = isTooSmall
		? [[span(`terminal too small, need ${MIN_COLUMNS}x${MIN_ROWS} (is ${columns}x${rows})`)]]
		: [
				renderTitle(model, columns),
				[span(theme.glyphs.rule.repeat(columns), 'dim')],
				...bodyRows(model, columns, rows - FRAME_ROWS),
				renderMessage(model, columns),
				renderFooter(model, columns),
			];
	return Array.from({ length: rows }, (_, line) =>
		renderRow(fitRow(drawn[line] ?? [blank(columns)], columns, theme), theme),
	);
}

/** Exactly `height` rows; on a low screen those around the focus. */
function bodyRows(model: WizardModel, width: number, height: number): readonly Row[] {
	const rows = renderBody(model, width, height);
	const focused = rows.findLastIndex((row) =>
		row.some(({ role }) => role === 'chosen' || role === 'selected'),
	);
	const top = Math.max(0, Math.min(focused - (height >> 1), rows.length - height));
	return fillRows(rows.slice(top), height, width);
}

function renderBody(model: WizardModel, width: number, height: number): readonly Row[] {
	const { state, theme } = model;
	if (state.picker !== undefined) {
		const title: Row = [span(' Copy the trackers of a .torrent or .thost file', 'title')];
		const place = { theme, width, height: height - 1, isFocused: true, chosen: new Set<string>() };
		return [title, ...browserRows(state.picker, place)];
	}
	switch (state.page) {
		case 'files':
			return filesRows(model, width, height);
		case 'trackers':
			return trackersRows(model, width, height);
		case 'options':
			return optionsRows(model, width);
		case 'make':
			return makeRows(model, width, height);
		default:
			return state.page satisfies never;
	}
}

function renderTitle({ state, theme }: WizardModel, width: number): Row {
	const { task } = state;
	if (task.type === 'edit')
		return [span(' Edit '), cell(theme, task.name, width - 6, { role: 'title' })];
	const steps = WIZARD_PAGES.flatMap((page, index) => {
		const text = ` ${index + 1} ${TITLES[page]} `;
		return [span(text, page === state.page ? 'chosen' : 'dim'), span(' ')];
	});
	return spread([span(' New torrent', 'title')], [steps], width, theme);
}

function renderMessage({ state, theme }: WizardModel, width: number): Row {
	const { message } = state;
	if (message === undefined) return [blank(width)];
	const text = ` ${message.isError ? '! ' : ''}${message.text}`;
	return [cell(theme, text, width, { role: message.isError ? 'error' : 'title' })];
}

function renderFooter({ state, theme }: WizardModel, width: number): Row {
	const hints: Row[number][] = [span(' ')];
	for (const { hint, key } of wizardHintsFor(keyContext(state))) {
		const next = span(`${keyLabel(key)} ${hint}  `);
		if (rowWidth(hints) + next.width > width) break;
		hints.push(next);
	}
	return withRole(fitRow(hints, width, theme), 'bar');
}
