import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { run } from '../../../src/cli/run.js';
import { parseMetainfo } from '../../../src/metainfo/parse-metainfo.js';
import { tempFolder } from '../../helpers/temp-folder.js';
import { sha1 } from '../../storage/sample-torrent.js';
import { writeFiles } from '../../tools/make-fixture.js';
import { fakeIo } from '../fake-io.js';

async function runMake(folder: string, ...args: string[]) {
	const io = fakeIo(folder);
	const code = await run(['make', '--state-dir', folder, ...args], {}, io);
	return { code, out: io.out(), err: io.err() };
}

async function read(file: string) {
	return parseMetainfo(await readFile(file), sha1);
}

test('the torrent is written beside the data and told with infohash and magnet link', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { data: 40_000 });
	const { code, out } = await runMake(folder, '--announce', 'http://t.example/a', 'data');
	t.is(code, 0);
	const { infohash, tiers } = await read(path.join(folder, 'data.torrent'));
	t.deepEqual(tiers, [['http://t.example/a']]);
	t.regex(out, /data\.torrent: 1 file, 40\.0 kB, 3 pieces of 16 KiB\n/);
	t.true(out.includes(`infohash ${infohash}\n`));
	t.true(out.includes(`magnet:?xt=urn:btih:${infohash}&dn=data&xl=40000&tr=`));
});

test('with --no-date two runs write the same bytes', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { 'd/a': 40_000, 'd/b': 1 });
	await runMake(folder, '--no-date', '--output', 'one.torrent', 'd');
	await runMake(folder, '--no-date', '--output', 'two.torrent', 'd');
	t.deepEqual(
		await readFile(path.join(folder, 'one.torrent')),
		await readFile(path.join(folder, 'two.torrent')),
	);
	t.is((await read(path.join(folder, 'one.torrent'))).creationDateSeconds, undefined);
});

test('several paths give a torrent each, and one that fails does not stop the others', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { a: 5, b: 6, 'out/x': 1 });
	const { code, out } = await runMake(folder, '--json', '--output', 'out', 'a', 'gone', 'b');
	t.is(code, 1);
	const lines = out
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line) as Record<string, unknown>)
		// On a busy machine even this takes long enough to be told.
		.filter(({ type }) => type !== 'progress');
	t.deepEqual(
		lines.map(({ type, code: reason }) => [type, reason]),
		[
			['made', undefined],
			['error', 'TOOLS_NOT_FOUND'],
			['made', undefined],
		],
	);
	t.deepEqual((await readdir(path.join(folder, 'out'))).sort(), ['a.torrent', 'b.torrent', 'x']);
});

test('a .torrent that is there is kept unless --force is given', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { a: 5 });
	t.is((await runMake(folder, '--comment', 'first', 'a')).code, 0);
	const again = await runMake(folder, '--comment', 'second', 'a');
	t.is(again.code, 1);
	t.regex(again.err, /is there already; --force replaces it\n$/);
	t.is((await read(path.join(folder, 'a.torrent'))).comment, 'first');
	t.is((await runMake(folder, '--force', '--comment', 'second', 'a')).code, 0);
	t.is((await read(path.join(folder, 'a.torrent'))).comment, 'second');
});

test('all wrong options are told at once, with exit code 2', async (t) => {
	const folder = await tempFolder(t);
	const wrong = ['--announce=x', '--piece-length=17', '--web-seed=ftp://a.example/'];
	const { code, err, out } = await runMake(folder, ...wrong, 'a');
	t.is(code, 2);
	t.is(out, '');
	t.deepEqual(
		err
			.trimEnd()
			.split('\n')
			.map((line) => line.split(':')[1]),
		[' --announce', ' --piece-length', ' --web-seed'],
	);
	t.is((await runMake(folder, '--anounce', 'x', 'a')).code, 2);
	t.is((await runMake(folder)).code, 2);
});

test('the note about trackers that share a tier comes once', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { a: 5, b: 6 });
	const list = 'http://a.example/,http://b.example/';
	const { err } = await runMake(folder, '--announce-list', list, 'a', 'b');
	t.is(err.match(/must share their peers/g)?.length, 1);
});

test('a signal leaves nothing half-written', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { data: 60_000_000 });
	const io = fakeIo(folder, true);
	const running = run(['make', '--state-dir', folder, 'data'], {}, io);
	// Its handlers are in place before the first thing is read.
	await new Promise((resolve) => setImmediate(resolve));
	const look = setInterval(() => io.signal('SIGINT'), 1);
	const code = await running;
	clearInterval(look);
	t.is(code, 130);
	t.deepEqual(await readdir(folder), ['data']);
	await t.throwsAsync(access(path.join(folder, 'data.torrent')));
});
