import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { run } from '../../../src/cli/run.js';
import { makeTorrent } from '../../helpers/make-payload.js';
import { tempFolder } from '../../helpers/temp-folder.js';
import { type FakeIo, fakeIo } from '../fake-io.js';

const MADE = makeTorrent('p.bin', [{ path: 'p.bin', bytes: new Uint8Array(50_000) }]);

function watch(io: FakeIo, ...args: string[]): Promise<number> {
	const own = ['--state-dir=state', '--port=0', '--bind=127.0.0.1', '--rescan-interval=0.2'];
	return run([...own, ...args, '.'], {}, io);
}

test('what the folder holds is loaded, told, and stopped politely', async (t) => {
	const folder = await tempFolder(t);
	await writeFile(path.join(folder, 'x.torrent'), MADE.metainfoBytes);
	const io = fakeIo(folder);
	const code = watch(io, '--headless', '--log-file=log');
	await io.printed('file added');
	await io.printed('downloading');
	io.signal('SIGTERM');
	t.is(await code, 0);
	t.is(io.err(), '');
	const types = [...io.out().matchAll(/^\S+Z (\w+) /gm)].map((match) => match[1]);
	t.true(['started', 'listening', 'added', 'downloading'].every((type) => types.includes(type)));
	t.deepEqual(types.slice(-2), ['stopping', 'stopped']);
	t.regex(await readFile(path.join(folder, 'log'), 'utf8'), /^\S+Z info started: watching /m);
	const later = fakeIo(folder);
	t.is(await run(['why', 'x.torrent', '--state-dir=state'], {}, later), 0);
	t.regex(later.out(), /^ {2}\S+Z added: /m);
	const json = fakeIo(folder);
	t.is(await run(['why', 'x.torrent', '--state-dir=state', '--json'], {}, json), 0);
	t.like(JSON.parse(json.out().split('\n')[0] ?? ''), { type: 'file', outcome: 'added' });
});

test('Ctrl-C exits 130, and a reader that goes away 0', async (t) => {
	const io = fakeIo(await tempFolder(t));
	const code = watch(io, '--json');
	await io.printed('"started"');
	io.signal('SIGINT');
	t.is(await code, 130);

	const unread = fakeIo(await tempFolder(t));
	const quiet = watch(unread, '--headless');
	await unread.printed('started');
	unread.closeStdout();
	t.is(await quiet, 0);
	t.is(unread.err(), '');
});

test('without a terminal it runs headless and says so', async (t) => {
	const io = fakeIo(await tempFolder(t));
	const code = watch(io);
	await io.printed('started');
	io.signal('SIGTERM');
	t.is(await code, 0);
	t.regex(io.err(), /^btmany: No terminal[^\n]*--headless\n$/);
});

test('a second instance on one state folder is refused with one line that names the first', async (t) => {
	const folder = await tempFolder(t);
	const first = fakeIo(folder);
	const code = watch(first, '--headless');
	await first.printed('started');
	const second = fakeIo(folder);
	t.is(await watch(second, '--headless'), 1);
	t.regex(second.err(), new RegExp(`^btmany: [^\\n]*${process.pid}[^\\n]*\\n$`));
	first.signal('SIGTERM');
	t.is(await code, 0);
});
