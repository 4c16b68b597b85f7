import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { Environment } from '../../src/config/app-paths.js';
import { loadOptions } from '../../src/config/load-options.js';
import { mistakeLine } from '../../src/config/mistake.js';
import { OPTION_ROWS, type Options, variableName } from '../../src/config/options.js';
import { tempFolder } from '../helpers/temp-folder.js';

interface Given {
	readonly flags?: Readonly<Record<string, readonly string[]>>;
	readonly env?: Environment;
	readonly homeDir?: string;
}

function load({ flags = {}, env = {}, homeDir = '/nowhere' }: Given) {
	return loadOptions({ flags: new Map(Object.entries(flags)), env, homeDir, currentDir: '/work' });
}

async function optionsOf(given: Given): Promise<Options> {
	const loaded = await load(given);
	if (!loaded.ok) throw new Error(loaded.mistakes.map(mistakeLine).join('\n'));
	return loaded.options;
}

async function linesOf(given: Given): Promise<string[]> {
	const loaded = await load(given);
	return loaded.ok ? [] : loaded.mistakes.map(mistakeLine);
}

test('nothing given is every default, and a missing default file is fine', async (t) => {
	const options = await optionsOf({ homeDir: '/home/me' });
	t.is(options.stateDir, '/home/me/.local/state/btmany');
	t.is(options.downloadDir, undefined);
	t.is(options.saveAs, 'name');
	t.is(options.recursive, 'all');
	t.is(options.rescanIntervalMs, 10_000);
	t.is(options.activeChecks, 1);
	t.is(options.maxDownloadRateBytesPerSecond, 0);
	t.deepEqual(options.peers, []);
	t.false(options.isHeadless);
});

test('a flag wins over the environment, the environment over the file, the file over the default', async (t) => {
	const folder = await tempFolder(t);
	const config = path.join(folder, 'c.toml');
	await writeFile(config, 'max-connections = 3\nupload-slots = 3\nactive-seeds = 3\n');
	const options = await optionsOf({
		flags: { config: [config], 'max-connections': ['1'] },
		env: { BTMANY_MAX_CONNECTIONS: '2', BTMANY_UPLOAD_SLOTS: '2' },
	});
	t.is(options.maxConnections, 1);
	t.is(options.uploadSlots, 2);
	t.is(options.activeSeeds, 3);
	t.is(options.activeDownloads, 5);
});

test('every option can be given in the environment and, but for the file itself, in the file', async (t) => {
	const samples: Readonly<Record<string, string>> = {
		flag: 'true',
		count: '7',
		rate: '7k',
		number: '7',
		size: '7Mi',
		ratio: '7.5',
		duration: '7m',
		path: '/seven',
		port: '77',
		address: '192.0.2.7',
		'endpoint list': '192.0.2.7:7',
	};
	const folder = await tempFolder(t);
	const config = path.join(folder, 'c.toml');
	await writeFile(config, '');
	const text = (row: (typeof OPTION_ROWS)[number]): string =>
		row.defaultText === 'true'
			? 'false'
			: (samples[row.type.name] ?? row.type.placeholder.split('|').at(-1) ?? '');
	const env = Object.fromEntries(
		OPTION_ROWS.map((row) => [variableName(row.name), row.name === 'config' ? config : text(row)]),
	);
	const fromEnv = await optionsOf({ env });
	const defaults = await optionsOf({});
	for (const [key, value] of Object.entries(fromEnv))
		t.notDeepEqual(value, defaults[key as keyof Options], key);
	const lines = OPTION_ROWS.filter((row) => row.isInFile).map(
		(row) => `${row.name} = ${row.type.name === 'flag' ? text(row) : JSON.stringify(text(row))}`,
	);
	await writeFile(config, lines.join('\n'));
	const before = await readFile(config, 'utf8');
	t.deepEqual(await optionsOf({ flags: { config: [config] } }), fromEnv);
	t.is(await readFile(config, 'utf8'), before, 'the file is never written');
});

test('the default file is found below XDG_CONFIG_HOME, or below the home folder', async (t) => {
	const folder = await tempFolder(t);
	await mkdir(path.join(folder, 'xdg', 'btmany'), { recursive: true });
	await mkdir(path.join(folder, '.config', 'btmany'), { recursive: true });
	await writeFile(path.join(folder, 'xdg', 'btmany', 'config.toml'), 'upload-slots = 1');
	await writeFile(path.join(folder, '.config', 'btmany', 'config.toml'), 'upload-slots = 2');
	const xdg = { XDG_CONFIG_HOME: path.join(folder, 'xdg') };
	t.is((await optionsOf({ env: xdg, homeDir: folder })).uploadSlots, 1);
	t.is((await optionsOf({ homeDir: folder })).uploadSlots, 2);
	const relative = { XDG_CONFIG_HOME: 'xdg' };
	t.is((await optionsOf({ env: relative, homeDir: folder })).uploadSlots, 2, 'XDG: absolute only');
});

