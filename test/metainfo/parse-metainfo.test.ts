import test from 'ava';
import { encodeBencode } from '../../src/bencode/encode.js';
import { scanBencode } from '../../src/bencode/scan.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { concatBytes, toHex, utf8 } from '../../src/primitives/bytes.js';
import {
	type FileFields,
	folderInfo,
	hashes,
	load,
	sha1,
	singleInfo,
	torrentBytes,
} from './sample-torrents.js';

test('a single file is loaded', (t) => {
	const bytes = torrentBytes(singleInfo());
	const metainfo = parseMetainfo(bytes, sha1);
	t.like(metainfo, {
		name: 'file.bin',
		isMultiFile: false,
		pieceLengthBytes: 16_384,
		pieceCount: 3,
		totalBytes: 40_000,
		isPrivate: false,
		comment: undefined,
		creationDateSeconds: undefined,
	});
	t.deepEqual(metainfo.files, [
		{
			path: ['file.bin'],
			lengthBytes: 40_000,
			offsetBytes: 0,
			isPadding: false,
			isExecutable: false,
		},
	]);
	t.deepEqual(metainfo.pieceHashes, hashes(3));
	t.deepEqual(metainfo.tiers, []);
	t.is(String(metainfo.infohash), toHex(sha1(encodeBencode(singleInfo()))));
});

test('a folder is loaded with its files in payload order', (t) => {
	const metainfo = load(
		folderInfo([
			{ path: ['b.txt'], length: 3 },
			{ path: ['sub', 'empty'], length: 0 },
			{ path: ['a.txt'], length: 4 },
		]),
	);
	t.true(metainfo.isMultiFile);
	t.is(metainfo.name, 'folder');
	t.is(metainfo.totalBytes, 7);
	t.deepEqual(
		metainfo.files.map(({ path, lengthBytes, offsetBytes }) => [
			path.join('/'),
			lengthBytes,
			offsetBytes,
		]),
		[
			['b.txt', 3, 0],
			['sub/empty', 0, 3],
			['a.txt', 4, 3],
		],
	);
});

test('a folder of one file stays a folder', (t) => {
	const metainfo = load(folderInfo([{ path: ['only'] }]));
	t.true(metainfo.isMultiFile);
	t.deepEqual(metainfo.files[0]?.path, ['only']);
});

test('optional fields are read', (t) => {
	const metainfo = load(singleInfo({ private: 1, source: 'S' }), {
		comment: 'a comment',
		'created by': 'a program',
		'creation date': 1_700_000_000,
	});
	t.like(metainfo, {
		isPrivate: true,
		source: 'S',
		comment: 'a comment',
		createdBy: 'a program',
		creationDateSeconds: 1_700_000_000,
	});
});

test('private: 0 is not private', (t) => {
	t.false(load(singleInfo({ private: 0 })).isPrivate);
});

test('optional fields of the wrong type do not spoil the rest', (t) => {
	const metainfo = load(singleInfo({ private: 'yes', source: 3, attr: 4, 'name.utf-8': 5 }), {
		announce: 1,
		'announce-list': 2,
		comment: [],
		'created by': {},
		'creation date': '29.02.2016',
		'url-list': 7,
		httpseeds: { a: 1 },
	});
	t.like(metainfo, {
		name: 'file.bin',
		isPrivate: false,
		creationDateSeconds: undefined,
		comment: undefined,
	});
	t.deepEqual([metainfo.tiers, metainfo.webSeeds, metainfo.httpSeeds], [[], [], []]);
});

test('a long comment is cut', (t) => {
	t.is(load(singleInfo(), { comment: 'c'.repeat(1_000_000) }).comment?.length, 16_384);
});

test('the infohash is that of the raw info bytes, also when keys are unsorted', (t) => {
	const info = concatBytes([
		utf8('d12:piece lengthi16384e4:name1:a6:pieces20:'),
		hashes(1),
		utf8('6:lengthi5ee'),
	]);
	const bytes = concatBytes([utf8('d7:comment1:c4:info'), info, utf8('1:zi1ee')]);
	t.false(scanBencode(bytes).isSorted);
	t.is(String(parseMetainfo(bytes, sha1).infohash), toHex(sha1(info)));
});

test('unknown keys of the info dictionary are part of the infohash', (t) => {
	t.not(load(singleInfo()).infohash, load(singleInfo({ unknown: 1 })).infohash);
});

