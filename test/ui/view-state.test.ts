/** What keys and new data do to the view. */
import test from 'ava';
import type { SessionSnapshot, TorrentSnapshot } from '../../src/session/snapshot.js';
import { type Reduced, reduceKey } from '../../src/ui/view-actions.js';
import {
	initialView,
	selectedRow,
	type ViewData,
	type ViewState,
	viewLayout,
	withData,
	withSize,
} from '../../src/ui/view-state.js';
import { makeDetail } from './detail-fixtures.js';
import { fakeInfohash, makeSnapshot, makeTorrent } from './fixtures.js';

function dataOf(torrents: readonly TorrentSnapshot[], nowMs = 0): ViewData {
	const snapshot: SessionSnapshot = makeSnapshot(torrents);
	return {
		snapshot,
		torrents: new Map(torrents.map((torrent) => [torrent.infohash, torrent])),
		detail: makeDetail(fakeInfohash(0)),
		nowMs,
	};
}

function viewOf(data: ViewData, rows = 24): ViewState {
	return withData(initialView({ columns: 80, rows }), data);
}

function press(view: ViewState, data: ViewData, ...keys: readonly string[]): Reduced {
	let reduced: Reduced = { view };
	for (const key of keys) reduced = reduceKey(reduced.view, key, data);
	return reduced;
}

const HUNDRED = Array.from({ length: 100 }, (_, index) => makeTorrent(index, { state: 'queued' }));

test('keys move the selection and the list scrolls with it', (t) => {
	const data = dataOf(HUNDRED);
	let { view } = press(viewOf(data), data, 'j', 'j', 'k');
	t.is(selectedRow(view), 1);
	({ view } = press(view, data, 'G'));
	t.is(selectedRow(view), 99);
	t.is(view.top, 100 - viewLayout(view).listRows);
	({ view } = press(view, data, 'PageUp'));
	t.is(selectedRow(view), 99 - viewLayout(view).listRows);
	({ view } = press(view, data, 'g'));
	t.is(view.top, 0);
	({ view } = press(view, data, 'ctrl+d', 'ctrl+u', 'k'));
	t.is(selectedRow(view), 0);
});

test('the selection stays on its torrent when the order changes', (t) => {
	const before = dataOf([makeTorrent(0), makeTorrent(1)]);
	const { view } = press(viewOf(before), before, 'j');
	const after = dataOf([makeTorrent(0), makeTorrent(1, { downloadRate: 99 })], 60_000);
	const next = withData(view, after);
	t.is(next.selected, fakeInfohash(1));
	t.is(selectedRow(next), 0);
});

test('until the first key the beginning of the list stays in sight, whatever moves up to it', (t) => {
	const before = viewOf(dataOf(HUNDRED));
	const active = makeTorrent(99, { state: 'seeding', uploadRate: 5000 });
	const next = withData(before, dataOf([...HUNDRED.slice(0, 99), active], 60_000));
	t.is(next.top, 0);
	t.is(next.selected, fakeInfohash(99));
});

test('when the selected torrent goes, the row in its place is selected', (t) => {
	const before = dataOf(HUNDRED.slice(0, 3));
	const { view } = press(viewOf(before), before, 'j');
	t.is(withData(view, dataOf([HUNDRED[0]!, HUNDRED[2]!])).selected, fakeInfohash(2));
	t.is(withData(view, dataOf([HUNDRED[0]!])).selected, fakeInfohash(0));
	t.is(withData(view, dataOf([])).selected, undefined);
});

test('rows are sorted again at most every 5 s and not within 3 s of a key', (t) => {
	const slow = [makeTorrent(0, { downloadRate: 2 }), makeTorrent(1, { downloadRate: 1 })];
	const swapped = [makeTorrent(0, { downloadRate: 1 }), makeTorrent(1, { downloadRate: 2 })];
	const view = viewOf(dataOf(slow));
	t.is(withData(view, dataOf(swapped, 4999)).order[0], fakeInfohash(0));
	t.is(withData(view, dataOf(swapped, 5000)).order[0], fakeInfohash(1));
	const { view: touched } = press(view, dataOf(slow, 4000), 'x');
	t.is(withData(touched, dataOf(swapped, 6999)).order[0], fakeInfohash(0));
	t.is(withData(touched, dataOf(swapped, 7000)).order[0], fakeInfohash(1));
});

