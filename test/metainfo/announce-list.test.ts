import test from 'ava';
import { isBencodeDict } from '../../src/bencode/bencode-value.js';
import { decodeBencode } from '../../src/bencode/decode.js';
import { type BencodeEncodable, encodeBencode } from '../../src/bencode/encode.js';
import { mergeTiers, parseTiers } from '../../src/metainfo/announce-list.js';
import { parseWebSeeds } from '../../src/metainfo/web-seeds.js';

type Fields = { readonly [key: string]: BencodeEncodable };

function decoded(fields: Fields): ReadonlyMap<string, never> {
	const value = decodeBencode(encodeBencode(fields));
	if (!isBencodeDict(value)) throw new TypeError('not a dictionary');
	return value as ReadonlyMap<string, never>;
}

const givesTiers = test.macro((t, fields: Fields, expected: string[][]) => {
	t.deepEqual(parseTiers(decoded(fields)), expected);
});

test('no tracker gives no tier', givesTiers, {}, []);
test('announce alone is one tier', givesTiers, { announce: 'http://a/announce' }, [
	['http://a/announce'],
]);
test(
	'announce-list wins over announce',
	givesTiers,
	{ announce: 'http://a/', 'announce-list': [['http://b/', 'udp://c:1'], ['https://d/']] },
	[['http://b/', 'udp://c:1'], ['https://d/']],
);
test(
	'an empty announce-list falls back to announce',
	givesTiers,
	{ announce: 'http://a/', 'announce-list': [] },
	[['http://a/']],
);
test(
	'an announce-list of empty tiers and words falls back to announce',
	givesTiers,
	{ announce: 'http://a/', 'announce-list': [[], [''], ['words'], 7, [3]] },
	[['http://a/']],
);
test('blanks around a URL are removed', givesTiers, { announce: '\t udp://a:1/announce \n' }, [
	['udp://a:1/announce'],
]);
test(
	'other schemes are left out, the rest stays',
	givesTiers,
	{
		'announce-list': [['wss://a', 'http://b/'], ['ftp://c'], ['file:///etc/passwd'], ['udp://d:1']],
	},
	[['http://b/'], ['udp://d:1']],
);
test(
	'a URL that is known is left out, also in another tier and another spelling',
	givesTiers,
	{ 'announce-list': [['http://a/x', 'http://a/x'], ['HTTP://A:80/x'], ['http://a/X']] },
	[['http://a/x'], ['http://a/X']],
);
test(
	'a URL in place of a tier is a tier',
	givesTiers,
	{ 'announce-list': ['http://a/', ['http://b/']] },
	[['http://a/'], ['http://b/']],
);
test('a URL with a blank inside is left out', givesTiers, { announce: 'http://a/x y' }, []);
test(
	'a URL of 5,000 characters is left out',
	givesTiers,
	{ announce: `http://a/${'x'.repeat(5000)}` },
	[],
);
test('a URL without a host is left out', givesTiers, { announce: 'udp:' }, []);
test('the spelling of a URL is kept', givesTiers, { announce: 'http://A.example:80' }, [
	['http://A.example:80'],
]);

test('merging appends the tiers of the second file without what is known', (t) => {
	t.deepEqual(
		mergeTiers(
			[['http://a/', 'http://b/'], ['http://c/']],
			[['http://b/', 'http://d/'], ['http://a/'], ['http://e/']],
		),
		[['http://a/', 'http://b/'], ['http://c/'], ['http://d/'], ['http://e/']],
	);
});

test('merging changes neither list', (t) => {
	const base = [['http://a/']];
	const extra = [['http://b/']];
	mergeTiers(base, extra).at(0)?.push('http://c/');
	t.deepEqual([base, extra], [[['http://a/']], [['http://b/']]]);
});

test('merging the same trackers again changes nothing', (t) => {
	const tiers = [['http://a/', 'udp://b:1'], ['http://c/']];
	t.deepEqual(mergeTiers(tiers, tiers), tiers);
});

const givesWebSeeds = test.macro((t, value: BencodeEncodable, expected: string[]) => {
	t.deepEqual(parseWebSeeds(decoded({ 'url-list': value }), 'url-list'), expected);
});
test('one web seed may be a string', givesWebSeeds, 'http://a/f', ['http://a/f']);
test('an empty string is no web seed', givesWebSeeds, '', []);
test(
	'repeated and unusable web seeds are left out',
	givesWebSeeds,
	['http://a/', 'http://a', 'ftp://b/', 'words', 5, ' https://c/ '],
	['http://a/', 'https://c/'],
);
test('blanks in a web seed are percent-encoded', givesWebSeeds, 'http://a/b c/', [
	'http://a/b%20c/',
]);
