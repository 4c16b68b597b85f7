/** How the engine and the screen themselves are doing: what to look at when something is slow. */
import type { EngineStats } from '../../session/snapshot.js';
import { formatBar, formatEta, formatMs, formatPercent, formatSize } from '../format.js';
import { cell, type Row, span } from '../row.js';
import type { ScreenStats, Times } from '../screen-meter.js';
import type { ScreenModel } from '../screen-model.js';
import type { Role } from '../theme.js';

/** How many lines the page has; always the same ones. */
export const DEBUG_LINES = 19;

const LABEL_WIDTH = 15;
const BAR_WIDTH = 12;
const BLOCK_BYTES = 16 * 1024;

/** From here on a pause is felt: keys wait, peers idle. */
const LAG_WARN_MS = 50;
/** From here on there is hardly room for another request. */
const RING_WARN_SHARE = 0.95;

/** A heading, an empty line, or a label with what stands beside it. */
interface DebugLine {
	readonly label: string;
	readonly isHeading: boolean;
	/** 0 to 1; undefined without a bar. */
	readonly share?: number;
	readonly text: string;
	readonly role?: Role | undefined;
}

/** At most `height` rows from the first visible line on. */
export function renderDebug(model: ScreenModel, width: number, height: number): readonly Row[] {
	const { theme, view, snapshot, screen } = model;
	const lines = debugLines(snapshot.stats, screen);
	return lines.slice(view.contentTop, view.contentTop + height).map((line) => {
		if (line.isHeading) return [cell(theme, ` ${line.label}`, width, { role: 'title' })];
		const row: Row[number][] = [cell(theme, `  ${line.label}`, LABEL_WIDTH, { role: 'dim' })];
		if (line.share !== undefined) {
			const bar = formatBar(line.share, BAR_WIDTH, theme.glyphs);
			row.push({ text: bar, width: BAR_WIDTH, role: line.role }, span('  '));
		}
		row.push(span(line.text, line.role));
		return row;
	});
}

function debugLines(stats: EngineStats, screen: ScreenStats): readonly DebugLine[] {
	return [
		...engineLines(stats),
		heading(''),
		...screenLines(screen, stats),
		heading(''),
		heading('Process'),
		field(
			'memory',
			`${formatSize(stats.rssBytes)}   running for ${formatEta(stats.uptimeSeconds)}`,
		),
	];
}

function engineLines(stats: EngineStats): readonly DebugLine[] {
	const { readCache, connections, halfOpen, maxConnections } = stats;
	const usedSlots = stats.ringSlots - stats.ringFreeSlots;
	const ringShare = share(usedSlots, stats.ringSlots);
	const ring = `${sizes(usedSlots * BLOCK_BYTES, stats.ringSlots * BLOCK_BYTES)}, ${usedSlots} blocks`;
	const cache = sizes(readCache.usedBytes, readCache.bytes);
	const limit = maxConnections > 0 ? String(maxConnections) : 'none';
	const reads = readCache.hits + readCache.misses;
	return [
		heading('Engine'),
		lagLine(stats.eventLoopLag),
		{
			...field('ring', ring, ringShare >= RING_WARN_SHARE ? 'warn' : undefined),
			share: ringShare,
		},
		field(
			'disk queue',
			`${stats.diskQueue} jobs   ${formatSize(stats.diskQueueBytes)}   threads for blocks ${stats.diskWorkers}`,
		),
		{
			...field('read cache', `${cache}, sending ${formatSize(readCache.pinnedBytes)}`),
			share: share(readCache.usedBytes, readCache.bytes),
		},
		field('', `${formatPercent(share(readCache.hits, reads))} of ${reads} blocks were in it`),
		field('connections', `open ${connections}   half open ${halfOpen}   limit ${limit}`),
	];
}

function screenLines(screen: ScreenStats, stats: EngineStats): readonly DebugLine[] {
	const { frames, droppedFrames, isTerminalBusy } = screen;
	return [
		heading('Screen'),
		lagLine(screen.eventLoopLag),
		field(
			'frames',
			`shown ${frames}   dropped ${droppedFrames}   ${screen.framesPerSecond.toFixed(1)}/s`,
			isTerminalBusy ? 'warn' : undefined,
		),
		field('to make one', timesText(screen.frameTimes)),
		field('to write it', timesText(screen.writeTimes)),
		field('key to frame', timesText(screen.keyTimes)),
		field(
			'terminal',
			`${formatSize(screen.bytesPerSecond)}/s   ${formatSize(screen.writtenBytes)} in all`,
		),
		field('snapshots', `skipped ${stats.skippedSnapshots}`),
	];
}

function lagLine(lag: Times): DebugLine {
	return field('event loop', timesText(lag), lag.p99Ms >= LAG_WARN_MS ? 'warn' : undefined);
}

function timesText({ p50Ms, p99Ms, maxMs }: Times): string {
	const parts = [`half ${formatMs(p50Ms)}`, `99% ${formatMs(p99Ms)}`, `most ${formatMs(maxMs)}`];
	return parts.join('   ');
}

function sizes(used: number, total: number): string {
	return `${formatPercent(share(used, total))}   ${formatSize(used)} of ${formatSize(total)}`;
}

function share(part: number, whole: number): number {
	return whole > 0 ? part / whole : 0;
}

function heading(label: string): DebugLine {
	return { label, isHeading: true, text: '' };
}

function field(label: string, text: string, role?: Role): DebugLine {
	return { label, isHeading: false, text, role };
}
