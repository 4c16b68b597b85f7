import { appendFile, chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { planAnnounce } from '../../src/tools/announce-plan.js';
import { makeTorrent } from '../../src/tools/make-torrent.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { makePool, sha1 } from '../storage/sample-torrent.js';
import { make, makeHashPool, optionsFor, refusesTool, writeFiles } from './make-fixture.js';

const KIB = 1024;

test('a folder becomes a torrent whose data passes the check of a download', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(path.join(folder, 'data'), { 'b/two': 70_000, a: 100_000, 'b/empty': 0, z: 1 });
	const inputPath = path.join(folder, 'data');
	const { metainfo } = await make(makeHashPool(t), optionsFor(inputPath));
	t.deepEqual(
		metainfo.files.map((file) => file.path.join('/')),
		['a', 'b/empty', 'b/two', 'z'],
	);
	const files = metainfo.files.map((file) => ({
		...file,
		path: path.join(inputPath, ...file.path),
	}));
	const storage = makePool(t).open({ ...metainfo, files, root: folder, preallocate: 'sparse' });
	const { signal } = new AbortController();
	t.true((await storage.verify({ signal })).isFull);
});

test('the same input and options give the same bytes, whatever the number of threads', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { 'x/a': 300_000, 'x/b': 5_000_000, 'x/c': 77 });
	const options = optionsFor(path.join(folder, 'x'), { comment: 'again' });
	const one = await make(makeHashPool(t, { threads: 1 }), options);
	const three = await make(makeHashPool(t, { threads: 3 }), options);
	t.deepEqual(three.bytes, one.bytes);
});

test('files are sorted by the bytes of their whole path', async (t) => {
	const folder = await tempFolder(t);
	const names = ['a/x', 'a-b', 'a.c', 'B', 'é', 'z', '\u{1f600}', '\uff01'];
	await writeFiles(path.join(folder, 'd'), Object.fromEntries(names.map((name) => [name, 1])));
	const { metainfo } = await make(makeHashPool(t), optionsFor(path.join(folder, 'd')));
	t.deepEqual(
		metainfo.files.map((file) => file.path.join('/')),
		['B', 'a-b', 'a.c', 'a/x', 'z', 'é', '\uff01', '\u{1f600}'],
	);
});

test('every field that was asked for is in the file', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { one: 50_000 });
	const { bytes } = await make(
		makeHashPool(t),
		optionsFor(path.join(folder, 'one'), {
			trackers: planAnnounce('http://m.example/announce', 'udp://b.example:1|http://c.example/a'),
			pieceLengthBytes: 32 * KIB,
			isPrivate: true,
			source: 'here',
			comment: 'Words',
			createdBy: 'Somebody',
			creationDateSeconds: 1234,
			webSeeds: ['http://w.example/one'],
			httpSeeds: ['http://w.example/seed.php'],
		}),
	);
	const metainfo = parseMetainfo(bytes, sha1);
	t.like(metainfo, {
		name: 'one',
		isMultiFile: false,
		pieceCount: 2,
		isPrivate: true,
		source: 'here',
		comment: 'Words',
		createdBy: 'Somebody',
		creationDateSeconds: 1234,
		webSeeds: ['http://w.example/one'],
		httpSeeds: ['http://w.example/seed.php'],
	});
	t.deepEqual(metainfo.tiers, [
		['http://m.example/announce'],
		['udp://b.example:1'],
		['http://c.example/a'],
	]);
});

test('with padding every file starts at a piece and the padding hashes as zeros', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(path.join(folder, 'd'), { a: 20_000, b: 0, c: 16_384, e: 5 });
	const options = optionsFor(path.join(folder, 'd'), { isAligned: true });
	const { metainfo } = await make(makeHashPool(t), options);
	const data = metainfo.files.filter((file) => !file.isPadding);
	t.deepEqual(
		data.filter((file) => file.lengthBytes > 0).map((file) => file.offsetBytes % (16 * KIB)),
		[0, 0, 0],
	);
	t.is(metainfo.totalBytes, 32 * KIB + 16 * KIB + 5);
	const [pad] = metainfo.files.filter((file) => file.isPadding);
	t.deepEqual(pad?.path, ['.pad', String(32 * KIB - 20_000)]);
});

test('what matches a pattern is left out, folders whole', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(path.join(folder, 'd'), {
		'a.tmp': 1,
		'keep/b.tmp': 1,
		'keep/c': 1,
		'cache/x/y': 1,
		'keep/cache.txt': 1,
	});
	const options = optionsFor(path.join(folder, 'd'), { excludes: ['*.tmp', 'cache'] });
	const { metainfo } = await make(makeHashPool(t), options);
	t.deepEqual(
		metainfo.files.map((file) => file.path.join('/')),
		['keep/c', 'keep/cache.txt'],
	);
});

