/** The first two lines: totals and the machine, then how many torrents are in which state. */
import type { TorrentSnapshot } from '../../session/snapshot.js';
import { formatLimit, formatSize, formatTime } from '../format.js';
import { type Row, rowWidth, span, spread } from '../row.js';
import type { ScreenModel } from '../screen-model.js';

/** Below this much room the free space is shown as an error. */
const LOW_DISK_BYTES = 1024 ** 3;

export function renderHeader(model: ScreenModel, width: number): readonly Row[] {
	return [renderTotals(model, width), renderCounts(model, width)];
}

function renderTotals(
	{ snapshot, theme, title, utcOffsetMinutes }: ScreenModel,
	width: number,
): Row {
	const { down, up } = theme.glyphs;
	const left = [
		span(' '),
		span(title, 'title'),
		span('  '),
		span(`${down} ${formatSize(snapshot.downloadRate)}/s`, 'down'),
		span('  '),
		span(`${up} ${formatSize(snapshot.uploadRate)}/s`, 'up'),
	];
	const right: Row[] = [];
	if (snapshot.downloadLimit > 0 || snapshot.uploadLimit > 0) {
		const limits = `${down}${formatLimit(snapshot.downloadLimit)} ${up}${formatLimit(snapshot.uploadLimit)}`;
		right.push([span(`limit ${limits}  `)]);
	}
	right.push([
		snapshot.port === undefined ? span('no port  ', 'error') : span(`port ${snapshot.port}  `),
	]);
	if (snapshot.diskFreeBytes !== undefined) {
		const role = snapshot.diskFreeBytes < LOW_DISK_BYTES ? 'error' : undefined;
		right.push([
			span('disk '),
			span(`${formatSize(snapshot.diskFreeBytes)} free`, role),
			span('  '),
		]);
	}
	right.push([span(`${formatTime(snapshot.atMs, utcOffsetMinutes)} `)]);
	return spread(left, right, width, theme);
}

function renderCounts({ snapshot, view, theme }: ScreenModel, width: number): Row {
	const counts = countStates(snapshot.torrents);
	const all = snapshot.torrents.length;
	const left = [span(` All ${all} `, 'title')];
	for (const { label, count, isError } of counts) {
		const part = span(` ${label} ${count} `, isError && count > 0 ? 'error' : undefined);
		if (rowWidth(left) + part.width <= width) left.push(part);
	}
	const right =
		view.filter === ''
			? [span('sort auto ', 'dim')]
			: [span(`/${view.filter}`, 'title'), span(`  ${view.order.length} of ${all} `)];
	return spread(left, [right], width, theme);
}

interface StateCount {
	readonly label: string;
	readonly count: number;
	readonly isError: boolean;
}

function countStates(torrents: readonly TorrentSnapshot[]): readonly StateCount[] {
	const counts = { Down: 0, Seed: 0, Check: 0, Queue: 0, Done: 0, Paused: 0, Error: 0 };
	const labels = {
		downloading: 'Down',
		seeding: 'Seed',
		checking: 'Check',
		queued: 'Queue',
		finished: 'Done',
		paused: 'Paused',
		error: 'Error',
	} as const;
	for (const { state } of torrents) counts[labels[state]]++;
	const entries = Object.entries(counts).map(([label, count]) => ({
		label,
		count,
		isError: label === 'Error',
	}));
	// States that are rare take no room while nothing is in them.
	const common = ['Down', 'Seed', 'Paused', 'Error'];
	const shown = entries.filter(({ label, count }) => count > 0 || common.includes(label));
	// What needs a person comes before what may be cut off on a narrow screen.
	return shown.sort((a, b) => Number(b.isError && b.count > 0) - Number(a.isError && a.count > 0));
}
