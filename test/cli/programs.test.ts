/** The compiled programs as a shell runs them. */
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { tempFolder } from '../helpers/temp-folder.js';

const BIN = path.join(import.meta.dirname, '..', '..', 'bin');

interface Ended {
	readonly code: number | null;
	readonly out: string;
	readonly err: string;
}

function start(
	program: string,
	args: readonly string[],
	{ env = {}, readOnce = false }: { env?: Record<string, string>; readOnce?: boolean } = {},
): Promise<Ended> {
	const child = spawn(process.execPath, [path.join(BIN, `${program}.js`), ...args], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', ...env },
	});
	let out = '';
	let err = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		out += text;
		if (readOnce) child.stdout.destroy();
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		err += text;
	});
	return new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', (code) => resolve({ code, out, err }));
	});
}

const PROGRAMS = [
	'btmany',
	'btlaunchmany',
	'btlaunchmanycurses',
	'btdownloadheadless',
	'btdownloadcurses',
	'btmakemetafile',
	'btcompletedir',
	'btshowmetainfo',
	'btreannounce',
	'btcopyannounce',
	'btrename',
	'btsethttpseeds',
	'btmaketorrentgui',
	'bt-t-make',
	'btcompletedirgui',
];

for (const program of PROGRAMS) {
	test(`${program} --version and --help exit 0`, async (t) => {
		const [version, help] = await Promise.all([
			start(program, ['--version']),
			start(program, ['--help']),
		]);
		t.is(version.code, 0);
		t.regex(version.out, /^btmany \d/);
		t.is(help.code, 0);
		t.regex(help.out, /^Usage: btmany /);
		t.is(version.err + help.err, '');
	});

	test(`${program} with an unknown option is one line and exits 2`, async (t) => {
		const { code, err, out } = await start(program, ['--max-uplaod-rate', '5', 'x']);
		t.is(code, 2);
		t.is(out, '');
		t.regex(
			err,
			/^btmany: --max-uplaod-rate: Unknown option; did you mean --max[-_]upload[-_]rate\?\n$/,
		);
	});
}

test('a wrong variable and a wrong file are one line each and exit 2', async (t) => {
	const env = { BTMANY_PORT: 'x', BTMANY_CONFIG: '/nowhere/c.toml' };
	const { code, err } = await start('btmany', ['.'], { env });
	t.is(code, 2);
	t.is(
		err,
		'btmany: /nowhere/c.toml: Cannot read the configuration file: No such file\n' +
			'btmany: BTMANY_PORT: expected a port (0 to 65535) or a range A-B, got "x"\n',
	);
});

test('the demo runs headless to completion, compares all bytes and cleans up', async (t) => {
	const folder = await tempFolder(t);
	const { code, err, out } = await start('btmany', ['demo', '--headless'], {
		env: { TMPDIR: folder },
	});
	t.is(code, 0, err);
	t.is(err, '');
	t.is(out.match(/^\S+Z completed /gm)?.length, 3);
	t.regex(out, /compared them: every byte is the same\n$/);
	t.deepEqual(await readdir(folder), []);
});

test('a reader that goes away ends the program quietly', async (t) => {
	const folder = await tempFolder(t);
	const args = ['--headless', '--summary-interval=0.05', '--port=0', '--bind=127.0.0.1'];
	const { code, err } = await start('btmany', [...args, `--state-dir=${folder}/s`, folder], {
		readOnce: true,
	});
	t.is(code, 0);
	t.is(err, '');
});
