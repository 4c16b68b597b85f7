/** The whole screen as lines: the one pure function between data and terminal. */
import { clipText } from '../../primitives/fit-text.js';
import { formatSize } from '../format.js';
import { MIN_COLUMNS, MIN_ROWS } from '../layout.js';
import { blank, cell, fitRow, type Row, renderRow } from '../row.js';
import type { ScreenModel } from '../screen-model.js';
import { renderLog } from '../tabs/log-tab.js';
import { selectedTorrent, viewLayout } from '../view-state.js';
import { renderDebug } from './debug.js';
import { renderDetails, renderRule } from './details.js';
import { overlayDialog } from './dialog.js';
import { renderFooter, renderMessage } from './footer.js';
import { renderHeader } from './header.js';
import { renderHelp } from './help.js';
import { renderList } from './list.js';

/** Exactly `height` lines of exactly `width` columns, with the colours of the theme in them. */
export function renderScreen(model: ScreenModel, width: number, height: number): readonly string[] {
	const { theme } = model;
	const rows = viewLayout(model.view).isTooSmall
		? renderTooSmall(model, width, height)
		: [
				...renderHeader(model, width),
				...renderBody(model, width),
				renderMessage(model, width),
				renderFooter(model, width),
			];
	return Array.from({ length: height }, (_, line) =>
		renderRow(fitRow(rows[line] ?? [], width, theme), theme),
	);
}

function renderBody(model: ScreenModel, width: number): readonly Row[] {
	const { body } = viewLayout(model.view);
	const rows = fill(renderPanes(model, width, body), body, width, model);
	const { dialog } = model.view;
	return dialog === undefined ? rows : overlayDialog(model, dialog, rows, width);
}

function renderPanes(model: ScreenModel, width: number, body: number): readonly Row[] {
	const { view } = model;
	if (view.page === 'help')
		return [renderRule(model, 'Keys', width), ...renderHelp(model, width, body - 1)];
	if (view.page === 'log')
		return [renderRule(model, 'Log', width), ...renderLog(model, undefined, width, body - 1)];
	if (view.page === 'debug')
		return [renderRule(model, 'Engine and screen', width), ...renderDebug(model, width, body - 1)];
	const { isSplit, detailRows } = viewLayout(view);
	const torrent = selectedTorrent(view, model);
	if (!view.hasDetails || torrent === undefined) return renderList(model, width, body);
	const details = renderDetails(model, torrent, width, detailRows);
	return isSplit ? [...renderList(model, width, body - detailRows), ...details] : details;
}

/** Exactly `height` rows of exactly `width` columns. */
function fill(rows: readonly Row[], height: number, width: number, { theme }: ScreenModel): Row[] {
	return Array.from({ length: height }, (_, line) => {
		const row = rows[line];
		return row === undefined ? [blank(width)] : fitRow(row, width, theme);
	});
}

function renderTooSmall(
	{ snapshot, view, theme }: ScreenModel,
	width: number,
	height: number,
): Row[] {
	const { columns, rows } = view.size;
	const lines = [
		`terminal too small, need ${MIN_COLUMNS}x${MIN_ROWS} (is ${columns}x${rows})`,
		`down ${formatSize(snapshot.downloadRate)}/s up ${formatSize(snapshot.uploadRate)}/s`,
	];
	return lines
		.slice(0, height)
		.map((line) => [cell(theme, clipText(line, width, theme.glyphs.ellipsis), width)]);
}
