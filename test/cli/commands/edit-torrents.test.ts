import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { encodeBencode } from '../../../src/bencode/encode.js';
import { run } from '../../../src/cli/run.js';
import type { Metainfo } from '../../../src/metainfo/metainfo.js';
import { parseMetainfo } from '../../../src/metainfo/parse-metainfo.js';
import { tempFolder } from '../../helpers/temp-folder.js';
import { sha1 } from '../../storage/sample-torrent.js';
import { torrentBytes, UNSORTED_INFO } from '../../tools/edit-fixture.js';
import { fakeIo } from '../fake-io.js';

const MAIN = 'http://main.example/announce';

/** `a.torrent` and `b.torrent`, the second not in canonical order, and `bad.torrent`, which is none. */
async function files(t: ExecutionContext): Promise<string> {
	const folder = await tempFolder(t);
	const announce = encodeBencode('http://old.example/');
	await writeFile(path.join(folder, 'a.torrent'), torrentBytes({ announce }));
	await writeFile(path.join(folder, 'b.torrent'), torrentBytes({ announce }, UNSORTED_INFO));
	await writeFile(path.join(folder, 'bad.torrent'), 'd4:infoi1ee');
	return folder;
}

async function runIn(folder: string, ...argv: string[]) {
	const io = fakeIo(folder);
	const code = await run(argv, {}, io);
	return { code, out: io.out(), err: io.err() };
}

async function read(folder: string, name: string): Promise<Metainfo> {
	return parseMetainfo(await readFile(path.join(folder, name)), sha1);
}

