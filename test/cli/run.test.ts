import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { run } from '../../src/cli/run.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { fakeIo } from './fake-io.js';

interface Outcome {
	readonly code: number;
	readonly out: string;
	readonly err: string;
}

async function runIn(folder: string, argv: readonly string[]): Promise<Outcome> {
	const io = fakeIo(folder);
	const code = await run(argv, {}, io);
	return { code, out: io.out(), err: io.err() };
}

const usageError = test.macro({
	async exec(t, argv: readonly string[], expected: RegExp) {
		const { code, err, out } = await runIn('/nowhere', argv);
		t.is(code, 2);
		t.is(out, '');
		t.regex(err, expected);
		t.is(err.trimEnd().split('\n').length, 1, err);
	},
	title: (given) => `${given} is one line and exit code 2`,
});

test('no folder', usageError, [], /^btmany: Expected DIR/);
test('an empty folder name', usageError, [''], /Expected DIR/);
test('two folders', usageError, ['a', 'b'], /got 2 arguments; see btmany --help$/m);
test('a misspelt command', usageError, ['gte', 'x.torrent'], /did you mean btmany get\?$/m);
test('get without a torrent', usageError, ['get'], /^btmany get: Expected FILE\.torrent or URL/);
test('why without a file', usageError, ['why'], /^btmany why: Expected FILE/);
test('demo with a folder', usageError, ['demo', 'x'], /Takes no arguments/);
test('--seed for a folder', usageError, ['--seed', 'x'], /--seed: Only "btmany get"/);
test(
	'an unknown option',
	usageError,
	['--prot=5', 'x'],
	/--prot: Unknown option; did you mean --port\?/,
);
test('a malformed value', usageError, ['--port=x', 'd'], /--port: expected a port.*got "x"/);
test('a missing folder', usageError, ['nothing-here'], /^btmany: nothing-here: No such folder/);
test(
	'a control character in a wrong value',
	usageError,
	['--port=\u001b[2J', 'd'],
	/got "\?\[2J"$/m,
);

test('all mistakes are told at once and nothing starts', async (t) => {
	const { code, err } = await runIn('/nowhere', ['--port=x', '--peer=1', '--bnd=1', 'd']);
	t.is(code, 2);
	t.is(err.trimEnd().split('\n').length, 3);
});

test('a file is not a folder to watch', async (t) => {
	const folder = await tempFolder(t);
	await writeFile(path.join(folder, 'f'), '');
	const { code, err } = await runIn(folder, ['f']);
	t.is(code, 2);
	t.is(err, 'btmany: f: Not a folder\n');
});

test('--version prints the version of the package', async (t) => {
	const { code, out } = await runIn('/nowhere', ['--version']);
	t.is(code, 0);
	t.regex(out, /^btmany \d+\.\d+\.\d+\n$/);
});

test('why about a file nobody knows fails with one line', async (t) => {
	const folder = await tempFolder(t);
	const { code, err } = await runIn(folder, ['why', 'x.torrent', '--state-dir', folder]);
	t.is(code, 1);
	t.regex(err, /^btmany: x\.torrent: Nothing happened to it[^\n]*\n$/);
});

test('get refuses what is no torrent with one line and exit code 1', async (t) => {
	const folder = await tempFolder(t);
	await writeFile(path.join(folder, 'junk.torrent'), 'junk');
	const sources: readonly (readonly [string, RegExp])[] = [
		['missing.torrent', /No such file/],
		['junk.torrent', /Not a usable torrent/],
		['.', /not a regular file; to watch a folder: btmany \./],
		['magnet:?xt=urn:btih:1', /Magnet links are not supported yet/],
	];
	for (const [source, expected] of sources) {
		const { code, err } = await runIn(folder, ['get', '--headless', '--state-dir=s', source]);
		t.is(code, 1, source);
		t.regex(err, expected);
		t.is(err.trimEnd().split('\n').length, 1, err);
	}
});

test('a log file that cannot be opened is one line and exit code 1', async (t) => {
	const folder = await tempFolder(t);
	const { code, err } = await runIn(folder, ['--headless', '--log-file', folder, folder]);
	t.is(code, 1);
	t.regex(err, /^btmany: Cannot open log file [^\n]*EISDIR[^\n]*\n$/);
});
