import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { makeGate } from '../../../bench/processes/gate.js';
import { MeasuredProcess } from '../../../bench/processes/measured-process.js';
import { tempFolder } from '../../helpers/temp-folder.js';

test('a process that ends while something is awaited of it fails with its last lines', async (t) => {
	const home = await tempFolder(t);
	const child = new MeasuredProcess('sh', ['-c', 'echo no such torrent >&2; exit 3'], {
		home,
		logPath: path.join(home, 'log'),
	});
	const error = await t.throwsAsync(child.expect('the download', makeGate().opened, 60_000));
	t.regex(error?.message ?? '', /the download: it ended first/);
	t.regex(error?.message ?? '', /ended with 3/);
	t.regex(error?.message ?? '', /no such torrent/);
});

test('a program that does not exist ends with 127', async (t) => {
	const home = await tempFolder(t);
	const options = { home, logPath: path.join(home, 'log') };
	t.is(await new MeasuredProcess('/nowhere/program', [], options).exited, 127);
});

test('a process sees a home of its own and none of the settings of who runs the bench', async (t) => {
	const home = await tempFolder(t);
	process.env['BTMANY_MAX_UPLOAD_RATE'] = '1';
	t.teardown(() => {
		delete process.env['BTMANY_MAX_UPLOAD_RATE'];
	});
	const lines: string[] = [];
	const child = new MeasuredProcess('env', [], {
		home,
		logPath: path.join(home, 'log'),
		onLine: (line) => lines.push(line),
	});
	t.is(await child.exited, 0);
	await child.closed;
	t.true(lines.includes(`HOME=${home}`));
	t.false(lines.some((line) => line.startsWith('BTMANY_')));
});

test('what a process has started ends with it', async (t) => {
	const home = await tempFolder(t);
	const started = makeGate();
	const child = new MeasuredProcess('sh', ['-c', 'sleep 1000 & echo $! > pid; echo ok; wait'], {
		home,
		logPath: path.join(home, 'log'),
		onLine: started.open,
	});
	await child.expect('its child', started.opened, 20_000);
	const grandchild = readFileSync(path.join(home, 'pid'), 'utf8').trim();
	t.true(child.usage().peakRssMb > 0);
	await child.stop();
	// It has the other end of the output.
	await child.closed;
	t.true(isGone(grandchild));
});

/** No process, or one that only waits for init to take note of its end. */
function isGone(pid: string): boolean {
	const file = `/proc/${pid}/stat`;
	return !existsSync(file) || /\) [ZX] /.test(readFileSync(file, 'utf8'));
}
