/** What happened, newest first: to one torrent in its tab, to all on the log page. */

import { cleanText } from '../../primitives/clean-text.js';
import type { Infohash } from '../../primitives/infohash.js';
import type { Notice } from '../../session/snapshot.js';
import { formatTime } from '../format.js';
import { cell, type Row } from '../row.js';
import type { ScreenModel, TabRenderer } from '../screen-model.js';
import type { Role } from '../theme.js';
import { wrapText } from '../wrap-text.js';

const LEVEL_ROLES: Readonly<Record<Notice['level'], Role | undefined>> = {
	info: undefined,
	warn: 'warn',
	error: 'error',
};

/** ` 14:02:11 ! ` and the area. */
const TIME_WIDTH = 10;
const MARK_WIDTH = 2;
const AREA_WIDTH = 9;

/** A line of the log; only the first of a notice has its time. */
interface LogLine {
	readonly notice: Notice;
	readonly isFirst: boolean;
	readonly text: string;
}

/** How many lines the log has at a width; of one torrent when `infohash` is given. */
export function countLogLines(
	notices: readonly Notice[],
	infohash: Infohash | undefined,
	width: number,
): number {
	return logLines(notices, infohash, width).length;
}

/** The log of the selected torrent. */
export const renderLogTab: TabRenderer = (model, torrent, width, height) =>
	renderLog(model, torrent.infohash, width, height);

/** The log of everything, or of one torrent. */
export function renderLog(
	model: ScreenModel,
	infohash: Infohash | undefined,
	width: number,
	height: number,
): readonly Row[] {
	const lines = logLines(model.snapshot.notices, infohash, width);
	if (lines.length === 0) return [[cell(model.theme, ' Nothing yet', width, { role: 'dim' })]];
	const top = model.view.contentTop;
	return lines.slice(top, top + height).map((line) => renderLine(line, model, width));
}

function renderLine({ notice, isFirst, text }: LogLine, model: ScreenModel, width: number): Row {
	const { theme } = model;
	const time = isFirst ? ` ${formatTime(notice.atMs, model.utcOffsetMinutes, true)}` : '';
	const mark = isFirst && notice.level !== 'info' ? '!' : '';
	const role = LEVEL_ROLES[notice.level];
	return [
		cell(theme, time, TIME_WIDTH, { role: 'dim' }),
		cell(theme, mark, MARK_WIDTH, { role }),
		cell(theme, isFirst ? notice.area : '', AREA_WIDTH, { role: 'dim' }),
		cell(theme, text, width - TIME_WIDTH - MARK_WIDTH - AREA_WIDTH, { role }),
	];
}

function logLines(
	notices: readonly Notice[],
	infohash: Infohash | undefined,
	width: number,
): readonly LogLine[] {
	const room = width - TIME_WIDTH - MARK_WIDTH - AREA_WIDTH;
	const lines: LogLine[] = [];
	for (const notice of notices.toReversed()) {
		if (infohash !== undefined && notice.infohash !== infohash) continue;
		for (const [index, text] of wrapText(cleanText(notice.message), room).slice(0, 6).entries())
			lines.push({ notice, isFirst: index === 0, text });
	}
	return lines;
}
