import { execFileSync } from 'node:child_process';
import { chmod, mkdir, open, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { makeFixture, outcomesOf, torrentBytes } from './watch-fixture.js';

const onLinux = process.platform === 'linux' ? test : test.skip;
const asUser = process.platform !== 'win32' && process.getuid?.() !== 0 ? test : test.skip;

onLinux(
	'nothing odd in the folder stops it, and each odd file is in the ledger once',
	async (t) => {
		const { put, start, folder, clock, runningFiles } = await makeFixture(t);
		await put('good.torrent', torrentBytes('good'));
		await put('empty.torrent', '');
		await mkdir(path.join(folder, 'folder.torrent'));
		execFileSync('mkfifo', [path.join(folder, 'pipe.torrent')]);
		await symlink('nowhere', path.join(folder, 'dangling.torrent'));
		await symlink('self.torrent', path.join(folder, 'self.torrent'));
		const huge = await open(path.join(folder, 'huge.torrent'), 'w');
		await huge.truncate(200 * 1024 * 1024);
		await huge.close();
		await put('sub/deep.torrent', torrentBytes('deep'));
		await symlink('..', path.join(folder, 'sub/loop'));
		await symlink('sub', path.join(folder, 'alias'));
		await symlink(path.join(folder, 'good.torrent'), path.join(folder, 'sub/link.torrent'));
		const watch = await start();
		for (let i = 0; i < 4; i++) {
			clock.advance(10_000);
			await watch.rescan();
		}
		t.deepEqual(runningFiles(), ['deep.torrent', 'good.torrent']);
		const expected: Record<string, string[]> = {
			'empty.torrent': ['waiting', 'rejected'],
			'folder.torrent': ['ignored'],
			'pipe.torrent': ['ignored'],
			'dangling.torrent': ['ignored'],
			'self.torrent': ['ignored'],
			'huge.torrent': ['waiting', 'rejected'],
			loop: ['ignored'],
			alias: ['ignored'],
			'link.torrent': ['duplicate'],
		};
		for (const [file, outcomes] of Object.entries(expected))
			t.deepEqual(outcomesOf(watch, file), outcomes, file);
		t.regex(watch.ledger().find((entry) => /huge/.test(entry.path))?.message ?? '', /32 MiB/);
	},
);

onLinux('a file whose name is not UTF-8 runs like any other', async (t) => {
	const { folder, start, session } = await makeFixture(t);
	const odd = (byte: number): Buffer =>
		Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([byte]), Buffer.from('.torrent')]);
	await writeFile(odd(0xe9), torrentBytes('coffee'));
	await writeFile(odd(0xe8), torrentBytes('tea'));
	const inOddFolder = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x80])]);
	await mkdir(inOddFolder);
	await writeFile(Buffer.concat([inOddFolder, Buffer.from('/in.torrent')]), torrentBytes('in'));
	const watch = await start();
	t.deepEqual(
		[...session.running.values()].map((each) => path.relative(folder, each.torrentPath)).sort(),
		['%FF%80/in.torrent', 'caf%E8.torrent', 'caf%E9.torrent'],
	);
	await rm(odd(0xe9));
	await watch.rescan();
	t.is(session.running.size, 2);
});

test('names that say unfinished or hidden are ignored, until they are renamed', async (t) => {
	const { put, start, runningFiles, folder } = await makeFixture(t);
	const names = [
		'a.torrent.part',
		'b.torrent.crdownload',
		'.syncthing.c.torrent.tmp',
		'~syncthing~d.torrent.tmp',
		'.e.torrent.Xa81Zq',
		'.f.torrent',
		'g.torrent~',
		'.folder/h.torrent',
	];
	for (const name of names) await put(name, torrentBytes(name));
	const watch = await start();
	t.deepEqual(runningFiles(), []);
	t.is(watch.ledger().length, names.length - 1);
	await rename(path.join(folder, 'b.torrent.crdownload'), path.join(folder, 'b.torrent'));
	await watch.rescan();
	t.deepEqual(runningFiles(), ['b.torrent']);
});

