/** The list of torrents, or what to do while there is none. */

import type { TorrentSnapshot } from '../../session/snapshot.js';
import { type PlacedColumn, placeColumns } from '../columns.js';
import { blank, cell, type Row, withRole } from '../row.js';
import type { ScreenModel } from '../screen-model.js';

/** Column heads and torrents: exactly `height` rows. */
export function renderList(model: ScreenModel, width: number, height: number): readonly Row[] {
	const { view, snapshot } = model;
	if (snapshot.torrents.length === 0) return renderEmpty(model, width, height);
	const columns = placeColumns(width);
	const rows: Row[] = [renderHeads(columns, model)];
	for (let line = 0; line < height - 1; line++) {
		const infohash = view.order[view.top + line];
		const torrent = infohash === undefined ? undefined : model.torrents.get(infohash);
		if (torrent === undefined) {
			rows.push(
				line === 0 ? [cell(model.theme, noneText(model), width, { role: 'dim' })] : [blank(width)],
			);
			continue;
		}
		const row = renderTorrent(torrent, columns, model);
		rows.push(infohash === view.selected ? withRole(row, 'selected') : row);
	}
	return rows;
}

function noneText({ view }: ScreenModel): string {
	return view.filter === '' ? '' : ` No name matches /${view.filter}`;
}

function renderHeads(columns: readonly PlacedColumn[], { theme }: ScreenModel): Row {
	return join(columns, ({ title, width, align }) => [
		cell(theme, title, width, { align, role: 'title' }),
	]);
}

function renderTorrent(
	torrent: TorrentSnapshot,
	columns: readonly PlacedColumn[],
	{ theme }: ScreenModel,
): Row {
	return join(columns, (column) => column.render(torrent, column.width, theme));
}

function join(columns: readonly PlacedColumn[], render: (column: PlacedColumn) => Row): Row {
	const row: Row[number][] = [];
	for (const [index, column] of columns.entries()) {
		if (index > 0) row.push(blank(1));
		row.push(...render(column));
	}
	return row;
}

function renderEmpty({ theme }: ScreenModel, width: number, height: number): readonly Row[] {
	const lines = [
		'No torrents yet',
		'',
		'Put .torrent files into the watched folder:',
		'they start by themselves.',
		'',
		'? keys   C create a torrent   L log   q quit',
	];
	const before = Math.max(0, (height - lines.length) >> 1);
	return Array.from({ length: height }, (_, line) => {
		const text = lines[line - before] ?? '';
		const role = line === before ? 'title' : undefined;
		return [cell(theme, text, width, { align: 'center', role })];
	});
}
