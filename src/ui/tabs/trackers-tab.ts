/**
 * The tracker tiers in their current order (BEP 12), with the one in use, the countdown to the
 * next announce, the last answer or error, and the scrape counts (BEP 48).
 */
import type { TrackerSnapshot, TrackerState } from '../../session/snapshot.js';
import { formatCount, formatCountdown, formatEta } from '../format.js';
import { cell, type Row } from '../row.js';
import type { ScreenModel, TabRenderer } from '../screen-model.js';
import { Table, type TableColumn } from '../table.js';
import type { Role } from '../theme.js';

/** From this width on answers have a column of their own and URLs are whole. */
const WIDE = 110;
const SCRAPE_WIDTH = 78;

const STATE_ROLES: Readonly<Record<TrackerState, Role | undefined>> = {
	idle: 'dim',
	announcing: 'down',
	ok: 'ok',
	warning: 'warn',
	failed: 'error',
	standby: 'dim',
	unsupported: 'dim',
};

/** One line of the tab: a tracker, or the message that belongs to the tracker above. */
interface TrackerLine {
	readonly tracker: TrackerSnapshot;
	readonly isFirstOfTier: boolean;
	readonly message: string | undefined;
}

/** How many lines the tab has at a width, with its heads. */
export function countTrackerLines(trackers: readonly TrackerSnapshot[], width: number): number {
	return trackerLines(trackers, width).length + 1;
}

export const renderTrackersTab: TabRenderer = (model, _torrent, width, height) => {
	const trackers = model.detail?.trackers ?? [];
	const { theme } = model;
	if (model.detail !== undefined && trackers.length === 0)
		return [[cell(theme, ' No trackers in this torrent', width, { role: 'dim' })]];
	const table = new Table(columnsFor(model, width), width, theme);
	const top = model.view.contentTop;
	const rows: Row[] = [table.head()];
	for (const line of trackerLines(trackers, width).slice(top, top + height - 1)) {
		const { message, tracker } = line;
		const role = tracker.state === 'warning' ? 'warn' : 'error';
		rows.push(
			message === undefined ? table.row(line) : [cell(theme, `       ${message}`, width, { role })],
		);
	}
	return rows;
};

function trackerLines(trackers: readonly TrackerSnapshot[], width: number): readonly TrackerLine[] {
	const lines: TrackerLine[] = [];
	let tier: number | undefined;
	for (const tracker of trackers) {
		lines.push({ tracker, isFirstOfTier: tracker.tier !== tier, message: undefined });
		tier = tracker.tier;
		if (width < WIDE && tracker.message !== undefined)
			lines.push({ tracker, isFirstOfTier: false, message: tracker.message });
	}
	return lines;
}

function columnsFor({ theme }: ScreenModel, width: number): readonly TableColumn<TrackerLine>[] {
	const isWide = width >= WIDE;
	const columns: TableColumn<TrackerLine>[] = [
		{
			title: 'TIER',
			width: 5,
			text: ({ tracker, isFirstOfTier }) => {
				const tier = isFirstOfTier ? `T${tracker.tier}` : '';
				return `${tier.padEnd(4)}${tracker.isActive ? theme.glyphs.active : ' '}`;
			},
		},
		{
			title: 'TRACKER',
			width: 0,
			text: ({ tracker }) => (isWide ? tracker.url : shortUrl(tracker.url)),
		},
		{
			title: 'STATE',
			width: 11,
			text: ({ tracker }) => stateText(tracker),
			role: ({ tracker }) => STATE_ROLES[tracker.state],
		},
		{
			title: 'NEXT',
			width: 5,
			align: 'right',
			text: ({ tracker }) => formatCountdown(tracker.nextAnnounceSeconds),
		},
	];
	if (width < SCRAPE_WIDTH) return columns;
	columns.push(
		count('SEED', 6, (tracker) => tracker.seeds),
		count('LEECH', 6, (tracker) => tracker.leechers),
	);
	if (!isWide) return columns;
	columns.push(
		count('DONE', 7, (tracker) => tracker.downloads),
		{
			title: 'LAST ANSWER',
			width: Math.floor(width * 0.26),
			text: ({ tracker }) => answerText(tracker),
			role: ({ tracker }) => (tracker.message === undefined ? 'dim' : STATE_ROLES[tracker.state]),
		},
	);
	return columns;
}

function count(
	title: string,
	width: number,
	value: (tracker: TrackerSnapshot) => number | undefined,
): TableColumn<TrackerLine> {
	return { title, width, align: 'right', text: ({ tracker }) => formatCount(value(tracker)) };
}

function stateText(tracker: TrackerSnapshot): string {
	return tracker.state === 'failed' && tracker.failures > 1
		? `failed x${tracker.failures}`
		: tracker.state;
}

function answerText(tracker: TrackerSnapshot): string {
	if (tracker.message !== undefined) return tracker.message;
	if (tracker.lastAnswerSeconds !== undefined) {
		const peers = tracker.peers === undefined ? '' : `${tracker.peers} peers, `;
		return `${peers}${formatEta(tracker.lastAnswerSeconds)} ago`;
	}
	return tracker.state === 'standby' ? 'not needed now' : '';
}

/** `udp tracker.example.org:6969`: what tells trackers apart where room is short. */
function shortUrl(url: string): string {
	const match = /^(\w+):\/\/([^/?]+)/.exec(url);
	return match === null ? url : `${match[1]} ${match[2]}`;
}
