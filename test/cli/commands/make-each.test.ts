import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { run } from '../../../src/cli/run.js';
import { tempFolder } from '../../helpers/temp-folder.js';
import { writeFiles } from '../../tools/make-fixture.js';
import { fakeIo } from '../fake-io.js';

async function makeEach(folder: string, ...argv: string[]) {
	const io = fakeIo(folder);
	const code = await run(['make-each', '--state-dir', folder, ...argv], {}, io);
	return { code, out: io.out(), err: io.err() };
}

async function torrents(folder: string): Promise<string[]> {
	return (await readdir(folder)).filter((name) => name.endsWith('.torrent')).sort();
}

test('every entry without a torrent gets one, and all others are told', async (t) => {
	const folder = await tempFolder(t);
	const dir = path.join(folder, 'd');
	await writeFiles(dir, { 'album/a': 5, core: 6, empty: 0, '.hidden': 1, 'old.torrent.bak': 1 });
	await writeFiles(dir, { done: 1 });
	await writeFile(path.join(dir, 'done.torrent'), 'kept');
	await mkdir(path.join(dir, 'nothing'));
	await symlink('core', path.join(dir, 'link'));
	const { code, err, out } = await makeEach(folder, 'd');
	t.is(code, 0);
	t.is(err, '');
	t.deepEqual(await torrents(dir), ['album.torrent', 'core.torrent', 'done.torrent']);
	const skipped = out.split('\n').filter((line) => line.includes(': skipped; '));
	t.deepEqual(
		skipped.map((line) => path.basename(line.split(':')[0] ?? '')),
		['done', 'link', 'empty', 'nothing'],
	);
	const again = await makeEach(folder, '--json', 'd');
	t.is(again.code, 0);
	t.notRegex(again.out, /"type":"made"/);
});

test('an error of one entry does not stop the others, and the exit code tells', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { 'd/a': 5, 'd/c': 5, 'out/x': 1 });
	// A folder whose name is not UTF-8 inside: nothing that a torrent can say.
	await mkdir(path.join(folder, 'd/b'));
	await writeFile(Buffer.concat([Buffer.from(`${folder}/d/b/`), Buffer.from([0xff])]), 'x');
	const { code, out } = await makeEach(folder, '--json', '--output', 'out', 'd', 'gone');
	t.is(code, 1);
	t.deepEqual(await torrents(path.join(folder, 'out')), ['a.torrent', 'c.torrent']);
	t.deepEqual(out.match(/"code":"\w+"/g), ['"code":"TOOLS_UNREADABLE"', '"code":"TOOLS_BAD_NAME"']);
	t.is((await makeEach(folder, '--output', 'nowhere', 'd')).code, 2);
});

test('of two entries of one name the first is written to a common folder', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { 'd/a': 5, 'e/a': 6, 'd/out/x': 1 });
	const { code, out } = await makeEach(folder, '--output', 'd/out', 'd', 'e');
	t.is(code, 0);
	t.deepEqual(await torrents(path.join(folder, 'd/out')), ['a.torrent']);
	t.regex(out, /e\/a: skipped; another entry is written to /);
});
