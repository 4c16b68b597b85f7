/** Saved trackers, and the files of BitTornado's maker. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {
	profileNames,
	readProfile,
	removeProfile,
	writeProfile,
} from '../../src/tools/tracker-profiles.js';
import { tempFolder } from '../helpers/temp-folder.js';

test('a profile is read as it was written, and its file is the one BitTornado has', async (t) => {
	const folder = path.join(await tempFolder(t), 'trackers');
	const tiers = [['http://a.example/a', 'http://b.example/a'], ['udp://c.example:1']];
	await writeProfile(folder, 'mine', { announce: 'http://a.example/a', tiers });
	t.like(await readProfile(folder, 'mine', '/'), { announce: 'http://a.example/a', tiers });
	t.is(
		await readFile(path.join(folder, 'mine.thost'), 'latin1'),
		'd8:announce18:http://a.example/a13:announce-listll18:http://a.example/a' +
			'18:http://b.example/ael17:udp://c.example:1eee',
	);
	t.deepEqual(await profileNames(folder), ['mine']);
	await removeProfile(folder, 'mine');
	t.deepEqual(await profileNames(folder), []);
	await removeProfile(folder, 'mine');
});

test('one tracker alone needs no list', async (t) => {
	const folder = await tempFolder(t);
	const one = { announce: 'http://a.example/a', tiers: [['http://a.example/a']] };
	await writeProfile(folder, 'one', one);
	t.is(
		await readFile(path.join(folder, 'one.thost'), 'latin1'),
		'd8:announce18:http://a.example/ae',
	);
	t.like(await readProfile(folder, 'one', '/'), one);
});

test('a .thost anywhere can be named by its path', async (t) => {
	const folder = await tempFolder(t);
	await writeFile(path.join(folder, 'old.thost'), 'd8:announce18:http://a.example/ae');
	t.like(await readProfile('/nowhere', 'old.thost', folder), { announce: 'http://a.example/a' });
	t.like(await readProfile('/nowhere', `${folder}/old.thost`, '/'), {
		announce: 'http://a.example/a',
	});
});

test('a name that is not there is told with those that are', async (t) => {
	const folder = await tempFolder(t);
	await writeProfile(folder, 'mine', { announce: 'http://a.example/a', tiers: [] });
	await t.throwsAsync(readProfile(folder, 'your', '/'), {
		code: 'TOOLS_NOT_FOUND',
		message: /no profile "your" in .*; there are mine/,
	});
});

test('a name that leads out of the folder is refused', async (t) => {
	const folder = await tempFolder(t);
	const trackers = { announce: 'http://a.example/a', tiers: [] };
	for (const name of ['../x', 'a/b', '..', '', 'a\u001bb'])
		await t.throwsAsync(writeProfile(folder, name, trackers), { code: 'TOOLS_BAD_NAME' }, name);
	await t.throwsAsync(stat(path.join(folder, '..', 'x.thost')));
});

for (const [what, content, code] of [
	['text', 'http://a.example/a', 'TOOLS_BAD_OPTION'],
	['a list', 'l1:ae', 'TOOLS_BAD_OPTION'],
	['no tracker', 'de', 'TOOLS_NO_TRACKER'],
	['a tracker that is none', 'd8:announce3:x:ye', 'TOOLS_BAD_OPTION'],
] as const) {
	test(`a profile that is ${what} is refused with its path`, async (t) => {
		const folder = await tempFolder(t);
		await writeFile(path.join(folder, 'bad.thost'), content);
		await t.throwsAsync(readProfile(folder, 'bad', '/'), { code, message: /bad\.thost/ });
	});
}
