import test from 'ava';
import { type Invocation, parseArguments } from '../../src/cli/arguments.js';
import { OPTION_GROUPS, OPTION_ROWS } from '../../src/config/options.js';

function runOf(...argv: string[]): Extract<Invocation, { type: 'run' }> {
	const invocation = parseArguments(argv);
	if (invocation.type !== 'run') throw new Error(`Not a run: ${invocation.type}`);
	return invocation;
}

function helpOf(...argv: string[]): string {
	const invocation = parseArguments(argv);
	return invocation.type === 'help' ? invocation.text : '';
}

test('a folder alone is watched', (t) => {
	const { command, flags, mistakes, operands } = runOf('torrents');
	t.is(command, 'watch');
	t.deepEqual(operands, ['torrents']);
	t.is(flags.size, 0);
	t.deepEqual(mistakes, []);
});

test('values stand behind a blank or an equals sign, before or after the operand', (t) => {
	const { flags, operands } = runOf('--port', '5', 'dir', '--max-upload-rate=2M', '--headless');
	t.deepEqual(operands, ['dir']);
	t.deepEqual(
		[...flags],
		[
			['port', ['5']],
			['max-upload-rate', ['2M']],
			['headless', ['true']],
		],
	);
});

test('a repeated option counts its last value, peers count all', (t) => {
	const { flags } = runOf('--port', '1', '--port=2', '--peer', 'a', '--peer=b', 'dir');
	t.deepEqual(flags.get('port'), ['2']);
	t.deepEqual(flags.get('peer'), ['a', 'b']);
});

test('a flag can be switched off', (t) => {
	t.deepEqual(runOf('--no-headless', 'd').flags.get('headless'), ['false']);
	t.deepEqual(runOf('--headless=false', 'd').flags.get('headless'), ['false']);
	t.deepEqual(runOf('--headless', '--no-headless', 'd').flags.get('headless'), ['false']);
});

test('an empty value stays empty, to be refused later', (t) => {
	t.deepEqual(runOf('--port=', 'd').flags.get('port'), ['']);
});

test('options may stand before and after a command', (t) => {
	const { command, flags, mistakes, operands } = runOf('--port', '5', 'get', 'x', '--seed');
	t.is(command, 'get');
	t.deepEqual(operands, ['x']);
	t.deepEqual([...flags.keys()], ['port', 'seed']);
	t.deepEqual(mistakes, []);
});

test('a folder called like a command is written with its path', (t) => {
	t.is(runOf('./get').command, 'watch');
	t.deepEqual(runOf('./get').operands, ['./get']);
	t.deepEqual(runOf('--', 'get').operands, ['get']);
	t.is(runOf('--', 'get').command, 'watch');
	t.deepEqual(runOf('help').operands, ['help']);
});

test('behind -- everything is an operand', (t) => {
	const { mistakes, operands } = runOf('--headless', '--', '--port');
	t.deepEqual(operands, ['--port']);
	t.deepEqual(mistakes, []);
});

test('each unknown option is a mistake with the nearest name', (t) => {
	const { mistakes } = runOf('--prot', '5', 'dir', '--max_upload_rate=4', '--frobnicate', '-x');
	t.deepEqual(mistakes, [
		{ origin: '--prot', message: 'Unknown option; did you mean --port?' },
		{ origin: '--max_upload_rate', message: 'Unknown option; did you mean --max-upload-rate?' },
		{ origin: '--frobnicate', message: 'Unknown option' },
		{ origin: '-x', message: 'Unknown option' },
	]);
	t.deepEqual(runOf('get', '--sed', 'x').mistakes, [
		{ origin: '--sed', message: 'Unknown option; did you mean --seed?' },
	]);
});

test('an option at the end without its value is a mistake', (t) => {
	t.deepEqual(runOf('dir', '--port').mistakes, [
		{ origin: '--port', message: 'expected a value behind it' },
	]);
});

test('no arguments are no operands', (t) => {
	t.deepEqual(runOf().operands, []);
	t.deepEqual(runOf('').operands, ['']);
});

test('--version and --help are recognised, also behind a command', (t) => {
	t.is(parseArguments(['--version']).type, 'version');
	t.is(parseArguments(['-V']).type, 'version');
	t.is(parseArguments(['dir', '--help']).type, 'help');
	t.is(parseArguments(['-h']).type, 'help');
	t.regex(helpOf('get', '--help'), /^Usage: btmany get \[options\] FILE\.torrent\|URL/);
});

test('help groups all options and gives each its default and unit', (t) => {
	const help = helpOf('--help');
	const oneLine = help.replaceAll(/\s+/g, ' ');
	let last = 0;
	for (const group of OPTION_GROUPS) {
		const at = help.indexOf(`\n${group}:\n`);
		t.true(at > last, group);
		last = at;
	}
	for (const row of OPTION_ROWS) {
		t.true(oneLine.includes(`--${row.name} ${row.type.placeholder}`.trim()), row.name);
		if (row.type.placeholder !== '') t.true(oneLine.includes(`default: ${row.defaultText})`));
	}
	t.true(
		oneLine.includes(
			'--max-upload-rate RATE Upload rate of all torrents together; 0 = no limit (bytes/s; default: 0)',
		),
	);
	t.true(oneLine.includes('get FILE.torrent|URL'));
	t.true(oneLine.includes('0 done, 1 failed, 2 wrong usage, 3 incomplete, 130 interrupted'));
});

test('help fits 80 columns', (t) => {
	for (const line of helpOf('--help').split('\n')) t.true(line.length <= 80, line);
});
