/** Damaged files: cut at every byte, each bit flipped, fields grown beyond reason. */
import test from 'ava';
import { scanBencode } from '../../src/bencode/scan.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { concatBytes, utf8 } from '../../src/primitives/bytes.js';
import { folderInfo, load, SAMPLE_TORRENTS, sha1, singleInfo } from './sample-torrents.js';
import { flawAfterFlips, judge } from './soundness.js';

// Hundreds of thousands of errors are made here, and nobody reads their stacks.
Error.stackTraceLimit = 0;

for (const [what, bytes] of SAMPLE_TORRENTS) {
	test(`${what}, cut at any byte, is refused with one line`, (t) => {
		t.is(judge(bytes).flaw, undefined);
		for (let length = 0; length < bytes.byteLength; length++) {
			const outcome = judge(bytes.subarray(0, length));
			t.is(outcome.flaw, undefined, `cut at ${length}`);
			t.is(outcome.metainfo, undefined, `cut at ${length}`);
		}
	});

	test(`${what}, with one bit flipped anywhere, is refused or changes its infohash`, (t) => {
		const info = scanBencode(bytes).topLevel.get('info') ?? { start: 0, end: 0 };
		const { infohash } = parseMetainfo(bytes, sha1);
		for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
			t.is(flawAfterFlips(bytes, [bit], info, infohash), undefined, `bit ${bit}`);
		}
	});
}

test('100,000 lists inside each other are refused', (t) => {
	const bytes = concatBytes([
		utf8('d4:info'),
		utf8('l'.repeat(100_000)),
		utf8('e'.repeat(100_001)),
	]);
	t.throws(() => parseMetainfo(bytes, sha1), {
		code: 'METAINFO_MALFORMED',
		message: /^info\[0\].*: nested more than 100 deep$/,
	});
});

test('50,000 dictionaries inside each other are refused', (t) => {
	t.throws(() => parseMetainfo(utf8('d4:info'.repeat(50_000)), sha1), {
		code: 'METAINFO_MALFORMED',
		message: /^info\.info.*: nested more than 100 deep$/,
	});
});

test('an integer of 100 kB is refused by its field', (t) => {
	const bytes = utf8(`d4:infod6:lengthi${'9'.repeat(100_000)}eee`);
	t.throws(() => parseMetainfo(bytes, sha1), {
		code: 'METAINFO_MALFORMED',
		message: 'info.length: an integer of more than 19 digits',
	});
});

test('a negative string length in a list of paths is refused by its field', (t) => {
	t.throws(() => parseMetainfo(utf8('d4:infod5:filesld4:pathl1:a-2:xeeeee'), sha1), {
		code: 'METAINFO_MALFORMED',
		message: 'info.files[0].path[1]: byte 27 (0x2d) starts no value',
	});
});

test('pieces of 4 GB that are not there are refused without being reserved', (t) => {
	const before = process.memoryUsage().arrayBuffers;
	t.throws(() => parseMetainfo(utf8('d4:infod6:pieces4294967280:'), sha1), {
		code: 'METAINFO_MALFORMED',
		message: /^info\.pieces: a string of 4294967280 bytes/,
	});
	t.true(process.memoryUsage().arrayBuffers - before < 10_000_000);
});

test('a million files are refused by a limit', (t) => {
	const files = utf8('d6:lengthi1e4:pathl1:aee'.repeat(1_000_000));
	const bytes = concatBytes([utf8('d4:infod5:filesl'), files, utf8('eee')]);
	t.throws(() => parseMetainfo(bytes, sha1), {
		code: 'METAINFO_MALFORMED',
		message: /^info\.files\[\d+\].*: more than 1000000 values$/,
	});
});

test('20,000 files of the same name load at once, each with a name of its own', (t) => {
	const { files } = load(folderInfo(Array.from({ length: 20_000 }, () => ({ path: ['a', 'b'] }))));
	t.is(new Set(files.map((file) => file.path.join('/'))).size, 20_000);
});

test('100,000 trackers load as the first thousand', (t) => {
	const tier = Array.from({ length: 100_000 }, (_, index) => `http://tracker/${index}`);
	const { tiers } = load(singleInfo(), { 'announce-list': [tier, ...tier.map((url) => [url])] });
	t.is(tiers.flat().length, 1000);
});

test('100,000 web seeds load as the first thousand', (t) => {
	const urls = Array.from({ length: 100_000 }, (_, index) => `http://seed/${index}`);
	t.is(load(singleInfo(), { 'url-list': urls }).webSeeds.length, 1000);
});
