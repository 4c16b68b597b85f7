/** The dashboard in a real terminal, from the first frame to the restored screen. */
import test from 'ava';
import { hasPty } from '../helpers/pty.js';
import { assertRestored, startDashboard } from './dashboard-pty.js';

/** One after another: each starts a process. Skipped, visibly, where no terminal can be made. */
const ptyTest = hasPty() ? test.serial : test.serial.skip;

ptyTest(
	'the list appears, keys walk through it and its details, and q gives the terminal back',
	async (t) => {
		const pty = await startDashboard(t);
		await pty.waitFor(/Big Buck Bunny/);
		t.is(pty.terminal.buffer.active.type, 'alternate');
		t.regex(pty.screen()[0] ?? '', /^ btmany {2}▼ 3\.99M\/s/);
		await pty.waitFor(/1\/11/);
		pty.type('jjj');
		await pty.waitFor(/4\/11/);
		pty.type('k');
		await pty.waitFor(/3\/11/);
		pty.type('j\r');
		await pty.waitFor(/infohash {2}08ada5a7/);
		pty.type('3');
		await pty.waitFor(/udp tracker\.opentrackr\.org:1337 +ok/);
		pty.type(']');
		await pty.waitFor(/qBittorrent 5\.1\.2/);
		pty.type('\u001b');
		await pty.waitFor(/ST NAME/);
		pty.type('\u001bOP');
		await pty.waitFor(/── Keys/);
		pty.type('q');
		await pty.waitFor(/ST NAME/);
		pty.type('q');
		t.is(await pty.exited, 0);
		assertRestored(t, pty);
		t.regex(pty.screen().join('\n'), /over: quit 0/);
	},
);

ptyTest('d asks first: Enter on the button in focus removes nothing, r removes', async (t) => {
	const pty = await startDashboard(t);
	await pty.waitFor(/1\/11/);
	pty.type('d');
	await pty.waitFor(/Remove torrent/);
	pty.type('\r');
	await pty.waitFor(() => !/Remove torrent/.test(pty.screen().join('\n')));
	t.regex(pty.screen().at(-1) ?? '', /1\/11/);
	pty.type('d');
	await pty.waitFor(/Remove torrent/);
	pty.type('r');
	await pty.waitFor(/1\/10/);
	t.regex(pty.screen().join('\n'), /Removed Big Buck Bunny.*; its data stays/);
	pty.type('\u0003');
	t.is(await pty.exited, 130);
	assertRestored(t, pty);
});

ptyTest('what a name tries to do to the terminal never reaches it', async (t) => {
	const pty = await startDashboard(t);
	await pty.waitFor(/x\?\]52;c;aGk=\?\?gnp\.exe/);
	t.false(pty.output.includes('\u001b]'));
	t.false(pty.output.includes('\u0007'));
	t.false(pty.output.includes('\u202e'));
});

ptyTest('NO_COLOR leaves attributes only', async (t) => {
	const pty = await startDashboard(t, { NO_COLOR: '1' });
	await pty.waitFor(/1\/11/);
	const parameters = [...pty.output.matchAll(/\[([0-9;]*)m/g)].flatMap((match) =>
		(match[1] ?? '').split(';'),
	);
	t.true(parameters.includes('7'));
	t.deepEqual(
		parameters.filter((parameter) => /^([349][0-7]|10[0-7]|38|48)$/.test(parameter)),
		[],
	);
});

ptyTest('a locale that is not UTF-8 gets signs every terminal has', async (t) => {
	const pty = await startDashboard(t, { LANG: 'C' });
	await pty.waitFor(/btmany {2}v 3\.99M\/s/);
	t.regex(pty.screen().join('\n'), /\nD {2}debian/);
});

ptyTest('a terminal nobody reads does not stop the program', async (t) => {
	const pty = await startDashboard(t, { FAKE_MORE: '100' }, { columns: 300, rows: 100 });
	await pty.waitFor(/1\/111/);
	pty.setReading(false);
	// Each size brings a whole frame: in all many times what the buffers on the way hold.
	await new Promise<void>((resolve) => {
		let left = 50;
		const timer = setInterval(() => {
			pty.resize(300, left % 2 === 0 ? 100 : 99);
			if (--left > 0) return;
			clearInterval(timer);
			resolve();
		}, 60);
	});
	pty.setReading(true);
	pty.type('q');
	t.is(await pty.exited, 0);
	const pause = /paused (\d+) ms/.exec(pty.screen().join('\n'))?.[1];
	t.true(Number(pause) < 1000, `paused ${pause} ms`);
});

ptyTest('a window that is dragged about ends with one clean picture', async (t) => {
	const pty = await startDashboard(t, {}, { columns: 100, rows: 40 });
	await pty.waitFor(/1\/11/);
	for (const [columns, rows] of [
		[90, 35],
		[60, 16],
		[39, 9],
		[64, 20],
	] as const)
		pty.resize(columns, rows);
	await pty.waitFor(() => (pty.screen()[0] ?? '').endsWith('disk 412G free  14:02'));
	await pty.waitFor(() => /1\/11/.test(pty.screen()[19] ?? ''));
	t.is(pty.screen().filter((line) => line.includes('btmany')).length, 1);
	t.is(pty.screen().filter((line) => line.includes('? help')).length, 1);
	pty.type('q');
	t.is(await pty.exited, 0);
});
