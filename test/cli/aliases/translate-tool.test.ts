import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { encodeBencode } from '../../../src/bencode/encode.js';
import { runAlias } from '../../../src/cli/aliases/run-alias.js';
import { type ToolName, translateTool } from '../../../src/cli/aliases/translate-tool.js';
import { parseMetainfo } from '../../../src/metainfo/parse-metainfo.js';
import { tempFolder } from '../../helpers/temp-folder.js';
import { sha1 } from '../../storage/sample-torrent.js';
import { rawValues, torrentBytes } from '../../tools/edit-fixture.js';
import { fakeIo } from '../fake-io.js';

const translates = test.macro({
	exec(t, name: ToolName, args: readonly string[], expected: readonly string[]) {
		t.deepEqual(translateTool(name, args).argv, expected);
	},
	title: (_given, name: ToolName, args: readonly string[]) => `${name} ${args.join(' ')}`,
});

test(
	translates,
	'btmakemetafile',
	['http://t/a', 'f', 'g'],
	['make', '--announce', 'http://t/a', '--', 'f', 'g'],
);
for (const option of ['--announce_list', '--announce-list'])
	for (const args of [
		[option, 'L', 'http://t/a', 'f'],
		['http://t/a', option, 'L', 'f'],
		['http://t/a', 'f', `${option}=L`],
	])
		test(translates, 'btmakemetafile', args, [
			'make',
			'--announce-list',
			'L',
			'--announce',
			'http://t/a',
			'--',
			'f',
		]);
test(
	translates,
	'btmakemetafile',
	[
		't',
		'f',
		'--piece_size_pow2',
		'18',
		'--httpseeds',
		'a|b',
		'--comment',
		'',
		'--target',
		'o.torrent',
	],
	[
		'make',
		'--piece-length',
		'262144',
		'--http-seed',
		'a|b',
		'--output',
		'o.torrent',
		'--announce',
		't',
		'--',
		'f',
	],
);
test(
	translates,
	'btmakemetafile',
	['t', 'f', '--piece_size_pow2', '0'],
	['make', '--piece-length', 'auto', '--announce', 't', '--', 'f'],
);
test(
	translates,
	'btcompletedir',
	['t', 'd', 'e', '--target', 'o'],
	['make-each', '--output', 'o', '--announce', 't', '--', 'd', 'e'],
);
test(translates, 'btshowmetainfo', ['a', 'b'], ['show', '--classic', '--', 'a', 'b']);
test(
	translates,
	'btreannounce',
	['-v', '-a', 'L', 'u', 'f'],
	['reannounce', '--classic', '--announce-list', 'L', '--', 'u', 'f'],
);
test(
	translates,
	'btreannounce',
	['u', 'f', '--dry_run'],
	['reannounce', '--classic', '--dry-run', '--', 'u', 'f'],
);
test(translates, 'btcopyannounce', ['s', 'f'], ['copy-announce', '--classic', '--', 's', 'f']);
test(
	translates,
	'btrename',
	['f', '-m', '--', '-x'],
	['rename', '--classic', '--match', '--', 'f', '-x'],
);
test(translates, 'btsethttpseeds', ['0', 'f'], ['http-seeds', '--classic', '--', '0', 'f']);

test('an option that means nothing any more is named in one warning', (t) => {
	const { argv, warning } = translateTool('btmakemetafile', [
		'--filesystem_encoding',
		'utf8',
		't',
		'f',
	]);
	t.deepEqual(argv, ['make', '--announce', 't', '--', 'f']);
	t.regex(warning ?? '', /ignored: --filesystem_encoding$/);
});

/** Runs an old program on one torrent; gives what it printed and what the file says then. */
async function runOn(
	t: Parameters<typeof tempFolder>[0],
	bytes: Uint8Array,
	name: ToolName,
	...args: string[]
) {
	const folder = await tempFolder(t);
	await writeFile(path.join(folder, 'my.torrent'), bytes);
	const io = fakeIo(folder);
	const code = await runAlias(name, args, {}, io);
	const written = await readFile(path.join(folder, 'my.torrent'));
	return { code, out: io.out(), err: io.err(), written, metainfo: parseMetainfo(written, sha1) };
}

const OLD_TRACKERS = {
	announce: encodeBencode('http://old.com/announce'),
	'announce-list': encodeBencode([['http://old.com/announce', 'http://b.com/'], ['udp://c.com:1']]),
};

test('the example of a seed with several trackers runs as it was written', async (t) => {
	const bytes = torrentBytes(OLD_TRACKERS);
	const list =
		'http://maintrk.com:6969/announce|http://bkup1.com:6969/announce|http://bkup2.com:6969/announce';
	const { code, metainfo, out, written } = await runOn(
		t,
		bytes,
		'btreannounce',
		'http://maintrk.com:6969/announce',
		'--announce-list',
		list,
		'my.torrent',
	);
	t.is(code, 0);
	t.deepEqual(
		metainfo.tiers,
		list.split('|').map((url) => [url]),
	);
	t.deepEqual(
		rawValues(written).get('announce'),
		encodeBencode('http://maintrk.com:6969/announce'),
	);
	t.deepEqual(rawValues(written).get('info'), rawValues(bytes).get('info'));
	t.is(
		out,
		'old announce for my.torrent: http://old.com/announce\n' +
			'old announce-list for my.torrent: http://old.com/announce,http://b.com/|udp://c.com:1\n',
	);
});

test('btcopyannounce prints the new and the old trackers', async (t) => {
	const args = ['my.torrent', 'my.torrent'];
	const { out } = await runOn(t, torrentBytes(OLD_TRACKERS), 'btcopyannounce', ...args);
	const list = 'http://old.com/announce,http://b.com/|udp://c.com:1';
	t.is(
		out,
		`new announce: http://old.com/announce\nnew announce-list: ${list}\n` +
			`old announce for my.torrent: http://old.com/announce\nold announce-list for my.torrent: ${list}\n`,
	);
});

test('btsethttpseeds prints the old seeds, and 0 strips them', async (t) => {
	const bytes = torrentBytes({ httpseeds: encodeBencode(['http://a.com/s', 'http://b.com/s']) });
	const stripped = await runOn(t, bytes, 'btsethttpseeds', '0', 'my.torrent');
	t.is(stripped.out, 'old http-seed list for my.torrent: http://a.com/s|http://b.com/s\n');
	t.deepEqual(stripped.metainfo.httpSeeds, []);
	const set = await runOn(t, torrentBytes(), 'btsethttpseeds', 'http://c.com/s', 'my.torrent');
	t.is(set.out, '');
	t.deepEqual(set.metainfo.httpSeeds, ['http://c.com/s']);
});

test('btrename prints its old words, and a warning about the infohash beside them', async (t) => {
	const { err, metainfo, out } = await runOn(t, torrentBytes(), 'btrename', 'my.torrent', 'new');
	t.is(metainfo.name, 'new');
	t.is(
		out,
		'btrename 20021119 - change the suggested filename in a .torrent file\n\n' +
			'old filename: data\nnew filename: new\n\ndone.\n\n',
	);
	t.regex(
		err,
		/^btmany: Note: the infohash has changed: \w{40} → \w{40}\nbtmany: Note: this is another/,
	);
});
