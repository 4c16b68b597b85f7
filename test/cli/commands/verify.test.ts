import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { run } from '../../../src/cli/run.js';
import { tempFolder } from '../../helpers/temp-folder.js';
import { writeFiles } from '../../tools/make-fixture.js';
import { fakeIo } from '../fake-io.js';

async function runIn(folder: string, ...argv: string[]) {
	const io = fakeIo(folder);
	const code = await run(argv, {}, io);
	return { code, out: io.out(), err: io.err() };
}

async function made(t: ExecutionContext): Promise<string> {
	const folder = await tempFolder(t);
	await writeFiles(folder, { 'd/a': 5000, 'd/b': 70_000 });
	t.is((await runIn(folder, 'make', 'd')).code, 0);
	return folder;
}

test('complete data is told file by file and exits 0', async (t) => {
	const folder = await made(t);
	const { code, err, out } = await runIn(folder, 'verify', 'd.torrent');
	t.is(code, 0);
	t.is(err, '');
	t.is(
		out,
		'ok          a\nok          b\n' +
			'd.torrent: complete; 2 of 2 files ok, 5 of 5 pieces, 75.0 kB of 75.0 kB\n',
	);
});

test('missing, damaged and extra files are told, and it exits 1', async (t) => {
	const folder = await made(t);
	await rm(path.join(folder, 'd/a'));
	await writeFile(path.join(folder, 'd/extra'), '');
	const { code, out } = await runIn(folder, 'verify', 'd.torrent', 'd');
	t.is(code, 1);
	t.is(
		out,
		'missing     a\nunproven    b (1 of its 5 pieces shared with a file that is not all there)\n' +
			'extra       extra\nMissing pieces (1): 0\n' +
			'd.torrent: NOT complete, 78.1 %; 0 of 2 files ok, 1 extra, 4 of 5 pieces, 58.6 kB of 75.0 kB\n',
	);
	const json = await runIn(folder, 'verify', '--json', 'd.torrent');
	t.is(json.code, 1);
	const object = JSON.parse(json.out.trimEnd().split('\n').at(-1) ?? '') as object;
	t.like(object, {
		type: 'verified',
		isComplete: false,
		goodPieces: 4,
		badPieces: [],
		missingPieces: [0],
		extraFiles: ['extra'],
	});
});

test('a torrent or a place that is not there is one line and exit 1', async (t) => {
	const folder = await made(t);
	for (const argv of [['gone.torrent'], ['d.torrent', 'gone'], ['d/a']]) {
		const { code, err, out } = await runIn(folder, 'verify', ...argv);
		t.deepEqual([code, out, err.trimEnd().split('\n').length], [1, '', 1], err);
	}
});

test('SIGINT ends the comparison with 130', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { data: 60_000_000 });
	await runIn(folder, 'make', 'data');
	const io = fakeIo(folder, true);
	const running = run(['verify', 'data.torrent'], {}, io);
	await new Promise((resolve) => setImmediate(resolve));
	const look = setInterval(() => io.signal('SIGINT'), 1);
	t.is(await running, 130);
	clearInterval(look);
});
