/** What the program loads before it says something: every module read is time a user waits. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { tempFolder } from '../helpers/temp-folder.js';

const BUILD = path.join(import.meta.dirname, '..', '..');

/** Writes the address of every module that is loaded to standard error. */
const LOADER = `
	import { writeSync } from 'node:fs';
	export async function load(url, context, next) {
		writeSync(2, url + '\\n');
		return next(url, context);
	}`;
const REGISTER = `
	import { register } from 'node:module';
	register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(LOADER)}));`;

async function loadedBy(...args: readonly string[]): Promise<readonly string[]> {
	const register = `data:text/javascript,${encodeURIComponent(REGISTER)}`;
	const program = path.join(BUILD, 'bin', 'btmany.js');
	const child = spawn(process.execPath, ['--import', register, program, ...args], {
		stdio: ['ignore', 'ignore', 'pipe'],
		env: { PATH: process.env['PATH'] ?? '', HOME: '/nowhere' },
	});
	return (await text(child.stderr)).trimEnd().split('\n');
}

/** Packages and folders of this program that help has no use for. */
const HEAVY = [
	...['undici', 'ink', 'react', 'chokidar', 'bencode', 'smol-toml', 'string-width'].map(
		(name) => `/node_modules/${name}/`,
	),
	...['session', 'torrent', 'storage', 'net', 'peer', 'wire', 'tracker', 'watch', 'ui'].map(
		(folder) => `/src/${folder}/`,
	),
	'node:worker_threads',
	'node:http',
	'node:crypto',
];

for (const [option, most] of [
	['--help', 30],
	['--version', 32],
] as const) {
	test(`${option} loads neither the engine nor the dashboard nor their packages`, async (t) => {
		const loaded = await loadedBy(option);
		t.true(loaded.some((url) => url.endsWith('/src/cli/run.js')));
		t.deepEqual(
			loaded.filter((url) => HEAVY.some((part) => url.includes(part))),
			[],
		);
		t.true(loaded.length <= most, `${loaded.length} modules`);
	});
}

test('a wrong option is told without loading the engine', async (t) => {
	const loaded = await loadedBy('--no-such-option');
	t.true(loaded.some((line) => line.includes('Unknown option')));
	t.deepEqual(
		loaded.filter((url) => /\/src\/(?:session|ui|watch)\//.test(url)),
		[],
	);
});

test('a headless download without HTTP loads no HTTP client, folder watch or dashboard', async (t) => {
	const folder = await tempFolder(t);
	await writeFile(path.join(folder, 'data.bin'), 'x');
	const torrent = path.join(folder, 'data.torrent');
	await loadedBy('make', path.join(folder, 'data.bin'), '--output', torrent);
	const places = [`--download-dir=${folder}`, `--state-dir=${path.join(folder, 'state')}`];
	const loaded = await loadedBy(
		'get',
		torrent,
		'--headless',
		'--port=0',
		'--bind=127.0.0.1',
		...places,
	);
	t.true(loaded.some((url) => url.endsWith('/src/session/session.js')));
	const unused = ['undici', 'chokidar', 'string-width', 'ink', 'react', 'smol-toml'];
	t.deepEqual(
		loaded.filter(
			(url) =>
				unused.some((name) => url.includes(`/node_modules/${name}/`)) || url.includes('/src/ui/'),
		),
		[],
	);
});

test('headless commands do not load the dashboard', async (t) => {
	const loaded = await loadedBy('get', 'no-such.torrent', '--headless');
	t.true(loaded.some((url) => url.endsWith('/src/cli/commands/get.js')));
	t.deepEqual(
		loaded.filter((url) => /\/src\/ui\/|\/node_modules\/(?:ink|react)\//.test(url)),
		[],
	);
});
