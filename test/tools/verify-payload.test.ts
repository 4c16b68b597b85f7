import { appendFile, mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { HashPool } from '../../src/storage/hash-pool.js';
import { ToolsError } from '../../src/tools/tools-error.js';
import { verifyPayload } from '../../src/tools/verify-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { make, makeHashPool, optionsFor, refusesTool, writeFiles } from './make-fixture.js';

const PIECE_BYTES = 16_384;

/** Pieces: 0 has `a` and `b`, 1 to 3 are of `b` alone, 4 has `b` and `c/d`, 5 is of `c/d`. */
async function album(t: ExecutionContext) {
	const folder = await tempFolder(t);
	const root = path.join(folder, 'album');
	await writeFiles(root, { a: 5000, b: 70_000, 'c/d': 20_000, empty: 0 });
	const pool = makeHashPool(t);
	const { metainfo } = await make(pool, optionsFor(root, { pieceLengthBytes: PIECE_BYTES }));
	const verify = (givenPath?: string, ownPool: HashPool = pool) =>
		verifyPayload(metainfo, path.join(folder, 'album.torrent'), givenPath, {
			pool: ownPool,
			signal: new AbortController().signal,
		});
	const states = async (ownPool?: HashPool) =>
		Object.fromEntries((await verify(root, ownPool)).files.map((each) => [each.path, each.state]));
	return { folder, root, metainfo, verify, states };
}

const OK = { a: 'ok', b: 'ok', 'c/d': 'ok', empty: 'ok' };

test('whole data is complete, found beside the torrent, as the folder, or in a folder', async (t) => {
	const { folder, root, verify } = await album(t);
	for (const place of [undefined, root, folder]) {
		const verdict = await verify(place);
		t.true(verdict.isComplete, place);
		t.is(verdict.payloadPath, root);
		t.is(verdict.goodPieces, 6);
		t.is(verdict.goodBytes, 95_000);
		t.deepEqual(verdict.extraFiles, []);
	}
});

test('a wrong byte damages its file, and only its piece is bad', async (t) => {
	const { root, states, verify } = await album(t);
	const bytes = Buffer.alloc(70_000);
	await writeFile(path.join(root, 'b'), bytes);
	const verdict = await verify();
	t.false(verdict.isComplete);
	t.deepEqual(verdict.missingPieces, []);
	t.deepEqual(verdict.badPieces, [0, 1, 2, 3, 4]);
	t.deepEqual(await states(), { ...OK, a: 'damaged', b: 'damaged', 'c/d': 'damaged' });
});

test('a missing file makes its pieces missing and its neighbours unproven, not damaged', async (t) => {
	const { root, states, verify } = await album(t);
	await rm(path.join(root, 'a'));
	await rm(path.join(root, 'empty'));
	t.deepEqual(await states(), { ...OK, a: 'missing', b: 'unproven', empty: 'missing' });
	const verdict = await verify();
	t.deepEqual([verdict.badPieces, verdict.missingPieces], [[], [0]]);
});

test('files of another length are told apart', async (t) => {
	const { root, states, verify } = await album(t);
	await truncate(path.join(root, 'c/d'), 19_999);
	t.deepEqual(await states(), { ...OK, 'c/d': 'short' });
	t.deepEqual((await verify()).missingPieces, [5]);
	await appendFile(path.join(root, 'a'), 'more');
	t.deepEqual(await states(), { ...OK, a: 'long', 'c/d': 'short' });
	t.deepEqual((await verify()).missingPieces, [5]);
});

test('something else at the place of a file is told, and a link to the data is followed', async (t) => {
	const { folder, root, states } = await album(t);
	await rename(path.join(root, 'b'), path.join(folder, 'elsewhere'));
	await symlink(path.join(folder, 'elsewhere'), path.join(root, 'b'));
	t.deepEqual(await states(), OK);
	await rm(path.join(root, 'b'));
	await mkdir(path.join(root, 'b'));
	t.deepEqual(await states(), { ...OK, a: 'unproven', b: 'not-a-file', 'c/d': 'unproven' });
});

test('files that the torrent does not have are listed and spoil nothing', async (t) => {
	const { root, verify } = await album(t);
	await writeFiles(root, { 'c/more': 1, '.hidden': 1, '.pad/123': 1 });
	const verdict = await verify();
	t.true(verdict.isComplete);
	t.deepEqual(verdict.extraFiles, ['.hidden', 'c/more']);
});

test('a folder inside the payload that has its name is not taken for it', async (t) => {
	const { root, verify } = await album(t);
	await writeFiles(root, { 'album/a': 5 });
	t.is((await verify(root)).payloadPath, root);
});

test('a file that cannot be read is told, and the rest is still compared', async (t) => {
	const { states } = await album(t);
	const workerEntry = new URL('../storage/faulty-disk-worker.js', import.meta.url);
	// With one thread the first file opened is the first of the torrent.
	workerEntry.search = 'op=open&code=EACCES&times=1';
	const pool = makeHashPool(t, { threads: 1, workerEntry });
	t.deepEqual(await states(pool), { ...OK, a: 'unreadable', b: 'unproven' });
});

test('a single file is found beside the torrent, by its path, or in a folder', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { data: 40_000 });
	const pool = makeHashPool(t);
	const { metainfo } = await make(pool, optionsFor(path.join(folder, 'data')));
	const { signal } = new AbortController();
	const torrentPath = path.join(folder, 'x.torrent');
	const verify = (place?: string) => verifyPayload(metainfo, torrentPath, place, { pool, signal });
	for (const place of [undefined, folder, path.join(folder, 'data')])
		t.true((await verify(place)).isComplete, place);
	await rename(path.join(folder, 'data'), path.join(folder, 'renamed'));
	t.true((await verify(path.join(folder, 'renamed'))).isComplete);
	await refusesTool(t, verify(), 'TOOLS_NOT_FOUND');
});

test('progress counts every byte once, and a stop ends the comparison', async (t) => {
	const { folder, metainfo } = await album(t);
	const pool = makeHashPool(t);
	const seen: number[] = [];
	const { signal } = new AbortController();
	const onBytes = (bytes: number): unknown => seen.push(bytes);
	await verifyPayload(metainfo, folder, path.join(folder, 'album'), { pool, signal, onBytes });
	t.is(seen.at(-1), 95_000);
	t.is(seen.length, 6);
	const stopping = new AbortController();
	const stopped = verifyPayload(metainfo, folder, path.join(folder, 'album'), {
		pool,
		signal: stopping.signal,
		onBytes: () => stopping.abort(),
	});
	const error = await t.throwsAsync(stopped, { instanceOf: ToolsError });
	t.is(error.code, 'TOOLS_ABORTED');
});
