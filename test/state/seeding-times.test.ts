import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import type { Infohash } from '../../src/primitives/infohash.js';
import { loadSeedingTimes, saveSeedingTimes } from '../../src/state/seeding-times.js';
import { tempFolder } from '../helpers/temp-folder.js';

const ONE = '1'.repeat(40) as Infohash;
const TWO = '2'.repeat(40) as Infohash;

test('seeding times come back as they were saved, also into a folder that was not there', async (t) => {
	const file = path.join(await tempFolder(t), 'new', 'seeding-times');
	const times = new Map([
		[ONE, 1234],
		[TWO, 86_400_000],
	]);
	await saveSeedingTimes(file, times);
	t.deepEqual(await loadSeedingTimes(file), times);
});

test('without a file no time is known', async (t) => {
	const file = path.join(await tempFolder(t), 'seeding-times');
	t.is((await loadSeedingTimes(file)).size, 0);
});

test('a file that was cut off or changed says nothing', async (t) => {
	const file = path.join(await tempFolder(t), 'seeding-times');
	await saveSeedingTimes(file, new Map([[ONE, 5000]]));
	const whole = await readFile(file, 'utf8');
	for (const damaged of [whole.slice(0, -1), whole.replace('5000', '9000'), '', '\n', 'x\n{}']) {
		await writeFile(file, damaged);
		t.is((await loadSeedingTimes(file)).size, 0, JSON.stringify(damaged));
	}
});