test('a new torrent appears at once', (t) => {
	const view = viewOf(dataOf([makeTorrent(0)]));
	const error = makeTorrent(1, { state: 'error' });
	t.deepEqual(
		withData(view, dataOf([makeTorrent(0), error], 4000)).order,
		[1, 0].map(fakeInfohash),
	);
	const { view: touched } = press(view, dataOf([makeTorrent(0)], 3500), 'x');
	t.deepEqual(
		withData(touched, dataOf([makeTorrent(0), error], 4000)).order,
		[0, 1].map(fakeInfohash),
	);
});

test('Enter opens the details, Escape closes them, digits choose a tab', (t) => {
	const data = dataOf(HUNDRED);
	let { view } = press(viewOf(data), data, 'Enter');
	t.true(view.hasDetails);
	t.is(view.tab, 'Overview');
	({ view } = press(view, data, '4'));
	t.is(view.tab, 'Peers');
	({ view } = press(view, data, ']', ']'));
	t.is(view.tab, 'Overview');
	({ view } = press(view, data, '['));
	t.is(view.tab, 'Log');
	({ view } = press(view, data, 'Escape'));
	t.false(view.hasDetails);
});

test('from 30 rows on Tab moves the focus between list and details', (t) => {
	const data = dataOf(HUNDRED);
	let { view } = press(viewOf(data, 40), data, '4');
	t.true(viewLayout(view).isSplit);
	t.is(view.focus, 'details');
	({ view } = press(view, data, 'Tab', 'j'));
	t.is(view.focus, 'list');
	t.is(selectedRow(view), 1);
	t.true(view.hasDetails);
});

test('the selected row stays in sight when details open and the window shrinks', (t) => {
	const data = dataOf(HUNDRED);
	let { view } = press(viewOf(data, 40), data, 'G', 'Enter');
	t.true(selectedRow(view) < view.top + viewLayout(view).listRows);
	view = withSize(view, { columns: 40, rows: 10 });
	({ view } = press(view, data, 'Escape'));
	t.true(selectedRow(view) >= view.top);
	t.true(selectedRow(view) < view.top + viewLayout(view).listRows);
});

test('p pauses what runs and resumes what is paused', (t) => {
	const running = dataOf([makeTorrent(0)]);
	t.like(press(viewOf(running), running, 'p').effect, {
		command: { type: 'pause', infohash: fakeInfohash(0) },
	});
	const paused = dataOf([makeTorrent(0, { state: 'paused' })]);
	t.like(press(viewOf(paused), paused, 'p').effect, { command: { type: 'resume' } });
});

test('t and v announce and verify', (t) => {
	const data = dataOf([makeTorrent(0)]);
	t.like(press(viewOf(data), data, 't').effect, { command: { type: 'reannounce' } });
	t.like(press(viewOf(data), data, 'v').effect, { command: { type: 'recheck' } });
});

test('removing asks, and Cancel has the focus', (t) => {
	const data = dataOf([makeTorrent(0)]);
	const asked = press(viewOf(data), data, 'd');
	t.is(asked.effect, undefined);
	t.is(asked.view.dialog?.focus, 'cancel');
	const cancelled = press(asked.view, data, 'Enter');
	t.is(cancelled.effect, undefined);
	t.is(cancelled.view.dialog, undefined);
	const removal = { command: { type: 'remove', infohash: fakeInfohash(0) } };
	t.like(press(asked.view, data, 'Tab', 'Enter').effect, removal);
	t.like(press(asked.view, data, 'r').effect, removal);
	t.is(press(asked.view, data, 'Escape').view.dialog, undefined);
});

test('a question about a torrent that is gone goes with it', (t) => {
	const data = dataOf([makeTorrent(0), makeTorrent(1)]);
	const { view } = press(viewOf(data), data, 'd');
	t.is(withData(view, dataOf([makeTorrent(1)])).dialog, undefined);
});

test('F asks only where there is something in the way', (t) => {
	const fine = dataOf([makeTorrent(0)]);
	t.is(press(viewOf(fine), fine, 'F').view.dialog, undefined);
	t.regex(press(viewOf(fine), fine, 'F').view.message?.text ?? '', /Nothing is in the way/);
	const problem = { code: 'X', message: 'in the way', resumesByItself: false, canForce: true };
	const blocked = dataOf([makeTorrent(0, { state: 'error', problem })]);
	const asked = press(viewOf(blocked), blocked, 'F');
	t.is(asked.view.dialog?.type, 'force');
	t.like(press(asked.view, blocked, 'o').effect, { command: { type: 'force' } });
});

