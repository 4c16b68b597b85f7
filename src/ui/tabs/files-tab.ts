/** The files of a torrent, with the priority of each. */
import { cleanText } from '../../primitives/clean-text.js';
import { clipTextStart } from '../../primitives/fit-text.js';
import type { FilePriority, FileSnapshot } from '../../session/snapshot.js';
import { formatBar, formatPercent, formatSize } from '../format.js';
import { type Row, withRole } from '../row.js';
import type { ScreenModel, TabRenderer } from '../screen-model.js';
import { Table, type TableColumn } from '../table.js';
import type { Role } from '../theme.js';

const PRIORITY_ROLES: Readonly<Record<FilePriority, Role | undefined>> = {
	off: 'dim',
	low: undefined,
	normal: undefined,
	high: 'title',
};

/** Only the visible rows are made: torrents with many thousand files exist. */
export const renderFilesTab: TabRenderer = (model, _torrent, width, height) => {
	const files = model.detail?.files ?? [];
	const { contentTop, fileIndex, focus } = model.view;
	const table = new Table(columnsFor(model, width), width, model.theme);
	const rows: Row[] = [table.head()];
	for (const [offset, file] of files.slice(contentTop, contentTop + height - 1).entries()) {
		const row = table.row(file);
		const isChosen = focus === 'details' && contentTop + offset === fileIndex;
		rows.push(isChosen ? withRole(row, 'selected') : row);
	}
	return rows;
};

function columnsFor({ theme }: ScreenModel, width: number): readonly TableColumn<FileSnapshot>[] {
	const columns: TableColumn<FileSnapshot>[] = [
		{
			title: 'PRIO',
			width: 6,
			text: (file) => file.priority,
			role: (file) => PRIORITY_ROLES[file.priority],
		},
		{
			title: 'NAME',
			width: 0,
			text: (file, room) => clipTextStart(cleanText(file.path), room, theme.glyphs.ellipsis),
			role: (file) => (file.priority === 'off' ? 'dim' : undefined),
		},
		{ title: 'SIZE', width: 6, align: 'right', text: (file) => formatSize(file.lengthBytes) },
		{ title: 'DONE', width: 5, align: 'right', text: (file) => formatPercent(shareOf(file)) },
	];
	if (width >= 72)
		columns.push({
			title: '',
			width: 12,
			text: (file, room) => formatBar(shareOf(file), room, theme.glyphs),
			role: (file) => (shareOf(file) >= 1 ? 'ok' : 'down'),
		});
	return columns;
}

function shareOf(file: FileSnapshot): number {
	return file.lengthBytes === 0 ? 1 : file.doneBytes / file.lengthBytes;
}
