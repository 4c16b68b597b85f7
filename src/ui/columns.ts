/** The columns of the torrent list, and which of them a width has room for. */

import type { TorrentSnapshot } from '../session/snapshot.js';
import {
	formatBar,
	formatCountdown,
	formatEta,
	formatPercent,
	formatRate,
	formatRatio,
	formatSize,
} from './format.js';
import { blank, cell, type Row } from './row.js';
import type { Role, Theme } from './theme.js';

export interface Column {
	readonly id: string;
	readonly title: string;
	/** In terminal columns; 0 takes what the others leave. */
	readonly width: number;
	readonly align: 'left' | 'right';
	/** The highest goes first when room is short; 0 always stays. */
	readonly priority: number;
	readonly render: (torrent: TorrentSnapshot, width: number, theme: Theme) => Row;
}

export interface PlacedColumn extends Column {
	/** Never 0. */
	readonly width: number;
}

const COLUMNS: readonly Column[] = [
	column('state', 'ST', 2, 'left', 0, (torrent, theme) => [
		theme.glyphs.state[torrent.state],
		stateRole(torrent),
	]),
	{ id: 'name', title: 'NAME', width: 0, align: 'left', priority: 0, render: renderName },
	column('size', 'SIZE', 6, 'right', 4, (torrent) => [formatSize(torrent.totalBytes)]),
	column('done', 'DONE', 5, 'right', 1, (torrent) => [formatPercent(torrent.progress)]),
	{ id: 'bar', title: '', width: 12, align: 'left', priority: 6, render: renderBar },
	column('down', 'DOWN', 7, 'right', 2, (torrent) => [formatRate(torrent.downloadRate), 'down']),
	column('up', 'UP', 7, 'right', 2, (torrent) => [formatRate(torrent.uploadRate), 'up']),
	column('eta', 'ETA', 6, 'right', 3, (torrent) => [
		torrent.state === 'downloading' ? formatEta(torrent.etaSeconds) : '',
	]),
	column('ratio', 'RATIO', 5, 'right', 5, (torrent) => [formatRatio(torrent.ratio)]),
	column('peers', 'SEED/PEER', 9, 'right', 7, (torrent) => [`${torrent.seeds}/${torrent.peers}`]),
	column('tracker', 'TRACKER', 21, 'left', 8, (torrent) => [
		torrent.trackerHost ?? '',
		torrent.trackerMessage === undefined ? undefined : 'warn',
	]),
	column('next', 'NEXT', 5, 'right', 9, (torrent) => [
		torrent.nextAnnounceSeconds === undefined ? '' : formatCountdown(torrent.nextAnnounceSeconds),
	]),
];

/** The columns that fit, with the name taking what is left; together exactly `width` with gaps. */
export function placeColumns(width: number): readonly PlacedColumn[] {
	const minName = width < 60 ? 14 : width < 100 ? 24 : 34;
	const columns = [...COLUMNS];
	const fixed = (): number => columns.reduce((sum, { width: own }) => sum + own + 1, -1);
	while (fixed() + minName > width) {
		const worst = columns.reduce((a, b) => (b.priority >= a.priority ? b : a));
		if (worst.priority === 0) break;
		columns.splice(columns.indexOf(worst), 1);
	}
	const rest = Math.max(1, width - fixed());
	return columns.map((placed) => (placed.width === 0 ? { ...placed, width: rest } : placed));
}

/** What a torrent's state looks like. */
export function stateRole(torrent: TorrentSnapshot): Role | undefined {
	switch (torrent.state) {
		case 'downloading':
			return 'down';
		case 'seeding':
			return 'up';
		case 'checking':
			return 'warn';
		case 'error':
			return 'error';
		case 'finished':
			return 'ok';
		case 'queued':
		case 'paused':
			return 'dim';
	}
}

/** The name; an error takes the right half of the cell. */
function renderName(torrent: TorrentSnapshot, width: number, theme: Theme): Row {
	if (torrent.problem === undefined) return [cell(theme, torrent.name, width)];
	const nameWidth = Math.min(width, Math.max(12, Math.floor(width * 0.45)));
	if (width - nameWidth < 6) return [cell(theme, torrent.name, width, { role: 'error' })];
	return [
		cell(theme, torrent.name, nameWidth),
		blank(1),
		cell(theme, torrent.problem.message, width - nameWidth - 1, { role: 'error' }),
	];
}

/** Complete torrents need no bar. */
function renderBar(torrent: TorrentSnapshot, width: number, theme: Theme): Row {
	if (torrent.progress >= 1 && torrent.state !== 'checking') return [blank(width)];
	const role =
		torrent.state === 'queued' || torrent.state === 'paused' ? 'dim' : stateRole(torrent);
	const text = formatBar(torrent.progress, width, theme.glyphs);
	return [{ text, width, role }];
}

function column(
	id: string,
	title: string,
	width: number,
	align: 'left' | 'right',
	priority: number,
	content: (
		torrent: TorrentSnapshot,
		theme: Theme,
	) => readonly [text: string, role?: Role | undefined],
): Column {
	const render = (torrent: TorrentSnapshot, columns: number, theme: Theme): Row => {
		const [text, role] = content(torrent, theme);
		return [cell(theme, text, columns, { align, role })];
	};
	return { id, title, width, align, priority, render };
}
