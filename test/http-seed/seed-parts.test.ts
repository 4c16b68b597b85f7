import test from 'ava';
import { httpSeedParts } from '../../src/http-seed/http-seed-parts.js';
import { webSeedFileUrl, webSeedParts } from '../../src/http-seed/web-seed-parts.js';

const file = (path: string, offsetBytes: number, lengthBytes: number, isPadding = false) => ({
	path: path.split('/'),
	offsetBytes,
	lengthBytes,
	isPadding,
	isExecutable: false,
});

const FOLDER = {
	name: 'my folder',
	isMultiFile: true,
	files: [
		file('a', 0, 10),
		file('.pad/6', 10, 6, true),
		file('none', 16, 0),
		file('b/100% #1?.x', 16, 100),
	],
};
const SINGLE = { name: 'one file', isMultiFile: false, files: [file('one file', 0, 100)] };

const url = test.macro({
	title: (_provided, base: string, expected: string) => `${base} leads to ${expected}`,
	exec(t, base: string, expected: string, isFolder: boolean) {
		t.is(webSeedFileUrl(base, isFolder ? FOLDER : SINGLE, isFolder ? 3 : 0), expected);
	},
});
test(url, 'http://x/dir/', 'http://x/dir/one%20file', false);
test(url, 'http://x/dir/other', 'http://x/dir/other', false);
test(url, 'http://x/get?file=1#top', 'http://x/get?file=1', false);
test(url, 'http://x/dir/', 'http://x/dir/my%20folder/b/100%25%20%231%3F.x', true);
test(url, 'http://x/dir', 'http://x/dir/my%20folder/b/100%25%20%231%3F.x', true);
test(url, 'http://x', 'http://x/my%20folder/b/100%25%20%231%3F.x', true);

test('a range of a folder is one request for each file, and zeros for padding', (t) => {
	const parts = webSeedParts('http://x/', FOLDER)(5, 31);
	t.deepEqual(
		parts.map((part) => [part.type, part.lengthBytes, part.type === 'file' ? part.fromBytes : 0]),
		[
			['file', 5, 5],
			['zeros', 6, 0],
			['file', 20, 0],
		],
	);
});

const INFOHASH = Uint8Array.from({ length: 20 }, (_, i) => i * 13);
const LAYOUT = { pieceCount: 3, pieceLengthBytes: 100, totalBytes: 250 };

test('an HTTP seed is asked for one piece at a time, with a range unless it is whole', (t) => {
	const parts = httpSeedParts('http://x/seed', INFOHASH, LAYOUT)(50, 200);
	const start =
		'http://x/seed?info_hash=%00%0d%1a%27%34%41%4e%5b%68%75%82%8f%9c%a9%b6%c3%d0%dd%ea%f7';
	t.deepEqual(
		parts.map((part) => [part.type === 'piece' ? part.url : '', part.lengthBytes]),
		[
			[`${start}&piece=0&ranges=50-99`, 50],
			[`${start}&piece=1`, 100],
			[`${start}&piece=2`, 50],
		],
	);
});

test('a URL that has a query keeps it', (t) => {
	const [part] = httpSeedParts('http://x/s.php?k=v', INFOHASH, LAYOUT)(0, 100);
	t.true(part?.type === 'piece' && part.url.startsWith('http://x/s.php?k=v&info_hash=%00%0d'));
});
