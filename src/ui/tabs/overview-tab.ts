/** The first tab: all about one torrent that is neither a file, a tracker nor a peer. */

import { cleanText } from '../../primitives/clean-text.js';
import type { TorrentDetail, TorrentSnapshot } from '../../session/snapshot.js';
import { stateRole } from '../columns.js';
import {
	formatDate,
	formatEta,
	formatPercent,
	formatRate,
	formatRatio,
	formatSize,
} from '../format.js';
import { cell, type Row, span } from '../row.js';
import type { ScreenModel, TabRenderer } from '../screen-model.js';
import type { Role } from '../theme.js';
import { wrapText } from '../wrap-text.js';

const LABEL_WIDTH = 11;

type Part = readonly [text: string, role?: Role | undefined];

/** A label and what stands beside it; continuation lines have no label. */
interface Field {
	readonly label: string;
	readonly parts: readonly Part[];
}

/** How many lines the tab has at a width. */
export function countOverviewLines(
	torrent: TorrentSnapshot,
	detail: TorrentDetail | undefined,
	width: number,
): number {
	return overviewFields(torrent, detail, width, 0).length;
}

export const renderOverviewTab: TabRenderer = (model, torrent, width, height) => {
	const fields = overviewFields(torrent, model.detail, width, model.utcOffsetMinutes);
	return fields
		.slice(model.view.contentTop, model.view.contentTop + height)
		.map((entry) => renderField(entry, model));
};

function renderField({ label, parts }: Field, { theme }: ScreenModel): Row {
	return [
		cell(theme, ` ${label}`, LABEL_WIDTH, { role: 'dim' }),
		...parts.map(([text, role]) => span(text, role)),
	];
}

function overviewFields(
	torrent: TorrentSnapshot,
	detail: TorrentDetail | undefined,
	width: number,
	utcOffsetMinutes: number,
): readonly Field[] {
	const left = Math.max(0, torrent.wantedBytes - torrent.doneBytes);
	const size = formatSize(torrent.totalBytes);
	const wanted =
		torrent.wantedBytes === torrent.totalBytes
			? ''
			: `   wanted ${formatSize(torrent.wantedBytes)}`;
	const done = `   done ${formatSize(torrent.doneBytes)} (${formatPercent(torrent.progress)})`;
	const eta = torrent.state === 'downloading' ? formatEta(torrent.etaSeconds) : '';
	const fields: Field[] = [
		field('state', [torrent.state, stateRole(torrent)], [flagsOf(torrent)]),
		...problemFields(torrent, width),
		field('size', [`${size}${wanted}${done}   left ${formatSize(left)}`]),
		field(
			'rates',
			[`down ${formatRate(torrent.downloadRate) || '0B'}/s`, 'down'],
			['   '],
			[`up ${formatRate(torrent.uploadRate) || '0B'}/s`, 'up'],
			[eta === '' ? '' : `   ready in ${eta}`],
		),
		field('totals', [
			`down ${formatSize(torrent.downloadedBytes)}   up ${formatSize(torrent.uploadedBytes)}   ` +
				`ratio ${formatRatio(torrent.ratio)}   wasted ${formatSize(torrent.wastedBytes)}`,
		]),
		field('swarm', [swarmText(torrent)]),
	];
	if (detail !== undefined) fields.push(field('pieces', [piecesText(detail)]));
	fields.push(
		field('infohash', [torrent.infohash]),
		...longField('saved to', torrent.savePath, width),
		...longField('torrent', torrent.torrentPath, width),
		field('added', [datesText(torrent, utcOffsetMinutes)]),
	);
	if (detail?.comment !== undefined) fields.push(...longField('comment', detail.comment, width));
	return fields;
}

function problemFields(torrent: TorrentSnapshot, width: number): readonly Field[] {
	const fields: Field[] = [];
	if (torrent.problem !== undefined) {
		const { message, resumesByItself, canForce } = torrent.problem;
		const help = canForce ? ' (F uses what is there)' : '';
		const hope = resumesByItself ? ' (goes on by itself)' : '';
		fields.push(...longField('error', `${message}${hope}${help}`, width, 'error'));
	}
	if (torrent.trackerMessage !== undefined)
		fields.push(...longField('tracker', torrent.trackerMessage, width, 'warn'));
	return fields;
}

function flagsOf(torrent: TorrentSnapshot): string {
	const flags = [
		torrent.isPrivate ? 'private' : '',
		torrent.isSequential ? 'in order' : '',
		`place ${torrent.queuePosition + 1} in the queue`,
	];
	return `   ${flags.filter((flag) => flag !== '').join(', ')}`;
}

function swarmText(torrent: TorrentSnapshot): string {
	const connected = `connected ${torrent.seeds} seeds, ${torrent.peers} peers`;
	const told =
		torrent.swarmSeeds === undefined && torrent.swarmPeers === undefined
			? ''
			: `   trackers say ${torrent.swarmSeeds ?? '?'} and ${torrent.swarmPeers ?? '?'}`;
	return `${connected}${told}   copies ${torrent.availability.toFixed(2)}`;
}

function piecesText(detail: TorrentDetail): string {
	return `${detail.havePieces} of ${detail.pieceCount}, ${formatSize(detail.pieceLengthBytes)} each`;
}

function datesText(torrent: TorrentSnapshot, utcOffsetMinutes: number): string {
	const added = formatDate(torrent.addedAtMs, utcOffsetMinutes);
	if (torrent.completedAtMs === undefined) return added;
	return `${added}   completed ${formatDate(torrent.completedAtMs, utcOffsetMinutes)}`;
}

/** At most four lines of a text that may be long. */
function longField(label: string, text: string, width: number, role?: Role): readonly Field[] {
	const lines = wrapText(cleanText(text), width - LABEL_WIDTH).slice(0, 4);
	return lines.map((line, index) => field(index === 0 ? label : '', [line, role]));
}

function field(label: string, ...parts: readonly Part[]): Field {
	return { label, parts };
}
