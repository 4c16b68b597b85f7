import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';

const SOURCE = path.join(import.meta.dirname, '..', '..', 'src');

/** Which folders of src/ a folder may import besides itself. docs/architecture.md says why. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
	primitives: [],
	bencode: ['primitives'],
	metainfo: ['primitives', 'bencode'],
	wire: ['primitives', 'bencode'],
	choker: ['primitives'],
	config: ['primitives'],
	net: ['primitives'],
	'piece-picker': ['primitives', 'metainfo'],
	storage: ['primitives', 'metainfo'],
	tracker: ['primitives', 'bencode', 'net'],
	'tracker-server': ['primitives', 'bencode', 'net', 'tracker'],
	peer: ['primitives', 'wire', 'net'],
	state: ['primitives', 'metainfo'],
	'http-seed': ['primitives', 'metainfo', 'net'],
	torrent: [
		'primitives',
		'metainfo',
		'http-seed',
		'wire',
		'net',
		'piece-picker',
		'choker',
		'storage',
		'state',
		'tracker',
		'peer',
	],
	session: [
		'primitives',
		'metainfo',
		'wire',
		'net',
		'peer',
		'storage',
		'state',
		'tracker',
		'torrent',
	],
	tools: ['primitives', 'bencode', 'metainfo', 'config', 'storage', 'state'],
	watch: ['primitives', 'metainfo', 'session'],
	ui: ['primitives', 'session', 'tools'],
	cli: [
		'primitives',
		'metainfo',
		'config',
		'net',
		'session',
		'state',
		'storage',
		'tools',
		'watch',
		'tracker-server',
		'ui',
	],
};

/** Folders that decide: no I/O, no clock, no chance (time and randomness are arguments). */
const DECIDING = ['wire', 'piece-picker', 'choker', 'metainfo', 'bencode'];

function sourceFiles(folder: string): string[] {
	return readdirSync(path.join(SOURCE, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => /(?<!\.d)\.tsx?$/.test(file))
		.map((file) => path.join(folder, file));
}

function importsOf(file: string): string[] {
	const text = readFileSync(path.join(SOURCE, file), 'utf8');
	return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

function foreignFolders(file: string): string[] {
	const own = file.split(path.sep)[0] ?? '';
	return importsOf(file)
		.filter((specifier) => specifier.startsWith('.'))
		.map((specifier) => path.join(path.dirname(file), specifier).split(path.sep)[0] ?? '')
		.filter((folder) => folder !== own);
}

const folders = readdirSync(SOURCE, { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map((entry) => entry.name);

test('every folder of src has a row in the import table', (t) => {
	t.deepEqual(folders.sort(), Object.keys(MAY_IMPORT).sort());
});

for (const folder of folders) {
	test(`${folder} imports only the folders below it`, (t) => {
		const allowed = new Set(MAY_IMPORT[folder]);
		const wrong = sourceFiles(folder).flatMap((file) =>
			foreignFolders(file)
				.filter((foreign) => !allowed.has(foreign))
				.map((foreign) => `${file} imports ${foreign}`),
		);
		t.deepEqual(wrong, []);
	});
}

for (const folder of DECIDING) {
	test(`${folder} decides and does no I/O, reads no clock and draws no chance`, (t) => {
		const wrong = sourceFiles(folder).filter((file) => {
			const text = readFileSync(path.join(SOURCE, file), 'utf8');
			return /from 'node:|Date\.now|performance\.now|Math\.random|setTimeout|setInterval/.test(
				text,
			);
		});
		t.deepEqual(wrong, []);
	});
}

/** Single owners: the package on the left is imported by the folders on the right only. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
	bencode: ['bencode'],
	chokidar: ['watch'],
	ink: ['ui'],
	react: ['ui'],
	undici: ['net'],
	'string-width': ['primitives'],
	commander: ['cli'],
	'node:net': ['net', 'config', 'tracker-server', 'tracker'],
	'node:dgram': ['net', 'tracker-server'],
	'node:worker_threads': ['storage', 'session'],
};

for (const [module, owners] of Object.entries(OWNERS)) {
	test(`only ${owners.join(' and ')} import ${module}`, (t) => {
		const users = folders.filter((folder) =>
			sourceFiles(folder).some((file) =>
				importsOf(file).some((each) => each === module || each.startsWith(`${module}/`)),
			),
		);
		t.deepEqual(
			users.filter((folder) => !owners.includes(folder)),
			[],
		);
	});
}

test('only the command line reads argv, exits or prints', (t) => {
	const wrong = folders
		.filter((folder) => folder !== 'cli')
		.flatMap(sourceFiles)
		.filter((file) =>
			/process\.argv|process\.exit\(|console\.(log|error|warn)\(/.test(
				readFileSync(path.join(SOURCE, file), 'utf8').replaceAll(/^\s*(\*|\/\/).*$/gm, ''),
			),
		);
	t.deepEqual(wrong, []);
});
