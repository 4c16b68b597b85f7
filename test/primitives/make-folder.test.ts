import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeFolder } from '../../src/primitives/make-folder.js';
import { tempFolder } from '../helpers/temp-folder.js';

test('a folder is made with all those above it, and making it again is fine', async (t) => {
	const folder = path.join(await tempFolder(t), 'a', 'b', 'c');
	await makeFolder(folder);
	await makeFolder(folder);
	t.true(existsSync(folder));
});

test('a file in the way is an error that names the reason', async (t) => {
	const file = path.join(await tempFolder(t), 'file');
	await writeFile(file, '');
	await t.throwsAsync(makeFolder(path.join(file, 'below')), { code: 'ENOTDIR' });
});

test('where no folder can ever be made the error comes at once', async (t) => {
	if (!existsSync('/proc/self')) {
		t.pass('no /proc here');
		return;
	}
	await t.throwsAsync(makeFolder('/proc/btmany-cannot-be/deeper'), { code: 'ENOENT' });
});
