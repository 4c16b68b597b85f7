/** The parser of the HTTP client is spared without V8 complaining on the terminal, whatever its version. */
import { spawnSync } from 'node:child_process';
import test from 'ava';

const MODULE = new URL('../../../src/cli/commands/spare-http-parser.js', import.meta.url).href;

test('sparing the HTTP parser prints nothing', (t) => {
	const script = `const { spareHttpParser } = await import(${JSON.stringify(MODULE)}); spareHttpParser();`;
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		['--input-type=module', '--eval', script],
		{ encoding: 'utf8' },
	);
	t.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
});