test('numbers, flags and lists of the file are TOML values', async (t) => {
	const folder = await tempFolder(t);
	const config = path.join(folder, 'c.toml');
	await writeFile(
		config,
		'port = 7000\nseed-ratio = 1.5\nheadless = true\npeer = ["192.0.2.1:1", "[::1]:2"]\ndownload-dir = "d"\n',
	);
	const options = await optionsOf({ env: { BTMANY_CONFIG: config } });
	t.deepEqual(options.ports, { first: 7000, last: 7000 });
	t.is(options.seedRatio, 1.5);
	t.true(options.isHeadless);
	t.is(options.peers.length, 2);
	t.is(options.downloadDir, path.join(folder, 'd'), 'relative to the file');
});

test('a list in the environment is separated by commas or blanks', async (t) => {
	const options = await optionsOf({ env: { BTMANY_PEER: '192.0.2.1:1, 192.0.2.2:2' } });
	t.deepEqual(
		options.peers.map((peer) => peer.port),
		[1, 2],
	);
});

test('an empty variable counts as not set', async (t) => {
	t.is((await optionsOf({ env: { BTMANY_UPLOAD_SLOTS: '' } })).uploadSlots, 20);
});

test('every mistake is one line that says where it came from', async (t) => {
	const folder = await tempFolder(t);
	const config = path.join(folder, 'c.toml');
	await writeFile(
		config,
		'# comment\nseed-time = "soon"\nmax_uplaod-rate = 5\nconfig = "x"\npeer = [1, {}]\nport = [5]\n[limits]\na = 1\n',
	);
	const lines = await linesOf({
		flags: { config: [config], 'max-connections': ['many'] },
		env: { BTMANY_PROT: '5', BTMANY_BIND: 'here' },
	});
	t.deepEqual(lines, [
		'BTMANY_PROT: Unknown option; did you mean BTMANY_PORT?',
		`${config}:3: Unknown option max_uplaod-rate; did you mean max-upload-rate?`,
		`${config}:4: Option config cannot be set in the file itself`,
		`${config}:5: peer: expected a text or a list of texts`,
		`${config}:6: port: expected a text, a number or true or false`,
		`${config}:7: Unknown option limits`,
		'BTMANY_BIND: expected an IPv4 or IPv6 address, got "here"',
		'--max-connections: expected a whole number, 0 or more, got "many"',
		`${config}:2: seed-time: expected a duration such as 90, 90s, 10m, 2h or 1d, got "soon"`,
	]);
});

test('a long wrong value is quoted shortened', async (t) => {
	const [line = ''] = await linesOf({ flags: { port: ['9'.repeat(5000)] } });
	t.true(line.length < 200);
});

test('a file that is not TOML is one line with its number', async (t) => {
	const folder = await tempFolder(t);
	const config = path.join(folder, 'c.toml');
	await writeFile(config, 'port = 5\npeer = = 3\n');
	t.deepEqual(await linesOf({ flags: { config: [config] } }), [
		`${config}:2: Not valid TOML: invalid value`,
	]);
});

test('a file that was named must be there and be a file', async (t) => {
	const folder = await tempFolder(t);
	const missing = path.join(folder, 'missing.toml');
	t.deepEqual(await linesOf({ flags: { config: [missing] } }), [
		`${missing}: Cannot read the configuration file: No such file`,
	]);
	t.regex((await linesOf({ flags: { config: [folder] } })).join('|'), /Cannot read.*EISDIR[^|]*$/);
	const huge = path.join(folder, 'huge.toml');
	await writeFile(huge, ' '.repeat(1024 * 1024 + 1));
	t.regex((await linesOf({ flags: { config: [huge] } })).join('|'), /larger than 1 MiB$/);
	if (process.getuid?.() !== 0) {
		await chmod(huge, 0);
		t.is((await linesOf({ flags: { config: [huge] } })).length, 1);
	}
});

test('a wrong --config is told once', async (t) => {
	t.deepEqual(await linesOf({ flags: { config: [''] } }), ['--config: expected a path, got ""']);
});
