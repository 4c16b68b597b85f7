import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { parseStat, parseStatusMb, readUsage } from '../../../bench/processes/process-usage.js';

test('CPU times are those of the process and of children it has waited for', (t) => {
	// pid, name, state, ten numbers, then utime 250, stime 50, cutime 7, cstime 3 in hundredths of a second
	const stat = '77 (a b) S 1 77 77 0 -1 4194304 100 0 0 0 250 50 7 3 20 0 11 0 5000 1 2';
	t.deepEqual(parseStat(stat), { userSeconds: 2.57, systemSeconds: 0.53 });
});

test('a process name with spaces and parentheses does not shift the fields', (t) => {
	const stat = '77 (evil) S 9 (x) R 1 77 77 0 -1 4194304 100 0 0 0 100 200 0 0 20 0 1 0 1 1 1';
	t.deepEqual(parseStat(stat), { userSeconds: 1, systemSeconds: 2 });
});

test('memory is read in units of 1024 bytes and told in millions of bytes', (t) => {
	const status = 'Name:\tx\nVmHWM:\t  125000 kB\nVmRSS:\t 1000 kB\n';
	t.is(parseStatusMb(status, 'VmHWM'), 128);
	t.is(parseStatusMb(status, 'RssAnon'), 0);
});

test('what a running process and its child use is read from the kernel', async (t) => {
	if (process.platform !== 'linux') {
		t.pass('only Linux has /proc');
		return;
	}
	const shell = spawn('sh', ['-c', 'cat & echo started; cat'], {
		stdio: ['pipe', 'pipe', 'ignore'],
	});
	t.teardown(() => shell.kill());
	await once(shell.stdout, 'data');
	const { pid = 0 } = shell;
	const usage = readUsage(pid);
	t.true(usage.peakRssMb > 0);
	t.true(usage.rssMb <= usage.peakRssMb);
	t.true(usage.threads >= 2, 'the shell and at least one cat');
	shell.stdin.end();
	await once(shell, 'exit');
	t.throws(() => readUsage(pid));
});
