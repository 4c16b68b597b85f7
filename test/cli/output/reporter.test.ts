import test from 'ava';
import { Reporter } from '../../../src/cli/output/reporter.js';
import type { Clock } from '../../../src/primitives/clock.js';
import type { LogEntry } from '../../../src/primitives/logger.js';
import type { SessionApi } from '../../../src/session/session-api.js';
import type { SessionSnapshot } from '../../../src/session/snapshot.js';
import { sessionSnapshot, torrentSnapshot } from './snapshots.js';

interface Stage {
	readonly lines: string[];
	readonly log: LogEntry[];
	readonly reporter: Reporter;
	readonly publish: (snapshot: SessionSnapshot) => void;
	/** Everything that is due each `intervalMs`. */
	readonly tick: (intervalMs: number) => void;
	readonly timers: () => number;
}

function stage(isJson = false): Stage {
	let snapshot = sessionSnapshot();
	const listeners = new Set<() => void>();
	const timers = new Map<() => void, number>();
	const session: SessionApi = {
		getSnapshot: () => snapshot,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		dispatch: async () => ({ ok: true }),
		watchDetail: () => () => {},
		close: async () => {},
	};
	const clock: Clock = {
		now: () => 0,
		wallMs: () => 0,
		after: () => () => {},
		every(intervalMs, callback) {
			timers.set(callback, intervalMs);
			return () => timers.delete(callback);
		},
	};
	const lines: string[] = [];
	const log: LogEntry[] = [];
	const reporter = new Reporter({
		session,
		clock,
		write: (text) => lines.push(text),
		isJson,
		summaryIntervalMs: 60_000,
		logger: (entry) => log.push(entry),
	});
	return {
		lines,
		log,
		reporter,
		publish(next) {
			snapshot = next;
			for (const listener of listeners) listener();
		},
		tick(intervalMs) {
			for (const [callback, every] of timers) if (every === intervalMs) callback();
		},
		timers: () => timers.size + listeners.size,
	};
}

const TIME = '1970-01-01T00:00:00Z';

test('each publication is told as lines, a summary at its interval', (t) => {
	const { lines, publish, tick } = stage();
	publish(sessionSnapshot({ revision: 2, torrents: [torrentSnapshot('a')] }));
	t.deepEqual(
		lines.map((line) => line.split(' ')[1]),
		['added', 'downloading'],
	);
	tick(60_000);
	t.regex(lines.at(-1) ?? '', /summary 1 downloading, 0\.0 %; [^\n]*\n$/);
});

test('with JSON each line is an object', (t) => {
	const { lines, publish, tick } = stage(true);
	publish(sessionSnapshot({ revision: 2, torrents: [torrentSnapshot('a')], port: 5 }));
	tick(60_000);
	const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
	t.deepEqual(types, ['listening', 'added', 'downloading', 'summary', 'stats']);
});

test('entries of the ledger are told once', (t) => {
	const { lines, reporter, tick } = stage();
	const entry = { atMs: 0, path: '/x', outcome: 'added', message: 'Added' };
	const entries = [entry];
	reporter.followLedger(() => entries);
	tick(250);
	entries.push({ ...entry, outcome: 'removed', message: 'Removed' });
	tick(250);
	t.deepEqual(lines, [`${TIME} file added /x: Added\n`, `${TIME} file removed /x: Removed\n`]);
});

test('what is still untold is told at the end, and nothing stays open', (t) => {
	const { lines, publish, reporter, timers } = stage();
	const entries = [{ atMs: 0, path: '/x', outcome: 'added', message: 'Added' }];
	reporter.followLedger(() => []);
	reporter.followLedger(() => entries);
	reporter.close();
	t.is(lines.length, 1);
	t.is(timers(), 0);
	publish(sessionSnapshot({ revision: 3, port: 5 }));
	t.is(lines.length, 1);
});

test('changes of state go into the log; what the session logs itself does not go twice', (t) => {
	const { log, publish } = stage();
	publish(sessionSnapshot({ revision: 2, torrents: [torrentSnapshot('a')] }));
	t.deepEqual(log, [{ level: 'info', area: 'downloading', message: '"torrent a" 0.0 %' }]);
});
