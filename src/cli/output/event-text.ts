/** One event as one line: for people in headless use, and as one JSON object with `--json`. */
import { cleanText } from '../../primitives/clean-text.js';
import { TORRENT_STATES } from '../../session/snapshot.js';
import { formatDuration, formatPercent, formatRate, formatSize, timestamp } from './format.js';
import type { OutputEvent, StatsEvent, SummaryEvent } from './output-event.js';

/** `2026-11-21T08:45:13Z added "name" …`: cleaned, without a line feed. */
export function eventText(event: OutputEvent, atMs: number): string {
	return `${timestamp(atMs)} ${cleanText(`${event.type} ${describe(event)}`)}`;
}

/** `{"time":"…","type":"added",…}`: fields that are not known are left out. */
export function eventJson(event: OutputEvent, atMs: number): string {
	const { type, ...fields } = event;
	return JSON.stringify({ time: new Date(atMs).toISOString(), type, ...fields }, cleanValue);
}

function cleanValue(_key: string, value: unknown): unknown {
	return typeof value === 'string' ? cleanText(value) : value;
}

function describe(event: OutputEvent): string {
	switch (event.type) {
		case 'added':
			return `"${event.name}" ${formatSize(event.totalBytes)} to ${event.savePath} infohash ${event.infohash}`;
		case 'completed':
			return `"${event.name}" ${formatSize(event.totalBytes)} in ${event.savePath}`;
		case 'error':
			return `"${event.name}" ${event.message} (${event.code})`;
		case 'tracker':
			return `"${event.name}" ${event.host === undefined ? '' : `${event.host}: `}${event.message}`;
		case 'removed':
		case 'queued':
		case 'finished':
		case 'seeding':
			return `"${event.name}"`;
		case 'checking':
		case 'downloading':
		case 'paused':
			return `"${event.name}" ${formatPercent(event.progress)}`;
		case 'notice':
			return `${event.level} ${event.area}: ${event.message}`;
		case 'file':
			return event.message.includes(event.path)
				? `${event.outcome}: ${event.message}`
				: `${event.outcome} ${event.path}: ${event.message}`;
		case 'listening':
			return `port ${event.port}`;
		case 'summary':
			return describeSummary(event);
		case 'stats':
			return describeStats(event);
		case 'started':
		case 'stopping':
		case 'stopped':
			return event.message;
		default:
			return event satisfies never;
	}
}

function describeSummary(event: SummaryEvent): string {
	const states = TORRENT_STATES.filter((state) => event.torrents[state] > 0).map(
		(state) => `${event.torrents[state]} ${state}`,
	);
	const share = event.totalBytes === 0 ? 1 : event.doneBytes / event.totalBytes;
	const parts = [
		states.length === 0 ? 'no torrents' : `${states.join(', ')}, ${formatPercent(share)}`,
		`down ${formatRate(event.downloadRate)} up ${formatRate(event.uploadRate)}`,
		`${event.peers} peers ${event.seeds} seeds`,
	];
	if (event.etaSeconds !== undefined) parts.push(`${formatDuration(event.etaSeconds)} left`);
	if (event.diskFreeBytes !== undefined) parts.push(`${formatSize(event.diskFreeBytes)} free`);
	return parts.join('; ');
}

function describeStats(event: StatsEvent): string {
	return [
		`event loop ${event.eventLoopLagP99Ms} ms`,
		`ring ${event.ringUsedSlots} of ${event.ringSlots}`,
		`disk ${event.diskQueueJobs} jobs ${formatSize(event.diskQueueBytes)}`,
		`${event.connections} connections`,
		`memory ${formatSize(event.rssBytes)}`,
	].join('; ');
}
