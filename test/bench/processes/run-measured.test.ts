import { existsSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { runMeasured } from '../../../bench/processes/run-measured.js';
import { tempFolder } from '../../helpers/temp-folder.js';

const needsPython = existsSync('/usr/bin/python3') ? test : test.skip;

needsPython('a command that ends by itself is measured by the kernel', async (t) => {
	const home = await tempFolder(t);
	const usage = await runMeasured(
		'sh',
		['-c', 'i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done'],
		{
			home,
			logPath: path.join(home, 'log'),
			limitMs: 50_000,
		},
	);
	t.true(usage.cpuSeconds > 0);
	t.true(usage.peakRssMb > 0);
	t.true(usage.wallSeconds > 0);
});

needsPython('a command that fails is an error with what it wrote', async (t) => {
	const home = await tempFolder(t);
	const options = { home, logPath: path.join(home, 'log'), limitMs: 50_000 };
	const error = await t.throwsAsync(
		runMeasured('sh', ['-c', 'echo disk full >&2; exit 4'], options),
	);
	t.regex(error?.message ?? '', /ended with 4/);
	t.regex(error?.message ?? '', /disk full/);
});