test('what stands around the info dictionary does not change the infohash', (t) => {
	t.is(load(singleInfo()).infohash, load(singleInfo(), { comment: 'c', zzz: [1] }).infohash);
});

test('line breaks after the end are ignored', (t) => {
	const bytes = torrentBytes(singleInfo());
	const { infohash } = parseMetainfo(bytes, sha1);
	t.is(parseMetainfo(concatBytes([bytes, utf8('\r\n')]), sha1).infohash, infohash);
});

test('the legacy UTF-8 names win over the plain ones', (t) => {
	const metainfo = load(
		folderInfo([{ path: [Uint8Array.of(0xc4, 0xe3)], 'path.utf-8': ['你'] }], {
			name: Uint8Array.of(0xba, 0xc3),
			'name.utf-8': '好',
		}),
	);
	t.is(metainfo.name, '好');
	t.deepEqual(metainfo.files[0]?.path, ['你']);
});

test('unusable legacy names leave the plain ones in force', (t) => {
	for (const utf8Path of [[], [1], 'text']) {
		const metainfo = load(folderInfo([{ path: ['plain'], 'path.utf-8': utf8Path }]));
		t.deepEqual(metainfo.files[0]?.path, ['plain']);
	}
});

test('a name of which nothing can be used becomes the infohash', (t) => {
	for (const name of ['', '..', '.', '//', '\u200b/']) {
		const metainfo = load(singleInfo({ name }));
		t.is(metainfo.name, metainfo.infohash);
		t.deepEqual(metainfo.files[0]?.path, [metainfo.infohash]);
	}
});

test('names follow the rules of the system they are meant for', (t) => {
	const bytes = torrentBytes(singleInfo({ name: 'a:b. ' }));
	t.is(parseMetainfo(bytes, sha1).name, 'a:b. ');
	t.is(parseMetainfo(bytes, sha1, { nameRules: 'windows' }).name, 'a_b');
});

test('padding and executable files are marked', (t) => {
	const { files } = load(
		folderInfo([
			{ path: ['a'], attr: 'xh' },
			{ path: ['.pad', '6'], attr: 'p', length: 6 },
			{ attr: 'p', length: 7 },
		]),
	);
	t.deepEqual(
		files.map(({ isPadding, isExecutable, path }) => [path.join('/'), isPadding, isExecutable]),
		[
			['a', false, true],
			['.pad/6', true, false],
			['.pad/7', true, false],
		],
	);
	t.deepEqual(
		files.map((file) => file.offsetBytes),
		[0, 10, 16],
	);
});

test('symbolic links are left out and take no payload', (t) => {
	const { files, totalBytes } = load(
		folderInfo([
			{ path: ['a'] },
			{ path: ['link'], attr: 'l', length: 999, 'symlink path': ['a'] },
			{ path: ['b'] },
		]),
	);
	t.deepEqual(
		files.map((file) => [file.path.join('/'), file.offsetBytes]),
		[
			['a', 0],
			['b', 10],
		],
	);
	t.is(totalBytes, 20);
});

test('files of the same name are told apart, whatever the case', (t) => {
	const { files } = load(
		folderInfo([{ path: ['a.txt'] }, { path: ['A.TXT'] }, { path: ['a.txt'] }]),
	);
	t.deepEqual(
		files.map((file) => file.path.join('/')),
		['a.txt', 'A.1.TXT', 'a.2.txt'],
	);
});

test('padding files of the same name are not renamed', (t) => {
	const pad: FileFields = { path: ['.pad', '6'], attr: 'p', length: 6 };
	const { files } = load(folderInfo([{ path: ['a'] }, pad, { path: ['b'] }, pad]));
	t.deepEqual(files[3]?.path, ['.pad', '6']);
});

test('a hybrid torrent loads as version 1', (t) => {
	const hybrid = singleInfo({
		'meta version': 2,
		'file tree': { 'file.bin': { '': { length: 40_000 } } },
	});
	t.is(load(hybrid).pieceCount, 3);
});

test('the largest piece length and an odd one are accepted', (t) => {
	t.is(load(singleInfo({ 'piece length': 512 << 20, pieces: hashes(1) })).pieceCount, 1);
	t.is(load(singleInfo({ 'piece length': 39_999, pieces: hashes(2) })).pieceCount, 2);
});
