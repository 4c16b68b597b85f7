import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { encodeBencode } from '../../../src/bencode/encode.js';
import { run } from '../../../src/cli/run.js';
import { buildMetainfo } from '../../../src/metainfo/build-metainfo.js';
import { parseMetainfo } from '../../../src/metainfo/parse-metainfo.js';
import { tempFolder } from '../../helpers/temp-folder.js';
import { sha1 } from '../../storage/sample-torrent.js';
import { dictionary, rawValues, torrentBytes } from '../../tools/edit-fixture.js';
import { fakeIo } from '../fake-io.js';

/** Every field there is, a folder with padding, and keys nobody knows. */
function fullTorrent(): Uint8Array {
	const built = buildMetainfo({
		name: 'album',
		pieceLengthBytes: 32_768,
		pieceHashes: new Uint8Array(60),
		files: [
			{ path: ['a.txt'], lengthBytes: 5000 },
			{ path: ['.pad', '1'], lengthBytes: 27_768, isPadding: true },
			{ path: ['sub', 'b.bin'], lengthBytes: 40_000, isExecutable: true },
			{ path: ['sub', 'deeper', 'c'], lengthBytes: 0 },
		],
		announce: 'http://t.example/a',
		tiers: [['http://t.example/a', 'http://u.example/a'], ['udp://v.example:1']],
		isPrivate: true,
		comment: 'one\ntwo',
		createdBy: 'maker 1',
		creationDateSeconds: 1_700_000_000,
		webSeeds: ['http://w.example/'],
		httpSeeds: ['http://h.example/s'],
		source: 'label',
	});
	const values = rawValues(built);
	values.set('nodes', encodeBencode([['n.example', 6881]]));
	values.set('x-odd', encodeBencode(1));
	values.set('encoding', encodeBencode('UTF-8'));
	return dictionary([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function folderWith(
	t: ExecutionContext,
	files: Readonly<Record<string, Uint8Array | string>>,
): Promise<string> {
	const folder = await tempFolder(t);
	for (const [name, bytes] of Object.entries(files))
		await writeFile(path.join(folder, name), bytes);
	return folder;
}

async function show(folder: string, ...argv: string[]) {
	const io = fakeIo(folder);
	const code = await run(['show', ...argv], {}, io);
	return { code, out: io.out(), err: io.err() };
}

test('everything the file says is shown, files as a tree', async (t) => {
	const bytes = fullTorrent();
	const { infohash } = parseMetainfo(bytes, sha1);
	const folder = await folderWith(t, { 'album.torrent': bytes });
	const { code, out } = await show(folder, 'album.torrent');
	t.is(code, 0);
	t.is(
		out,
		`album.torrent
  name          album
  infohash      ${infohash}
  size          72.8 kB (72768 bytes) in 3 files
  pieces        3 (2 * 32768 + 7232)
  private       yes
  source        label
  comment       one
                two
  created       2023-11-14T22:13:20Z
  created by    maker 1
  encoding      UTF-8
  trackers      tier 1    http://t.example/a
                          http://u.example/a
                tier 2    udp://v.example:1
  web seeds     http://w.example/
  HTTP seeds    http://h.example/s
  DHT nodes     n.example:6881
  other keys    x-odd
  magnet        magnet:?xt=urn:btih:${infohash}&dn=album&xl=72768&tr=http%3A%2F%2Ft.example%2Fa&tr=http%3A%2F%2Fu.example%2Fa&tr=udp%3A%2F%2Fv.example%3A1&ws=http%3A%2F%2Fw.example%2F
  files         album/
                ├── a.txt  5.0 kB
                └── sub/
                    ├── b.bin  40.0 kB
                    └── deeper/
                        └── c  0 B
`,
	);
});

test('--json is one object a line, a file each, and a failure is one too', async (t) => {
	const folder = await folderWith(t, { a: fullTorrent(), bad: 'x', b: torrentBytes() });
	const { code, err, out } = await show(folder, '--json', 'a', 'bad', 'b');
	t.is(code, 1);
	t.is(err, '');
	const [first, second, third] = out
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line) as Record<string, unknown>);
	t.like(first, {
		type: 'torrent',
		path: 'a',
		pieceCount: 3,
		fileCount: 3,
		comment: 'one\ntwo',
		isPrivate: true,
		created: '2023-11-14T22:13:20Z',
		nodes: ['n.example:6881'],
		otherKeys: ['x-odd'],
	});
	t.deepEqual((first?.['files'] as unknown[] | undefined)?.[2], {
		path: 'sub/b.bin',
		lengthBytes: 40_000,
		offsetBytes: 32_768,
		firstPiece: 1,
		lastPiece: 2,
		isExecutable: true,
	});
	t.like(second, { type: 'error', path: 'bad', code: 'METAINFO_MALFORMED' });
	t.like(third, { type: 'torrent', path: 'b', otherKeys: ['info.x-unknown'] });
});

const BANNER = 'btshowmetainfo 20030621 - decode BitTorrent metainfo files\n\n';

test('--classic prints what BitTornado printed of a single file, byte for byte', async (t) => {
	const tracker = 'http://127.0.0.1:6969/announce';
	const bytes = buildMetainfo({
		name: 'single.bin',
		lengthBytes: 300_000,
		pieceLengthBytes: 32_768,
		pieceHashes: new Uint8Array(200),
		tiers: [[tracker, 'http://127.0.0.1:6970/announce'], ['udp://127.0.0.1:1/']],
		httpSeeds: ['http://127.0.0.1/s', 'http://127.0.0.1/t'],
		comment: 'hello',
	});
	const folder = await folderWith(t, { 'single.bin.torrent': bytes });
	const { out } = await show(folder, '--classic', 'single.bin.torrent');
	t.is(
		out,
		`${BANNER}metainfo file.: single.bin.torrent
info hash.....: ${parseMetainfo(bytes, sha1).infohash}
file name.....: single.bin
file size.....: 300000 (9 * 32768 + 5088)
announce url..: http://127.0.0.1:6969/announce
announce-list.: http://127.0.0.1:6969/announce,http://127.0.0.1:6970/announce|udp://127.0.0.1:1/
http seeds....: http://127.0.0.1/s|http://127.0.0.1/t
comment.......: hello
`,
	);
});

test('--classic prints what BitTornado printed of a folder, and the banner once', async (t) => {
	const bytes = buildMetainfo({
		name: 'directory',
		files: [
			{ path: ['a.txt'], lengthBytes: 5000 },
			{ path: ['empty'], lengthBytes: 0 },
			{ path: ['sub', 'b.bin'], lengthBytes: 70_000 },
		],
		pieceLengthBytes: 32_768,
		pieceHashes: new Uint8Array(60),
		announce: 'http://127.0.0.1:6969/announce',
	});
	const folder = await folderWith(t, { 'dir1.torrent': bytes });
	const { out } = await show(
		folder,
		'--classic',
		'./dir1.torrent',
		path.join(folder, 'dir1.torrent'),
	);
	// A space stands behind "files.........:", as the original had it.
	const one = `metainfo file.: dir1.torrent
info hash.....: ${parseMetainfo(bytes, sha1).infohash}
directory name: directory
files.........:${' '}
   a.txt (5000)
   empty (0)
   sub/b.bin (70000)
archive size..: 75000 (2 * 32768 + 9464)
announce url..: http://127.0.0.1:6969/announce
`;
	t.is(out, BANNER + one + one);
});

test('a file without a tracker is shown too, in every form', async (t) => {
	const folder = await folderWith(t, { x: torrentBytes() });
	t.regex((await show(folder, 'x')).out, /trackers {6}none\n/);
	t.notRegex((await show(folder, '--classic', 'x')).out, /announce/);
});

test('a tracker outside the tiers is named, since clients do not use it', async (t) => {
	const bytes = torrentBytes({
		announce: encodeBencode('http://lost.example/'),
		'announce-list': encodeBencode([['http://used.example/']]),
	});
	const folder = await folderWith(t, { x: bytes });
	t.regex((await show(folder, 'x')).out, /main {6}http:\/\/lost\.example\/ \(not in the tiers/);
});

test('names that would steer the terminal are cleaned in every form', async (t) => {
	const evil = '\u001b]0;x\u0007\u202e';
	const bytes = buildMetainfo({
		name: `n${evil}`,
		files: [{ path: [`f${evil}`, 'g'], lengthBytes: 1 }],
		pieceLengthBytes: 16_384,
		pieceHashes: new Uint8Array(20),
		comment: `c${evil}\nd`,
		createdBy: evil,
		source: evil,
		announce: `http://x/${evil}`,
	});
	const folder = await folderWith(t, { x: bytes });
	for (const form of ['--no-headless', '--json', '--classic']) {
		const { code, out } = await show(folder, form, 'x');
		t.is(code, 0);
		t.notRegex(out, /(?!\n)\p{Cc}|\u202e/u);
	}
});
