import { readFile } from 'node:fs/promises';
import test from 'ava';
import { eventJson, eventText } from '../../../src/cli/output/event-text.js';
import type { OutputEvent } from '../../../src/cli/output/output-event.js';
import { summaryEvent } from '../../../src/cli/output/snapshot-events.js';
import { TORRENT_STATES } from '../../../src/session/snapshot.js';
import { sessionSnapshot, torrentSnapshot } from './snapshots.js';

const AT_MS = Date.UTC(2026, 10, 21, 8, 45, 13, 120);
const ABOUT = { infohash: 'a'.repeat(40), name: 'big.bin' };

const EVENTS: readonly OutputEvent[] = [
	{ type: 'started', message: 'watching /t' },
	{ type: 'listening', port: 6881 },
	{
		type: 'added',
		...ABOUT,
		totalBytes: 30_000_000,
		torrentPath: '/t/x.torrent',
		savePath: '/t/big.bin',
		isPrivate: false,
	},
	{ type: 'downloading', ...ABOUT, progress: 0.9999 },
	{
		type: 'completed',
		...ABOUT,
		totalBytes: 999_960,
		downloadedBytes: 5,
		savePath: '/t/big.bin',
	},
	{ type: 'seeding', ...ABOUT, progress: 1 },
	{
		type: 'error',
		...ABOUT,
		code: 'STORAGE_DISK_FULL',
		message: 'Disk is full',
		resumesByItself: true,
		canForce: false,
	},
	{ type: 'tracker', ...ABOUT, host: 'tracker.test', message: 'timed out' },
	{ type: 'removed', ...ABOUT },
	{ type: 'notice', level: 'warn', area: 'peer', message: 'banned', infohash: undefined },
	{ type: 'file', path: '/t/x.torrent', outcome: 'rejected', message: 'Bad', infohash: undefined },
	{ type: 'file', path: '/t/x', outcome: 'added', message: 'Added "/t/x"', infohash: undefined },
	{ type: 'stopping', message: 'got SIGTERM' },
	{ type: 'stopped', message: 'all saved' },
];

test('each event is one line with its time and type', (t) => {
	t.deepEqual(
		EVENTS.map((event) => eventText(event, AT_MS)),
		[
			'started watching /t',
			'listening port 6881',
			`added "big.bin" 30.0 MB to /t/big.bin infohash ${'a'.repeat(40)}`,
			'downloading "big.bin" 99.9 %',
			'completed "big.bin" 1.0 MB in /t/big.bin',
			'seeding "big.bin"',
			'error "big.bin" Disk is full (STORAGE_DISK_FULL)',
			'tracker "big.bin" tracker.test: timed out',
			'removed "big.bin"',
			'notice warn peer: banned',
			'file rejected /t/x.torrent: Bad',
			'file added: Added "/t/x"',
			'stopping got SIGTERM',
			'stopped all saved',
		].map((text) => `2026-11-21T08:45:13Z ${text}`),
	);
});

test('a summary names the states that occur', (t) => {
	const torrents = [
		torrentSnapshot('a', { doneBytes: 867, etaSeconds: 125, peers: 4, seeds: 2 }),
		torrentSnapshot('b', { state: 'error', wantedBytes: 0 }),
	];
	const snapshot = sessionSnapshot({ torrents, downloadRate: 1_234_567, diskFreeBytes: 12e9 });
	t.is(
		eventText(summaryEvent(snapshot), AT_MS),
		'2026-11-21T08:45:13Z summary 1 downloading, 1 error, 86.7 %; down 1.2 MB/s up 0 B/s; 4 peers 2 seeds; 2 min 5 s left; 12.0 GB free',
	);
	t.regex(eventText(summaryEvent(sessionSnapshot()), AT_MS), /summary no torrents; down 0 B\/s/);
});

test('JSON has the time first, then the type, then the fields that are known', (t) => {
	for (const event of EVENTS) {
		const parsed: unknown = JSON.parse(eventJson(event, AT_MS));
		const known = Object.entries(event).filter(([, value]) => value !== undefined);
		t.deepEqual(parsed, { time: '2026-11-21T08:45:13.120Z', ...Object.fromEntries(known) });
		t.deepEqual(Object.keys(parsed as object).slice(0, 2), ['time', 'type']);
	}
});

test('a name cannot steer the terminal or break a line, in either form', (t) => {
	const name = 'a\u001b]52;c;x\u0007\nb\u202ec\u009b2J';
	const event: OutputEvent = { type: 'removed', infohash: ABOUT.infohash, name };
	for (const line of [eventText(event, AT_MS), eventJson(event, AT_MS)])
		t.notRegex(line, /[\p{Cc}\u202e]|\\u001b|\\n/u);
	t.true(eventText(event, AT_MS).endsWith('removed "a?]52;c;x??b?c?2J"'));
});

test('docs/json-lines.md has every type and every field', async (t) => {
	const page = await readFile(new URL('../../../../docs/json-lines.md', import.meta.url), 'utf8');
	const all = [...EVENTS, summaryEvent(sessionSnapshot())];
	for (const event of all) {
		t.true(page.includes(`\`${event.type}\``), event.type);
		for (const key of Object.keys(event))
			t.true(page.includes(`\`${key}\``), `${event.type}.${key}`);
	}
	for (const state of TORRENT_STATES) t.true(page.includes(`\`${state}\``), state);
});
