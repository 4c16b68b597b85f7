/** The last two lines: what there is to know, then the keys of the moment. */
import { formatTime } from '../format.js';
import { hintsFor } from '../keymap.js';
import { cell, type Row, rowWidth, span, spread, withRole } from '../row.js';
import type { ScreenModel } from '../screen-model.js';
import { inputContext, selectedRow, selectedTorrent } from '../view-state.js';

/**
 * The message line: the filter while it is typed, the answer to a key, else the error of the
 * selected torrent, else the newest notice.
 */
export function renderMessage(model: ScreenModel, width: number): Row {
	const { view, theme, snapshot } = model;
	if (view.isFiltering) {
		const found = span(`${view.order.length} of ${snapshot.torrents.length} `);
		return spread(
			[span(` /${view.filter}`, 'title'), span(' ', 'selected')],
			[[found]],
			width,
			theme,
		);
	}
	if (view.message !== undefined) {
		const role = view.message.level === 'error' ? 'error' : 'title';
		const mark = view.message.level === 'error' ? '! ' : '';
		return [cell(theme, ` ${mark}${view.message.text}`, width, { role })];
	}
	const torrent = selectedTorrent(view, model);
	if (torrent?.problem !== undefined)
		return [
			cell(theme, ` ! ${torrent.name}: ${torrent.problem.message}`, width, { role: 'error' }),
		];
	if (torrent?.trackerMessage !== undefined) {
		const text = ` ${torrent.name}: tracker: ${torrent.trackerMessage}`;
		return [cell(theme, text, width, { role: 'warn' })];
	}
	const notice = snapshot.notices.at(-1);
	if (notice === undefined) return [cell(theme, '', width)];
	const time = formatTime(notice.atMs, model.utcOffsetMinutes, true);
	return [cell(theme, ` ${time} ${notice.area}: ${notice.message}`, width, { role: 'dim' })];
}

/** Key hints, as many as there is room for, and the place in the list. */
export function renderFooter(model: ScreenModel, width: number): Row {
	const { view, theme } = model;
	const position = view.order.length === 0 ? '' : `${selectedRow(view) + 1}/${view.order.length} `;
	const hints: Row[number][] = [span(' ')];
	for (const { key, hint } of hintsFor(inputContext(view))) {
		const next = span(`${key} ${hint}  `);
		if (rowWidth(hints) + next.width + position.length > width) break;
		hints.push(next);
	}
	return withRole(spread(hints, [[span(position)]], width, theme), 'bar');
}
