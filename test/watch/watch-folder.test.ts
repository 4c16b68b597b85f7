import { mkdir, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { infohashOf, makeFixture, outcomesOf, torrentBytes } from './watch-fixture.js';

const OLD = new Date('2020-01-01T00:00:00Z');

test('files that are there at the start are added in path order', async (t) => {
	const { put, start, session } = await makeFixture(t);
	await put('b.torrent', torrentBytes('b'));
	await put('sub/c.TORRENT', torrentBytes('c'));
	await put('a.torrent', torrentBytes('a'));
	await put('readme.txt', 'not a torrent');
	await start();
	t.deepEqual(session.take(), ['add a.torrent', 'add b.torrent', 'add c.TORRENT']);
});

test('a folder with every kind of file runs exactly the good ones and logs each outcome once', async (t) => {
	const { put, start, session, clock, runningFiles, folder } = await makeFixture(t);
	const whole = torrentBytes('half');
	for (let i = 0; i < 200; i++) await put(`many-${i}.torrent`, torrentBytes(`many-${i}`));
	await put('good.torrent', torrentBytes('good', { tiers: [['http://one.example/a']] }));
	await put('zdup.torrent', torrentBytes('good', { tiers: [['http://two.example/a']] }));
	await put('broken.torrent', 'd8:announce');
	await put('half.torrent', whole.subarray(0, 60));
	await put('trackerless.torrent', torrentBytes('trackerless'));
	await put('pair-1.torrent', torrentBytes('pair', { files: ['x'] }));
	await put('pair-2.torrent', torrentBytes('pair', { files: ['y'] }));
	await put('edited.torrent', torrentBytes('edited', { tiers: [['http://one.example/a']] }));
	await put('removed.torrent', torrentBytes('removed'));
	await put('.dot.torrent', torrentBytes('dot'));
	await put('hidden/inner.torrent', torrentBytes('inner'));
	const watch = await start({ recursive: 'classic' });
	t.is(session.running.size, 200 + 6);

	await put('half.torrent', whole);
	await put('edited.torrent', torrentBytes('edited', { tiers: [['http://new.example/a']] }));
	await rm(path.join(folder, 'removed.torrent'));
	session.take();
	await watch.rescan();
	t.deepEqual(session.take(), ['remove', 'update edited.torrent', 'add half.torrent']);
	for (let passed = 0; passed < 30; passed += 5) {
		clock.advance(5000);
		await watch.rescan();
	}
	t.deepEqual(session.take(), []);

	const expected: Record<string, string[]> = {
		'good.torrent': ['added'],
		'zdup.torrent': ['duplicate'],
		'broken.torrent': ['waiting', 'rejected'],
		'half.torrent': ['waiting', 'added'],
		'trackerless.torrent': ['added'],
		'pair-1.torrent': ['added'],
		'pair-2.torrent': ['added'],
		'edited.torrent': ['added', 'updated'],
		'removed.torrent': ['added', 'removed'],
		'.dot.torrent': ['ignored'],
		'inner.torrent': ['ignored'],
		'many-77.torrent': ['added'],
	};
	for (const [file, outcomes] of Object.entries(expected))
		t.deepEqual(outcomesOf(watch, file), outcomes, file);
	t.is(runningFiles().length, 200 + 6);
	t.false(runningFiles().includes('inner.torrent'));
});

test('the trackers of a duplicate are merged, but never into a private torrent', async (t) => {
	const { put, start, session } = await makeFixture(t);
	const open = torrentBytes('open', { tiers: [['http://a.example/']] });
	const closed = torrentBytes('closed', { tiers: [['http://a.example/']], isPrivate: true });
	await put('1.torrent', open);
	await put(
		'2.torrent',
		torrentBytes('open', {
			tiers: [['http://a.example/', 'http://b.example/'], ['http://c.example/']],
		}),
	);
	await put('3.torrent', closed);
	await put(
		'4.torrent',
		torrentBytes('closed', { tiers: [['http://b.example/']], isPrivate: true }),
	);
	await start();
	t.deepEqual(session.running.get(infohashOf(open))?.extraTiers, [
		['http://b.example/'],
		['http://c.example/'],
	]);
	t.deepEqual(session.running.get(infohashOf(closed))?.extraTiers, []);
});

test('a duplicate takes over by an update when the winner goes, and its trackers go with it', async (t) => {
	const { put, start, session, folder } = await makeFixture(t);
	const bytes = torrentBytes('same', { tiers: [['http://a.example/']] });
	await put('a.torrent', bytes);
	await put('b.torrent', torrentBytes('same', { tiers: [['http://b.example/']] }));
	const watch = await start();
	session.take();
	await rm(path.join(folder, 'a.torrent'));
	await watch.rescan();
	t.deepEqual(session.take(), ['update b.torrent']);
	t.deepEqual(session.running.get(infohashOf(bytes))?.extraTiers, []);
	t.deepEqual(outcomesOf(watch, 'a.torrent'), ['added', 'removed']);
	t.deepEqual(outcomesOf(watch, 'b.torrent'), ['duplicate', 'promoted']);
});

test('a duplicate that comes or goes later changes the extra trackers of the winner', async (t) => {
	const { put, start, session, folder } = await makeFixture(t);
	const bytes = torrentBytes('same');
	await put('a.torrent', bytes);
	const watch = await start();
	await put('b.torrent', torrentBytes('same', { tiers: [['http://b.example/']] }));
	await watch.rescan();
	t.deepEqual(session.running.get(infohashOf(bytes))?.extraTiers, [['http://b.example/']]);
	await rm(path.join(folder, 'b.torrent'));
	await watch.rescan();
	t.deepEqual(session.running.get(infohashOf(bytes))?.extraTiers, []);
	t.deepEqual(session.take(), ['add a.torrent', 'update a.torrent', 'update a.torrent']);
	t.deepEqual(outcomesOf(watch, 'b.torrent'), ['duplicate', 'removed']);
});

test('a file moved to another sub-folder is an update, not a removal', async (t) => {
	const { put, start, session, folder } = await makeFixture(t);
	await put('one/x.torrent', torrentBytes('x'));
	const watch = await start();
	session.take();
	await mkdir(path.join(folder, 'two'));
	await rename(path.join(folder, 'one/x.torrent'), path.join(folder, 'two/x.torrent'));
	await watch.rescan();
	t.deepEqual(session.take(), ['update x.torrent']);
	const moved = watch.ledger().at(-1);
	t.is(moved?.outcome, 'moved');
	t.is(moved?.path, path.join(folder, 'two/x.torrent'));
	t.is(moved?.otherPath, path.join(folder, 'one/x.torrent'));
});

test('a file that becomes another torrent is removed and added', async (t) => {
	const { put, start, session, runningFiles } = await makeFixture(t);
	await put('x.torrent', torrentBytes('x'));
	const watch = await start();
	session.take();
	await put('x.torrent', torrentBytes('another'));
	await watch.rescan();
	t.deepEqual(session.take(), ['remove', 'add x.torrent']);
	t.deepEqual(runningFiles(), ['x.torrent']);
});

test('a file that is only touched causes nothing', async (t) => {
	const { put, start, session } = await makeFixture(t);
	const file = await put('x.torrent', torrentBytes('x'));
	const watch = await start();
	await utimes(file, OLD, OLD);
	await watch.rescan();
	t.deepEqual(session.take(), ['add x.torrent']);
});

test('a file written in ten parts is added once, after the last, with no error', async (t) => {
	const { put, start, session, clock, logs } = await makeFixture(t);
	const bytes = torrentBytes('slow', { comment: 'x'.repeat(1000) });
	const watch = await start();
	for (let part = 1; part <= 10; part++) {
		await put('slow.torrent', bytes.subarray(0, Math.ceil((bytes.byteLength * part) / 10)));
		clock.advance(20_000);
		await watch.rescan();
		t.is(session.running.size, part === 10 ? 1 : 0);
	}
	t.deepEqual(outcomesOf(watch, 'slow.torrent'), ['waiting', 'added']);
	t.true(logs.every((entry) => entry.level === 'info'));
});

test('an empty file is left alone until it grows', async (t) => {
	const { put, start, runningFiles } = await makeFixture(t);
	const watch = await start();
	await put('x.torrent', '');
	await watch.rescan();
	t.deepEqual(outcomesOf(watch, 'x.torrent'), ['waiting']);
	await put('x.torrent', torrentBytes('x'));
	await watch.rescan();
	t.deepEqual(runningFiles(), ['x.torrent']);
});

test('a broken file is reported once with its reason, and is read again when it changes', async (t) => {
	const { put, start, clock, runningFiles } = await makeFixture(t);
	const file = await put('x.torrent', 'd4:infoi1ee');
	await utimes(file, OLD, OLD);
	const watch = await start();
	for (let i = 0; i < 5; i++) {
		clock.advance(10_000);
		await watch.rescan();
	}
	t.deepEqual(outcomesOf(watch, 'x.torrent'), ['waiting', 'rejected']);
	t.regex(watch.ledger().at(-1)?.message ?? '', /info/);
	await put('x.torrent', torrentBytes('x'));
	await watch.rescan();
	t.deepEqual(runningFiles(), ['x.torrent']);
});

test('a running torrent goes on while its file is rewritten, and stops when it stays broken', async (t) => {
	const { put, start, session, clock } = await makeFixture(t);
	await put('x.torrent', torrentBytes('x'));
	const watch = await start();
	await put('x.torrent', 'd');
	await watch.rescan();
	t.is(session.running.size, 1);
	await put('x.torrent', torrentBytes('x'));
	await watch.rescan();
	await put('x.torrent', 'd');
	await watch.rescan();
	clock.advance(20_000);
	await watch.rescan();
	t.is(session.running.size, 0);
	t.deepEqual(session.take(), ['add x.torrent', 'remove']);
	t.deepEqual(outcomesOf(watch, 'x.torrent'), [
		'added',
		'waiting',
		'updated',
		'waiting',
		'rejected',
		'removed',
	]);
});

test('what the session refuses is in the ledger once, and is offered again later', async (t) => {
	const { put, start, session, clock, runningFiles } = await makeFixture(t);
	session.refuse = () => ({ ok: false, code: 'SESSION_FULL', message: 'No room' });
	await put('x.torrent', torrentBytes('x'));
	const watch = await start();
	clock.advance(10_000);
	await watch.rescan();
	clock.advance(60_000);
	await watch.rescan();
	t.deepEqual(outcomesOf(watch, 'x.torrent'), ['refused']);
	t.regex(watch.ledger().at(-1)?.message ?? '', /No room/);
	session.refuse = () => undefined;
	clock.advance(60_000);
	await watch.rescan();
	t.deepEqual(runningFiles(), ['x.torrent']);
});

test('a session that throws does not stop the watching', async (t) => {
	const { put, start, session, clock, folder, runningFiles } = await makeFixture(t);
	await put('x.torrent', torrentBytes('x'));
	const watch = await start();
	session.refuse = () => {
		throw new Error('closing');
	};
	await put('y.torrent', torrentBytes('y'));
	await rm(path.join(folder, 'x.torrent'));
	await watch.rescan();
	session.refuse = () => undefined;
	clock.advance(60_000);
	await watch.rescan();
	t.deepEqual(runningFiles(), ['y.torrent']);
});

test('a torrent removed by hand is not brought back until its file is edited', async (t) => {
	const { put, start, session, runningFiles } = await makeFixture(t);
	await put('x.torrent', torrentBytes('x'));
	const watch = await start();
	session.running.clear();
	await watch.rescan();
	t.deepEqual(runningFiles(), []);
	await put('x.torrent', torrentBytes('x', { comment: 'edited' }));
	await watch.rescan();
	t.deepEqual(runningFiles(), ['x.torrent']);
});

test('torrents go on when the watched folder disappears, and nothing is added twice when it is back', async (t) => {
	const { put, start, session, folder } = await makeFixture(t);
	await put('x.torrent', torrentBytes('x'));
	const watch = await start();
	await rename(folder, `${folder}-away`);
	await watch.rescan();
	await watch.rescan();
	t.is(session.running.size, 1);
	await rename(`${folder}-away`, folder);
	await watch.rescan();
	t.deepEqual(session.take(), ['add x.torrent']);
	t.is(watch.ledger().filter((entry) => entry.outcome === 'folder').length, 2);
});

test('torrent files that a download brings are not run', async (t) => {
	const { put, start, session, runningFiles } = await makeFixture(t);
	const bytes = torrentBytes('archive', { files: ['one.torrent', 'more/two.torrent'] });
	await put('x.torrent', bytes);
	await put('archive/one.torrent', torrentBytes('one'));
	const watch = await start();
	session.savePaths.set(infohashOf(bytes), path.dirname(await put('elsewhere/z', '')));
	await put('elsewhere/more/two.torrent', torrentBytes('two'));
	await put('archive/wanted.torrent', torrentBytes('wanted'));
	await watch.rescan();
	await watch.rescan();
	t.deepEqual(runningFiles(), ['wanted.torrent', 'x.torrent']);
	t.deepEqual(outcomesOf(watch, 'one.torrent'), ['ignored']);
	t.deepEqual(outcomesOf(watch, 'two.torrent'), ['ignored']);
});

test('a download cannot make the watched folder drop a torrent that was there before', async (t) => {
	const { put, start, runningFiles } = await makeFixture(t);
	await put('victim/good.torrent', torrentBytes('good'));
	const watch = await start();
	await put('evil.torrent', torrentBytes('victim', { files: ['good.torrent'] }));
	await watch.rescan();
	await put('victim/good.torrent', torrentBytes('good', { comment: 'edited' }));
	await watch.rescan();
	t.deepEqual(runningFiles(), ['evil.torrent', 'good.torrent']);
});

test('the rescan timer finds changes without any event', async (t) => {
	const { put, start, clock, until, runningFiles } = await makeFixture(t);
	await start({ rescanIntervalMs: 10_000 });
	await put('x.torrent', torrentBytes('x'));
	clock.advance(9_999);
	t.deepEqual(runningFiles(), []);
	clock.advance(1);
	await until(() => runningFiles().length === 1);
	t.deepEqual(runningFiles(), ['x.torrent']);
});

test('a hint makes the next rescan come after a fifth of a second', async (t) => {
	const { put, start, clock, until, runningFiles } = await makeFixture(t);
	const hints: ((path: string) => void)[] = [];
	await start({
		events: ({ onHint }) => {
			hints.push(onHint, onHint);
			return async () => {};
		},
	});
	await put('x.torrent', torrentBytes('x'));
	for (const hint of hints) hint('x.torrent');
	t.is(clock.nextTimerInMs, 200);
	clock.advance(200);
	await until(() => runningFiles().length === 1);
	t.pass();
});

test('when events fail it is said once and the rescans go on', async (t) => {
	const { put, start, clock, until, logs, runningFiles } = await makeFixture(t);
	await start({
		events: ({ onFailure }) => {
			onFailure('ENOSPC');
			return async () => {};
		},
	});
	t.is(logs.filter((entry) => entry.level === 'warn').length, 1);
	await put('x.torrent', torrentBytes('x'));
	clock.advance(10_000);
	await until(() => runningFiles().length === 1);
	t.pass();
});

test('while a file is incomplete the folder is looked at every second', async (t) => {
	const { put, start, clock, until, runningFiles } = await makeFixture(t);
	const bytes = torrentBytes('x');
	await put('x.torrent', bytes.subarray(0, 20));
	await start();
	await put('x.torrent', bytes);
	t.is(clock.nextTimerInMs, 1000);
	clock.advance(1000);
	await until(() => runningFiles().length === 1);
	t.pass();
});

test('after close nothing is left: no timer, and a rescan does nothing', async (t) => {
	const { put, start, clock, runningFiles } = await makeFixture(t);
	const watch = await start();
	await watch.close();
	await put('x.torrent', torrentBytes('x'));
	await watch.rescan();
	t.is(clock.pendingTimers, 0);
	t.deepEqual(runningFiles(), []);
});

test('rescans asked for at the same time see what was there when they were asked for', async (t) => {
	const { put, start, runningFiles } = await makeFixture(t);
	const watch = await start();
	const first = watch.rescan();
	await put('x.torrent', torrentBytes('x'));
	await watch.rescan();
	t.deepEqual(runningFiles(), ['x.torrent']);
	await first;
});

test('a folder that is not there or is a file is refused by name', async (t) => {
	const { start, put, folder } = await makeFixture(t);
	const file = await put('file', '');
	await t.throwsAsync(start({ folder: path.join(folder, 'none') }), { code: 'WATCH_NO_FOLDER' });
	await t.throwsAsync(start({ folder: file }), { code: 'WATCH_NOT_A_FOLDER' });
});
