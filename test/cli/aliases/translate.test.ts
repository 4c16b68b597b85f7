import test from 'ava';
import { BITTORNADO_OPTIONS } from '../../../src/cli/aliases/bittornado-options.js';
import { type AliasName, translateAlias } from '../../../src/cli/aliases/translate.js';
import { parseArguments } from '../../../src/cli/arguments.js';
import { OPTION_ROWS } from '../../../src/config/options.js';

function argvOf(alias: AliasName, ...args: string[]): readonly string[] {
	return translateAlias(alias, args).argv;
}

test('each name stands for a command and a display', (t) => {
	t.deepEqual(argvOf('btlaunchmany', 'd'), ['--headless', '--', 'd']);
	t.deepEqual(argvOf('btlaunchmanycurses', 'd'), ['--', 'd']);
	t.deepEqual(argvOf('btdownloadheadless', 'f'), ['get', '--headless', '--seed', '--', 'f']);
	t.deepEqual(argvOf('btdownloadcurses', 'f'), ['get', '--seed', '--', 'f']);
});

const translates = test.macro({
	exec(t, args: readonly string[], expected: readonly string[]) {
		const { argv, mistakes, warning } = translateAlias('btlaunchmanycurses', args);
		t.deepEqual(argv, expected);
		t.deepEqual(mistakes, []);
		t.is(warning, undefined);
	},
	title: (_given, args: readonly string[]) => `${args.join(' ')} has its meaning here`,
});

test(translates, ['--max_upload_rate', '50'], ['--max-upload-rate', '50k']);
test(translates, ['--max_download_rate', '1.5'], ['--max-download-rate', '1.5k']);
test(translates, ['--max_upload_rate', '0'], ['--max-upload-rate', '0k']);
test(translates, ['--max_uploads', '7'], ['--upload-slots', '7']);
test(translates, ['--max_connections', '9'], ['--max-connections-per-torrent', '9']);
test(translates, ['--max_files_open', '50'], ['--max-open-files', '50']);
test(translates, ['--minport', '10', '--maxport', '20'], ['--port', '10-20']);
test(translates, ['--maxport', '20000'], ['--port', '10000-20000']);
test(translates, ['--minport', '20000'], ['--port', '20000-60000']);
test(translates, ['--saveas_style', '1'], ['--save-as', 'torrent']);
test(translates, ['--saveas_style', '2'], ['--save-as', 'name']);
test(translates, ['--saveas_style', '3'], ['--save-as', 'folder']);
test(translates, ['--parse_dir_interval', '60'], ['--rescan-interval', '60s']);
test(translates, ['--display_interval', '0.5'], ['--summary-interval', '0.5s']);
test(translates, ['--bind', '192.0.2.1'], ['--bind', '192.0.2.1']);
test(translates, ['--ip', '192.0.2.1'], ['--ip', '192.0.2.1']);
test(translates, ['--ip', ''], []);
test(translates, ['--alloc_type', 'pre-allocate'], ['--preallocate', 'full']);
test(translates, ['--alloc_type', 'sparse'], ['--preallocate', 'sparse']);
test(translates, ['--saveas', '/data'], ['--download-dir', '/data']);
test(
	translates,
	['--state-dir', 's', '--port=5', '--json'],
	['--state-dir', 's', '--port=5', '--json'],
);
test(translates, ['--help'], ['--help']);

test('a single torrent may be named by an option', (t) => {
	for (const name of ['--responsefile', '--metafile', '--url'])
		t.deepEqual(argvOf('btdownloadcurses', name, 'x'), ['get', '--seed', '--', 'x']);
});

test('--saveas names the file or folder of a single torrent', (t) => {
	const { argv, saveTo } = translateAlias('btdownloadheadless', ['--saveas', 'here', 'f']);
	t.is(saveTo, 'here');
	t.false(argv.includes('--download-dir'));
});

test('options without a meaning are named in one warning', (t) => {
	const args = ['--snub_time', '30', '--max_upload_rate', '-1', '--tcp_ack_fudge', '0.1', 'd'];
	const { argv, mistakes, warning } = translateAlias('btlaunchmany', args);
	t.deepEqual(argv, ['--headless', '--max-upload-rate', '0', '--', 'd']);
	t.deepEqual(mistakes, []);
	t.is(
		warning,
		'btlaunchmany: These options have no meaning in btmany and are ignored: --snub_time, --max_upload_rate -1, --tcp_ack_fudge',
	);
});

test('unknown options and values that cannot be are mistakes', (t) => {
	const args = [
		'--max_uplod_rate',
		'5',
		'--saveas_style',
		'4',
		'--max_upload_rate',
		'x',
		'--minport',
	];
	const { mistakes } = translateAlias('btlaunchmany', args);
	t.deepEqual(mistakes, [
		{ origin: '--max_uplod_rate', message: 'Unknown option; did you mean --max_upload_rate?' },
		{ origin: '--saveas_style', message: 'expected 1, 2 or 3, got "4"' },
		{ origin: '--max_upload_rate', message: 'expected kB/s such as 50, got "x"' },
		{ origin: '--minport', message: 'expected a value behind it' },
	]);
});

test('every old option is translated into one that exists', (t) => {
	t.is(BITTORNADO_OPTIONS.size, 64, '59 + 4, and metafile');
	const names = OPTION_ROWS.map((row) => row.name);
	for (const [name, old] of BITTORNADO_OPTIONS) {
		if (old.type === 'same') t.true(names.includes(old.option), name);
		const { argv } = translateAlias('btlaunchmany', [`--${name}`, '1']);
		const invocation = parseArguments(argv);
		t.is(invocation.type === 'run' ? invocation.mistakes.length : -1, 0, name);
	}
});
