/** When frames are drawn, and what is asked of the session. */
import test from 'ava';
import { Dashboard } from '../../src/ui/dashboard.js';
import { ScreenMeter } from '../../src/ui/screen-meter.js';
import { makeTheme } from '../../src/ui/theme.js';
import type { ViewEffect } from '../../src/ui/view-actions.js';
import { VirtualClock } from '../helpers/virtual-clock.js';
import { FakeSession } from './fake-session.js';
import { fakeInfohash, makeSnapshot, makeTorrent, PLAIN } from './fixtures.js';

function setUp(): {
	session: FakeSession;
	clock: VirtualClock;
	dashboard: Dashboard;
	effects: ViewEffect[];
	frames: () => number;
} {
	const session = new FakeSession(makeSnapshot([makeTorrent(0), makeTorrent(1)]));
	const clock = new VirtualClock();
	const effects: ViewEffect[] = [];
	const meter = new ScreenMeter(clock);
	const dashboard = new Dashboard({
		session,
		clock,
		meter,
		title: 'btmany',
		theme: makeTheme(PLAIN),
		size: { columns: 80, rows: 24 },
		onEffect: (effect) => effects.push(effect),
	});
	let frames = 0;
	dashboard.subscribe(() => {
		frames++;
	});
	dashboard.start();
	return { session, clock, dashboard, effects, frames: () => frames };
}

test('a burst of keys is drawn at most fifteen times a second', (t) => {
	const { clock, dashboard, frames } = setUp();
	for (let index = 0; index < 300; index++) {
		dashboard.press([index % 2 === 0 ? 'j' : 'k']);
		clock.advance(10);
	}
	t.true(frames() <= 3 * 16 + 3, `${frames()} frames`);
	t.true(frames() >= 3 * 14);
	dashboard.press(['j']);
	clock.advance(100);
	t.is(dashboard.getModel().view.selected, fakeInfohash(1));
});

test('a few keys in a row are each answered at once', (t) => {
	const { clock, dashboard, frames } = setUp();
	for (let index = 0; index < 4; index++) {
		dashboard.press(['j']);
		clock.advance(17);
	}
	t.is(frames(), 4);
});

test('publications are drawn once a second', (t) => {
	const { session, clock, frames } = setUp();
	for (let index = 0; index < 100; index++) {
		session.publish([makeTorrent(0, { downloadRate: index })]);
		clock.advance(100);
	}
	t.true(frames() >= 9 && frames() <= 11, `${frames()} frames`);
});

test('the effect of a key is drawn without waiting for the next second', async (t) => {
	const { session, clock, dashboard } = setUp();
	clock.advance(1000);
	dashboard.press(['p']);
	await clock.advanceAsync(100);
	const { snapshot, view } = dashboard.getModel();
	t.is(snapshot.torrents[0]?.state, 'paused');
	t.is(view.message?.text, 'Paused torrent-0');
	t.deepEqual(session.commands, [{ type: 'pause', infohash: fakeInfohash(0) }]);
});

test('a refused command says why', async (t) => {
	const { session, clock, dashboard } = setUp();
	session.result = { ok: false, code: 'SESSION_CLOSING', message: 'The session is closing' };
	dashboard.press(['v']);
	await clock.advanceAsync(100);
	t.like(dashboard.getModel().view.message, { text: 'The session is closing', level: 'error' });
	clock.advance(10_000);
	t.is(dashboard.getModel().view.message, undefined);
});

test('a command that fails does not end the dashboard', async (t) => {
	const { session, clock, dashboard } = setUp();
	session.dispatch = () => Promise.reject(new Error('worker gone'));
	dashboard.press(['v']);
	await clock.advanceAsync(100);
	t.is(dashboard.getModel().view.message?.text, 'worker gone');
});

test('details are asked for only while they are open, of the torrent in sight', (t) => {
	const { session, dashboard } = setUp();
	t.is(session.watched.size, 0);
	dashboard.press(['3']);
	t.deepEqual([...session.watched], [fakeInfohash(0)]);
	dashboard.press(['Escape', 'j', 'Enter']);
	t.deepEqual([...session.watched], [fakeInfohash(1)]);
	dashboard.press(['Escape']);
	t.is(session.watched.size, 0);
	dashboard.press(['Enter']);
	dashboard.stop();
	t.is(session.watched.size, 0);
});

test('a stopped dashboard leaves no timer and hears nothing', (t) => {
	const { session, clock, dashboard, frames } = setUp();
	dashboard.press(['j']);
	dashboard.press(['k']);
	dashboard.stop();
	t.is(clock.pendingTimers, 0);
	const drawn = frames();
	session.publish([]);
	t.is(frames(), drawn);
});

test('quitting, suspending and redrawing are left to the owner of the terminal', (t) => {
	const { dashboard, effects } = setUp();
	dashboard.press(['ctrl+z', 'ctrl+l', 'q']);
	t.deepEqual(
		effects.map(({ type }) => type),
		['suspend', 'redraw', 'quit'],
	);
});
