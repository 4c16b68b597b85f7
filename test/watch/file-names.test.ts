import test from 'ava';
import fc from 'fast-check';
import { decodeName, judgeName, type NameVerdict, quotePath } from '../../src/watch/file-names.js';

const judged = test.macro<[readonly string[], NameVerdict['type']]>({
	exec(t, names, expected) {
		for (const name of names) t.is(judgeName(name).type, expected, name);
	},
	title: (given) => given ?? '',
});

test(
	'torrents are known by their extension in any case',
	judged,
	['a.torrent', 'A.TORRENT', 'movie.part.torrent', 'ü.Torrent', 'a b.torrent'],
	'torrent',
);
test(
	'unfinished, hidden and backup copies of torrents are ignored',
	judged,
	[
		'a.torrent.part',
		'a.torrent.crdownload',
		'.syncthing.a.torrent.tmp',
		'~syncthing~a.torrent.tmp',
		'.a.torrent.Xa81Zq',
		'.a.torrent',
		'a.torrent~',
		'~a.torrent',
	],
	'ignored',
);
test(
	'other files are nobody’s business',
	judged,
	['a.txt', 'torrent', 'a.torrents', 'a.part', 'a.torrent.zip', '.bashrc'],
	'other',
);

test('any bytes become text, names that are UTF-8 unchanged and others without loss', (t) => {
	fc.assert(
		fc.property(fc.string({ unit: 'grapheme' }), (name) => {
			t.deepEqual(decodeName(Buffer.from(name)), { text: name, isExact: true });
		}),
	);
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
			const { text, isExact } = decodeName(bytes);
			if (!isExact) t.false(text.includes('\ufffd') && !Buffer.from(bytes).includes('\ufffd'));
			t.is(isExact, Buffer.from(text).equals(Buffer.from(bytes)));
		}),
	);
	t.is(decodeName(Buffer.from([0x63, 0xe9, 0xc3, 0xa9])).text, 'c%E9é');
});

test('a name in a message cannot act on the terminal', (t) => {
	t.is(quotePath('a\u001b[2Jb\n\u202ec\u009b'), '"a\ufffd[2Jb\ufffd\ufffdc\ufffd"');
});