test('symbolic links are left out with a note, or followed without going round in circles', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { 'd/a': 10, 'elsewhere/b': 20 });
	await symlink('../elsewhere', path.join(folder, 'd', 'folder-link'));
	await symlink('../elsewhere/b', path.join(folder, 'd', 'file-link'));
	await symlink('.', path.join(folder, 'd', 'round'));
	const pool = makeHashPool(t);
	const plain = await make(pool, optionsFor(path.join(folder, 'd')));
	t.is(plain.metainfo.files.length, 1);
	t.regex(plain.notes.join(), /^3 symbolic links were left out/);
	const followed = await make(pool, optionsFor(path.join(folder, 'd'), { followLinks: true }));
	t.deepEqual(
		followed.metainfo.files.map((file) => file.path.join('/')),
		['a', 'file-link', 'folder-link/b'],
	);
	t.regex(followed.notes.join(), /1 folders that lead back/);
});

test('an input without a byte, one that is not there and a name that is no text are refused', async (t) => {
	const folder = await tempFolder(t);
	const pool = makeHashPool(t);
	await mkdir(path.join(folder, 'empty'));
	await refusesTool(t, make(pool, optionsFor(path.join(folder, 'empty'))), 'TOOLS_EMPTY');
	await refusesTool(t, make(pool, optionsFor(path.join(folder, 'gone'))), 'TOOLS_NOT_FOUND');
	await mkdir(path.join(folder, 'odd'));
	const name = Buffer.concat([Buffer.from(`${folder}/odd/`), Buffer.of(0xff, 0xfe)]);
	await writeFile(name, 'x');
	await refusesTool(t, make(pool, optionsFor(path.join(folder, 'odd'))), 'TOOLS_BAD_NAME');
});

const isRoot = process.getuid?.() === 0;

(isRoot ? test.skip : test)('a file that may not be read stops with its path', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { 'd/a': 10, 'd/secret': 10 });
	const secret = path.join(folder, 'd', 'secret');
	await chmod(secret, 0);
	const making = make(makeHashPool(t), optionsFor(path.join(folder, 'd')));
	const error = await refusesTool(t, making, 'TOOLS_UNREADABLE');
	t.is(error.path, secret);
});

test('a device that fails while it is read stops with the path', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { 'd/a': 10 });
	const query = new URLSearchParams({ op: 'readv', code: 'EIO' }).toString();
	const workerEntry = new URL(`../storage/faulty-disk-worker.js?${query}`, import.meta.url);
	const making = make(makeHashPool(t, { workerEntry }), optionsFor(path.join(folder, 'd')));
	const error = await refusesTool(t, making, 'TOOLS_UNREADABLE');
	t.is(error.path, path.join(folder, 'd', 'a'));
});

test('a file that grows or shrinks while it is hashed is found out', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { 'd/a': 40_000, 'd/b': 9_000_000 });
	const growing = path.join(folder, 'd', 'a');
	let appended: Promise<void> | undefined;
	const making = make(makeHashPool(t), optionsFor(path.join(folder, 'd')), () => {
		appended ??= appendFile(growing, 'more');
	});
	const error = await refusesTool(t, making, 'TOOLS_CHANGED');
	await appended;
	t.is(error.path, growing);
});

test('progress goes up to the last byte', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { data: 50_000_000 });
	const seen: number[] = [];
	await make(makeHashPool(t), optionsFor(path.join(folder, 'data')), ({ hashedBytes }) => {
		seen.push(hashedBytes);
	});
	t.is(seen[0], 0);
	t.is(seen.at(-1), 50_000_000);
	t.deepEqual(
		seen,
		seen.toSorted((a, b) => a - b),
	);
});

test('making stops when it is told to', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { data: 60_000_000 });
	const aborting = new AbortController();
	const making = makeTorrent(optionsFor(path.join(folder, 'data')), {
		pool: makeHashPool(t),
		signal: aborting.signal,
		onProgress: () => aborting.abort(),
	});
	await refusesTool(t, making, 'TOOLS_ABORTED');
});

test('a file whose name nobody can use is called by the infohash of the finished torrent', async (t) => {
	const folder = await tempFolder(t);
	const invisible = path.join(folder, '\u200b');
	await writeFiles(folder, { '\u200b': 20_000 });
	const { bytes, metainfo } = await make(makeHashPool(t), optionsFor(invisible));
	t.deepEqual(metainfo, parseMetainfo(bytes, sha1));
	t.is(metainfo.name, metainfo.infohash);
});

test('more pieces than are ever loaded are refused before memory is reserved for their hashes', async (t) => {
	const file = path.join(await tempFolder(t), 'sparse');
	await writeFile(file, '');
	await truncate(file, 2 ** 42);
	const making = make(makeHashPool(t), optionsFor(file, { pieceLengthBytes: 16_384 }));
	const error = await refusesTool(t, making, 'TOOLS_TOO_LARGE');
	t.regex(error.message, /268435456 pieces/);
});
