import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import type { Infohash } from '../../src/primitives/infohash.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { hasCommand, hasPythonModule } from '../interop/installed.js';
import { sha1 } from '../storage/sample-torrent.js';
import { make, makeHashPool, optionsFor, writeFiles } from './make-fixture.js';

const execute = promisify(execFile);
/** The distribution's bindings are for the distribution's Python. */
const PYTHON = '/usr/bin/python3';
const PIECE_BYTES = 32 * 1024;

/** A folder whose order depends on how paths are compared, and a single file. */
async function payload(t: ExecutionContext): Promise<string> {
	const folder = await tempFolder(t);
	await writeFiles(folder, {
		'tree/a/x': 100_000,
		'tree/a-b': 5,
		'tree/a.c': 70_000,
		'tree/b/deep/er/file': 1,
		'tree/b/empty': 0,
		'tree/zß': 33_000,
		single: 250_000,
	});
	return folder;
}

async function infohashIn(file: string): Promise<Infohash> {
	return parseMetainfo(await readFile(file), sha1).infohash;
}

const mktorrentTest = hasCommand('mktorrent') ? test : test.skip;
const transmissionTest = hasCommand('transmission-create') ? test : test.skip;
const libtorrentTest = hasPythonModule(PYTHON, 'libtorrent') ? test : test.skip;

mktorrentTest('mktorrent makes the same infohash of the same input', async (t) => {
	const folder = await payload(t);
	const pool = makeHashPool(t);
	for (const [name, flags] of [
		['tree', []],
		['single', []],
		['tree', ['-p', '-s', 'label']],
	] as const) {
		const theirs = path.join(folder, `${name}-${flags.length}.torrent`);
		const args = ['-l', '15', '-a', 'http://t.example/a', ...flags, '-o', theirs, name];
		await execute('mktorrent', args, { cwd: folder });
		const isLabelled = flags.length > 0;
		const options = optionsFor(path.join(folder, name), {
			pieceLengthBytes: PIECE_BYTES,
			isPrivate: isLabelled,
			source: isLabelled ? 'label' : undefined,
		});
		t.is((await make(pool, options)).metainfo.infohash, await infohashIn(theirs), name);
	}
});

transmissionTest('transmission-create makes the same infohash of the same input', async (t) => {
	const folder = await payload(t);
	const pool = makeHashPool(t);
	for (const name of ['tree', 'single']) {
		const theirs = path.join(folder, `${name}.torrent`);
		// Without -p it writes "private: 0", which is another infohash for the same meaning.
		const args = ['-p', '-s', '32', '-t', 'http://t.example/a', '-o', theirs, name];
		await execute('transmission-create', args, { cwd: folder });
		const options = optionsFor(path.join(folder, name), {
			pieceLengthBytes: PIECE_BYTES,
			isPrivate: true,
			// It leaves out files without a byte.
			excludes: ['empty'],
		});
		t.is((await make(pool, options)).metainfo.infohash, await infohashIn(theirs), name);
	}
});

libtorrentTest(
	'libtorrent reads our torrents, padding included, with the same infohash',
	async (t) => {
		const folder = await payload(t);
		const pool = makeHashPool(t);
		for (const isAligned of [false, true]) {
			const options = optionsFor(path.join(folder, 'tree'), { isAligned, comment: 'ß' });
			const { bytes, metainfo } = await make(pool, options);
			const ours = path.join(folder, `ours-${isAligned}.torrent`);
			await writeFile(ours, bytes);
			const script = `
import sys, libtorrent as lt
info = lt.torrent_info(sys.argv[1])
files = info.files()
pads = [files.file_size(i) for i in range(files.num_files()) if files.file_flags(i) & lt.file_flags_t.flag_pad_file]
print(info.info_hash(), info.num_pieces(), info.total_size(), len(pads))`;
			const { stdout } = await execute(PYTHON, ['-c', script, ours]);
			const pads = metainfo.files.filter((file) => file.isPadding).length;
			const { infohash, pieceCount, totalBytes } = metainfo;
			t.is(stdout.trim(), `${infohash} ${pieceCount} ${totalBytes} ${pads}`);
		}
	},
);