function objects(out: string): Record<string, unknown>[] {
	const lines = out.trimEnd().split('\n');
	return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('every file is tried and told, the infohashes stay, and one failure makes it exit 1', async (t) => {
	const folder = await files(t);
	const before = await read(folder, 'b.torrent');
	const names = ['a.torrent', 'bad.torrent', 'gone.torrent', 'b.torrent'];
	const { code, err, out } = await runIn(folder, 'reannounce', MAIN, ...names);
	t.is(code, 1);
	t.is(
		out,
		['a', 'b']
			.map(
				(name) =>
					`${name}.torrent: changed\n  announce: http://old.example/\n          → ${MAIN}\n`,
			)
			.join(''),
	);
	t.is(
		err,
		`btmany: ${folder}/bad.torrent: info: expected a dictionary, got an integer\n` +
			`btmany: ${folder}/gone.torrent: No such file\n`,
	);
	const after = await read(folder, 'b.torrent');
	t.is(after.infohash, before.infohash);
	t.deepEqual(after.tiers, [[MAIN]]);
});

test('with --json each file is an object, failures with their codes', async (t) => {
	const folder = await files(t);
	const list = `${MAIN}|udp://b.example:1`;
	const options = ['--json', '--backup', '--announce-list', list];
	const names = ['a.torrent', 'bad.torrent'];
	const { out } = await runIn(folder, 'reannounce', MAIN, ...options, ...names);
	const [edited, failed] = objects(out).map(({ time: _time, ...rest }) => rest);
	t.deepEqual(edited, {
		type: 'edited',
		path: 'a.torrent',
		isDryRun: false,
		infohash: (await read(folder, 'a.torrent')).infohash,
		changes: [
			{ field: 'announce', before: 'http://old.example/', after: MAIN },
			{ field: 'announce-list', after: [[MAIN], ['udp://b.example:1']] },
		],
		backupPath: path.join(folder, 'a.torrent.bak'),
	});
	t.like(failed, { type: 'error', path: 'bad.torrent', code: 'METAINFO_FIELD_TYPE' });
});

test('the note about trackers that share a tier comes once for all files', async (t) => {
	const folder = await files(t);
	const list = `${MAIN},http://b.example/`;
	const argv = ['reannounce', MAIN, '--announce-list', list, 'a.torrent', 'b.torrent'];
	const { code, err } = await runIn(folder, ...argv);
	t.is(code, 0);
	t.is(err.match(/must share their peers/g)?.length, 1);
});

const refusesUrl = test.macro({
	async exec(t, argv: readonly string[], expected: RegExp) {
		const folder = await files(t);
		const { mtimeMs } = await stat(path.join(folder, 'a.torrent'));
		const { code, err, out } = await runIn(folder, ...argv, 'a.torrent');
		t.is(code, 2);
		t.is(out, '');
		t.regex(err, expected);
		t.is((await stat(path.join(folder, 'a.torrent'))).mtimeMs, mtimeMs);
	},
	title: (_given, argv: readonly string[]) =>
		`${argv.join(' ')} is wrong usage and touches nothing`,
});

test(
	refusesUrl,
	['reannounce', 'wss://x.example/'],
	/^btmany reannounce: .* another scheme than http, https, udp\n$/,
);
test(refusesUrl, ['reannounce', 'udp://x.example/'], /has no port/);
test(refusesUrl, ['reannounce', 'http://x.example:99999/'], /has port 99999, expected 1 to 65535/);
test(refusesUrl, ['http-seeds', 'ftp://x.example/'], /^btmany http-seeds: .* scheme/);
test(refusesUrl, ['web-seeds', '|'], /Expected URLs/);
test(refusesUrl, ['reannounce'], /Expected URL and FILE\.torrent/);
test(refusesUrl, ['rename'], /Expected FILE\.torrent and NAME/);

test('trackers are copied from one torrent to others, and a bad source touches nothing', async (t) => {
	const folder = await files(t);
	const tiers = encodeBencode([['http://x.example/', MAIN], ['udp://y.example:6969']]);
	const source = torrentBytes({ announce: encodeBencode(MAIN), 'announce-list': tiers });
	await writeFile(path.join(folder, 'source.torrent'), source);
	const argv = ['copy-announce', 'source.torrent', 'a.torrent', 'b.torrent'];
	t.is((await runIn(folder, ...argv)).code, 0);
	for (const name of ['a.torrent', 'b.torrent'])
		t.deepEqual((await read(folder, name)).tiers, [
			[MAIN, 'http://x.example/'],
			['udp://y.example:6969'],
		]);
	const bad = await runIn(folder, 'copy-announce', 'bad.torrent', 'a.torrent');
	t.deepEqual([bad.code, bad.out], [1, '']);
});

test('seeds of both kinds are set and stripped', async (t) => {
	const folder = await files(t);
	await runIn(folder, 'http-seeds', 'http://s.example/a | http://s.example/b', 'b.torrent');
	await runIn(folder, 'web-seeds', 'https://w.example/', 'b.torrent');
	const set = await read(folder, 'b.torrent');
	t.deepEqual(set.httpSeeds, ['http://s.example/a', 'http://s.example/b']);
	t.deepEqual(set.webSeeds, ['https://w.example/']);
	await runIn(folder, 'http-seeds', '0', 'b.torrent');
	const { httpSeeds, webSeeds } = await read(folder, 'b.torrent');
	t.deepEqual([httpSeeds, webSeeds], [[], ['https://w.example/']]);
});

test('a rename says plainly that the infohash changes, old and new', async (t) => {
	const folder = await files(t);
	const before = await read(folder, 'a.torrent');
	const { code, out } = await runIn(folder, 'rename', 'a.torrent', 'other');
	const after = await read(folder, 'a.torrent');
	t.is(code, 0);
	t.is(after.name, 'other');
	t.true(out.includes(`the infohash has changed: ${before.infohash} → ${after.infohash}\n`));
	t.is((await runIn(folder, 'rename', 'a.torrent', '../x')).code, 2);
	t.is((await runIn(folder, 'rename', 'a.torrent', 'x', 'y')).code, 2);
});

test('--match gives each torrent the name of its file, refusing what is no name', async (t) => {
	const folder = await files(t);
	await writeFile(path.join(folder, '.torrent'), torrentBytes());
	const names = ['.torrent', path.join(folder, 'b.torrent')];
	const { code, err } = await runIn(folder, 'rename', '--match', ...names);
	t.is(code, 1);
	t.regex(err, /^btmany: \.torrent: "" is no name/);
	t.is((await read(folder, 'b.torrent')).name, 'b');
});

test('texts of a file are cleaned before they reach the terminal', async (t) => {
	const folder = await files(t);
	const announce = encodeBencode('http://x/\u001b[2J\u202e');
	await writeFile(path.join(folder, 'evil.torrent'), torrentBytes({ announce }));
	for (const flag of ['--dry-run', '--classic', '--json']) {
		const { out } = await runIn(folder, 'reannounce', MAIN, flag, 'evil.torrent');
		t.notRegex(out, /(?!\n)\p{Cc}|\u202e/u);
		await writeFile(path.join(folder, 'evil.torrent'), torrentBytes({ announce }));
	}
});