onLinux('a running torrent stops when its file becomes a pipe', async (t) => {
	const { put, start, session, folder } = await makeFixture(t);
	const file = await put('x.torrent', torrentBytes('x'));
	const watch = await start();
	await rm(file);
	execFileSync('mkfifo', [path.join(folder, 'x.torrent')]);
	await watch.rescan();
	t.is(session.running.size, 0);
});

asUser('an unreadable file is reported once and runs as soon as it may be read', async (t) => {
	const { put, start, runningFiles } = await makeFixture(t);
	const file = await put('x.torrent', torrentBytes('x'));
	await chmod(file, 0);
	const watch = await start();
	await watch.rescan();
	t.deepEqual(outcomesOf(watch, 'x.torrent'), ['unreadable']);
	await chmod(file, 0o600);
	await watch.rescan();
	t.deepEqual(runningFiles(), ['x.torrent']);
	await chmod(file, 0);
	await watch.rescan();
	t.deepEqual(runningFiles(), ['x.torrent']);
	await chmod(file, 0o600);
	await watch.rescan();
	t.deepEqual(outcomesOf(watch, 'x.torrent'), ['unreadable', 'added', 'unreadable', 'updated']);
});

asUser('torrents in a folder that cannot be read any more go on', async (t) => {
	const { put, start, session, folder } = await makeFixture(t);
	await put('sub/x.torrent', torrentBytes('x'));
	const watch = await start();
	await chmod(path.join(folder, 'sub'), 0);
	t.teardown(() => chmod(path.join(folder, 'sub'), 0o700));
	await watch.rescan();
	t.is(session.running.size, 1);
	await chmod(path.join(folder, 'sub'), 0o700);
	await watch.rescan();
	t.deepEqual(session.take(), ['add x.torrent']);
	t.deepEqual(outcomesOf(watch, 'sub'), ['unreadable', 'folder']);
});

test('each recursion rule finds its own folders', async (t) => {
	const rules = { all: ['a', 'b', 'c', 'd'], classic: ['a', 'c'], none: [] } as const;
	for (const [recursive, expected] of Object.entries(rules)) {
		const { put, start, runningFiles } = await makeFixture(t);
		// Classic: x holds a torrent, so x/y is hidden; the root and z hold none themselves.
		await put('x/a.torrent', torrentBytes('a'));
		await put('x/y/b.torrent', torrentBytes('b'));
		await put('z/w/c.torrent', torrentBytes('c'));
		await put('z/w/v/u/d.torrent', torrentBytes('d'));
		await start({ recursive: recursive as keyof typeof rules });
		t.deepEqual(
			runningFiles(),
			expected.map((name) => `${name}.torrent`),
			recursive,
		);
	}
});

test('a linked folder outside the watched one is searched, once', async (t) => {
	const { put, start, runningFiles, folder } = await makeFixture(t);
	const outside = path.join(path.dirname(folder), 'outside');
	await mkdir(path.join(outside, 'in'), { recursive: true });
	await writeFile(path.join(outside, 'in/x.torrent'), torrentBytes('x'));
	await symlink('..', path.join(outside, 'in/back'));
	await symlink(outside, path.join(folder, 'first'));
	await symlink(path.join(outside, 'in'), path.join(folder, 'second'));
	await put('y.torrent', torrentBytes('y'));
	await start();
	t.deepEqual(runningFiles(), ['x.torrent', 'y.torrent']);
});

test('a thousand files at once are all added while the event loop keeps turning', async (t) => {
	const { put, start, session } = await makeFixture(t);
	const watch = await start();
	for (let i = 0; i < 1000; i++) await put(`${i}.torrent`, torrentBytes(`${i}`));
	let worstMs = 0;
	let last = performance.now();
	const timer = setInterval(() => {
		worstMs = Math.max(worstMs, performance.now() - last);
		last = performance.now();
	}, 5);
	await watch.rescan();
	clearInterval(timer);
	t.is(session.running.size, 1000);
	t.true(worstMs < 500, `the loop stood still for ${Math.round(worstMs)} ms`);
});