test('K and J move in the queue and stop at its ends', (t) => {
	const data = dataOf(HUNDRED.slice(0, 2));
	t.like(press(viewOf(data), data, 'J').effect, { command: { type: 'move', position: 1 } });
	t.is(press(viewOf(data), data, 'K').effect, undefined);
	t.regex(press(viewOf(data), data, 'K').view.message?.text ?? '', /first in the queue/);
});

test('a filter narrows while it is typed; Enter keeps it, Escape drops it', (t) => {
	const data = dataOf([makeTorrent(0, { name: 'debian q' }), makeTorrent(1, { name: 'fedora' })]);
	let { view } = press(viewOf(data), data, '/', 'f', 'e');
	t.deepEqual(view.order, [fakeInfohash(1)]);
	t.is(view.selected, fakeInfohash(1));
	({ view } = press(view, data, 'Backspace', 'Backspace', 'd', 'Space', 'q', 'Enter'));
	t.is(view.filter, 'd q');
	t.false(view.isFiltering);
	t.deepEqual(view.order, [fakeInfohash(0)]);
	({ view } = press(view, data, 'Escape'));
	t.is(view.filter, '');
	t.is(view.order.length, 2);
	({ view } = press(view, data, '/', 'x', 'ctrl+u', 'a', 'Escape'));
	t.is(view.filter, '');
});

test('n and N go from error to error, around the ends', (t) => {
	const torrents = HUNDRED.map(
		(torrent, index): TorrentSnapshot =>
			index % 40 === 7 ? { ...torrent, state: 'error' } : torrent,
	);
	const data = dataOf(torrents);
	// As if the errors had come since the list was sorted.
	const view = { ...viewOf(dataOf(HUNDRED)), order: HUNDRED.map(({ infohash }) => infohash) };
	t.is(selectedRow(press(view, data, 'n').view), 7);
	t.is(selectedRow(press(view, data, 'n', 'n').view), 47);
	t.is(selectedRow(press(view, data, 'n', 'n', 'n', 'n').view), 7);
	t.is(selectedRow(press(view, data, 'N').view), 87);
	const none = dataOf(HUNDRED);
	t.regex(press(viewOf(none), none, 'n').view.message?.text ?? '', /No torrent has an error/);
});

test('Space, h and l change the priority of the chosen file', (t) => {
	const data = dataOf([makeTorrent(0)]);
	const { view } = press(viewOf(data), data, '2');
	const priority = (...keys: readonly string[]): unknown => {
		const { effect } = press(view, data, ...keys);
		return effect?.type === 'command' ? effect.command : undefined;
	};
	t.like(priority('l'), { type: 'set-file-priority', fileIndex: 0, priority: 'high' });
	t.like(priority('h'), { fileIndex: 0, priority: 'low' });
	t.is(priority('j', 'l'), undefined);
	t.like(priority('j', 'j', 'j', 'Space'), { fileIndex: 3, priority: 'normal' });
	t.like(priority('Space'), { fileIndex: 0, priority: 'off' });
	t.is(priority('G', 'j', 'j', 'h') === undefined, false);
});

test('q quits, ^C interrupts, ^L draws again, ^Z suspends', (t) => {
	const data = dataOf([makeTorrent(0)]);
	const view = viewOf(data);
	t.deepEqual(press(view, data, 'q').effect, { type: 'quit', isInterrupt: false });
	t.deepEqual(press(view, data, 'ctrl+c').effect, { type: 'quit', isInterrupt: true });
	t.deepEqual(press(view, data, '/', 'ctrl+c').effect, { type: 'quit', isInterrupt: true });
	t.is(press(view, data, '/', 'q').effect, undefined);
	t.deepEqual(press(view, data, 'ctrl+l').effect, { type: 'redraw' });
	t.deepEqual(press(view, data, 'ctrl+z').effect, { type: 'suspend' });
});

test('help and log scroll to their end and no further', (t) => {
	const data = dataOf([makeTorrent(0)]);
	const end = press(viewOf(data), data, '?', 'G').view;
	t.true(end.contentTop > 0);
	t.is(press(end, data, 'j').view.contentTop, end.contentTop);
	t.is(press(end, data, 'q').view.page, undefined);
	t.is(press(viewOf(data), data, 'L').view.page, 'log');
});

test('keys on an empty list do nothing', (t) => {
	const data = dataOf([]);
	for (const key of ['j', 'G', 'Enter', '3', 'p', 'd', 'F', 'K', 'n', 'Tab', 'Escape'])
		t.is(press(viewOf(data), data, key).effect, undefined);
});
