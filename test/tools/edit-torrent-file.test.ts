import {
	chmod,
	lstat,
	readdir,
	readFile,
	rm,
	stat,
	symlink,
	utimes,
	writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { MetainfoError } from '../../src/metainfo/metainfo-error.js';
import { type EditRules, editTorrentFile } from '../../src/tools/edit-torrent-file.js';
import { readTorrentFile } from '../../src/tools/read-torrent-file.js';
import { saveTorrent } from '../../src/tools/save-torrent.js';
import { seedEdit } from '../../src/tools/tracker-edits.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { torrentBytes } from './edit-fixture.js';
import { refusesTool } from './make-fixture.js';

const EDIT = seedEdit('url-list', ['http://a.example/']);
const OLD_SECONDS = 1_600_000_000;

async function torrent(t: ExecutionContext): Promise<{ folder: string; file: string }> {
	const folder = await tempFolder(t);
	const file = path.join(folder, 'a.torrent');
	await writeFile(file, torrentBytes());
	await chmod(file, 0o604);
	await chmod(folder, 0o751);
	await utimes(file, OLD_SECONDS, OLD_SECONDS);
	return { folder, file };
}

function edit(file: string, rules: Partial<EditRules> = {}) {
	return editTorrentFile(file, EDIT, { isDryRun: false, hasBackup: false, ...rules });
}

test('the new file has the mode of the old one and a time of its own, and nothing is left beside it', async (t) => {
	const { file, folder } = await torrent(t);
	t.true((await edit(file)).isChanged);
	const facts = await stat(file);
	t.is(facts.mode & 0o777, 0o604);
	t.true(facts.mtimeMs > OLD_SECONDS * 1000);
	t.is((await stat(folder)).mode & 0o777, 0o751);
	t.deepEqual(await readdir(folder), ['a.torrent']);
});

test('a file that says it already is not written', async (t) => {
	const { file } = await torrent(t);
	await edit(file);
	await utimes(file, OLD_SECONDS, OLD_SECONDS);
	const { ino } = await stat(file);
	const again = await edit(file, { hasBackup: true });
	t.false(again.isChanged);
	t.is(again.backupPath, undefined);
	const facts = await stat(file);
	t.deepEqual([facts.ino, facts.mtimeMs], [ino, OLD_SECONDS * 1000]);
});

test('a dry run tells what would be changed and writes nothing', async (t) => {
	const { file, folder } = await torrent(t);
	const { changes, isChanged } = await edit(file, { isDryRun: true, hasBackup: true });
	t.true(isChanged);
	t.deepEqual(changes, [
		{ field: 'url-list', before: undefined, after: ['http://a.example/'], isChanged: true },
	]);
	t.deepEqual(await readFile(file), Buffer.from(torrentBytes()));
	t.deepEqual(await readdir(folder), ['a.torrent']);
});

test('backups keep the old bytes and time and never replace each other', async (t) => {
	const { file, folder } = await torrent(t);
	t.is((await edit(file, { hasBackup: true })).backupPath, `${file}.bak`);
	await writeFile(file, torrentBytes());
	t.is((await edit(file, { hasBackup: true })).backupPath, `${file}.bak.1`);
	t.deepEqual((await readdir(folder)).sort(), ['a.torrent', 'a.torrent.bak', 'a.torrent.bak.1']);
	t.deepEqual(await readFile(`${file}.bak`), Buffer.from(torrentBytes()));
	t.is((await stat(`${file}.bak`)).mtimeMs, OLD_SECONDS * 1000);
});

test('a symbolic link stays one, and what it leads to is edited', async (t) => {
	const { file, folder } = await torrent(t);
	const link = path.join(folder, 'link.torrent');
	await symlink('a.torrent', link);
	await edit(link);
	t.true((await lstat(link)).isSymbolicLink());
	t.notDeepEqual(await readFile(file), Buffer.from(torrentBytes()));
});

test('a file that somebody else changed meanwhile is not replaced', async (t) => {
	const { file } = await torrent(t);
	const { facts } = await readTorrentFile(file);
	await writeFile(file, 'other');
	const rules = { torrentPath: file, facts, hasBackup: true };
	await refusesTool(t, saveTorrent(rules, torrentBytes()), 'TOOLS_CHANGED');
	t.is(await readFile(file, 'utf8'), 'other');
	await rm(file);
	await refusesTool(t, saveTorrent(rules, torrentBytes()), 'TOOLS_CHANGED');
});

test('what is no torrent is refused with a code and the path, and stays as it is', async (t) => {
	const folder = await tempFolder(t);
	const file = path.join(folder, 'bad.torrent');
	await writeFile(file, 'd4:infoi1ee');
	const error = await t.throwsAsync(edit(file), { instanceOf: MetainfoError });
	t.is(error.code, 'METAINFO_FIELD_TYPE');
	t.true(error.message.startsWith(`${file}: info: `));
	t.is(await readFile(file, 'utf8'), 'd4:infoi1ee');
	await refusesTool(t, edit(folder), 'TOOLS_UNREADABLE');
	await refusesTool(t, edit(path.join(folder, 'gone')), 'TOOLS_NOT_FOUND');
});
