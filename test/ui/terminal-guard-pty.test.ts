/** Whatever ends the dashboard, the terminal is as it was. */
import test from 'ava';
import { hasPty } from '../helpers/pty.js';
import { assertRestored, startDashboard } from './dashboard-pty.js';

/** One after another: each starts a process. Skipped, visibly, where no terminal can be made. */
const ptyTest = hasPty() ? test.serial : test.serial.skip;

for (const [signal, code] of [
	['SIGTERM', 143],
	['SIGHUP', 129],
	['SIGINT', 130],
] as const) {
	ptyTest(`${signal} from outside restores the terminal`, async (t) => {
		const pty = await startDashboard(t);
		await pty.waitFor(/1\/11/);
		pty.signal(signal);
		t.is(await pty.exited, code);
		assertRestored(t, pty);
		t.regex(pty.screen().join('\n'), new RegExp(`over: signal ${code}`));
	});
}

for (const [variable, words] of [
	['FAKE_THROW', 'thrown on purpose'],
	['FAKE_REJECT', 'rejected on purpose'],
	['FAKE_DRAW_ERROR', 'BigInt'],
] as const) {
	ptyTest(
		`an error nobody caught restores the terminal and is told afterwards: ${variable}`,
		async (t) => {
			const pty = await startDashboard(t, { [variable]: '1' });
			t.is(await pty.exited, 1);
			assertRestored(t, pty);
			const screen = pty.screen().join('\n');
			t.regex(screen, /failed: /);
			t.true(screen.includes(words), screen);
		},
	);
}

ptyTest('^Z gives the terminal back; continuing takes it again and draws everything', async (t) => {
	const pty = await startDashboard(t);
	await pty.waitFor(/1\/11/);
	const before = pty.output.length;
	pty.type('\u001a');
	await pty.waitFor(() => pty.output.slice(before).includes('\u001b[?1049l'));
	// Without a shell nothing stops for good: it comes back by itself, or with SIGCONT.
	pty.signal('SIGCONT');
	await pty.waitFor(() => pty.output.slice(before).includes('\u001b[?1049h'));
	await pty.waitFor(/1\/11/);
	pty.type('q');
	t.is(await pty.exited, 0);
	assertRestored(t, pty);
});
