/** A folder that takes long to look through is looked at less often. */
import test, { type ExecutionContext } from 'ava';
import type { FolderEvents } from '../../src/watch/folder-hints.js';
import { makeFixture, torrentBytes } from './watch-fixture.js';

/** Events that come when a test says so. */
function eventsByHand(): { readonly events: FolderEvents; readonly hint: () => void } {
	const listeners: ((path: string) => void)[] = [];
	return {
		events: ({ onHint }) => {
			listeners.push(onHint);
			return async () => {};
		},
		hint: () => {
			for (const listener of listeners) listener('x.torrent');
		},
	};
}

/** Starts watching a folder whose first pass takes that long. */
async function startSlowly(t: ExecutionContext, passMs: number, events: FolderEvents | false) {
	const fixture = await makeFixture(t);
	const { clock, put, session, start } = fixture;
	await put('x.torrent', torrentBytes('x'));
	session.refuse = () => {
		clock.advance(passMs);
		return undefined;
	};
	await start({ events, rescanIntervalMs: 10_000 });
	return fixture;
}

test('without events rescans take one part in a hundred of the time', async (t) => {
	const { clock } = await startSlowly(t, 500, false);
	t.is(clock.nextTimerInMs, 99 * 500);
});

test('without events the next rescan comes within a minute, however long one takes', async (t) => {
	const { clock } = await startSlowly(t, 20_000, false);
	t.is(clock.nextTimerInMs, 60_000);
});

test('while events come, rescans nobody asked for take one part in 1000 of the time', async (t) => {
	const { clock } = await startSlowly(t, 200, eventsByHand().events);
	t.is(clock.nextTimerInMs, 999 * 200);
});

test('while events come, the next rescan comes within five minutes, however long one takes', async (t) => {
	const { clock } = await startSlowly(t, 20_000, eventsByHand().events);
	t.is(clock.nextTimerInMs, 300_000);
});

test('an event is not put off by that rest, only so that rescans take a quarter of the time', async (t) => {
	const { events, hint } = eventsByHand();
	const { clock, put, runningFiles, until } = await startSlowly(t, 500, events);
	await put('y.torrent', torrentBytes('y'));
	hint();
	t.is(clock.nextTimerInMs, 3 * 500);
	clock.advance(3 * 500);
	await until(() => runningFiles().length === 2);
	t.deepEqual(runningFiles(), ['x.torrent', 'y.torrent']);
});

test('a folder that is looked through quickly is looked at as often as the interval says', async (t) => {
	const { clock } = await startSlowly(t, 10, eventsByHand().events);
	t.is(clock.nextTimerInMs, 10_000);
});
