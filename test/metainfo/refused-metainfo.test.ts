/** Every way a file can be wrong is refused with one line that names the field. */
import test from 'ava';
import { MetainfoError, type MetainfoErrorCode } from '../../src/metainfo/metainfo-error.js';
import { MAX_METAINFO_BYTES } from '../../src/metainfo/metainfo-limits.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { utf8 } from '../../src/primitives/bytes.js';
import {
	type FileFields,
	folderInfo,
	hashes,
	sha1,
	singleInfo,
	torrentBytes,
} from './sample-torrents.js';

const refuses = test.macro(
	(t, bytes: Uint8Array, code: MetainfoErrorCode, message: string | RegExp) => {
		const error = t.throws(() => parseMetainfo(bytes, sha1), {
			instanceOf: MetainfoError,
			code,
			message,
		});
		t.true(error?.message.startsWith(`${error.field}: `));
		t.notRegex(error?.message ?? '', /\n/);
	},
);

test(
	'a version 2 torrent is refused by name',
	refuses,
	torrentBytes({ 'meta version': 2, 'file tree': {}, name: 'n', 'piece length': 16_384 }),
	'METAINFO_V2_ONLY',
	'info.meta version: BitTorrent v2 only: not supported yet',
);
test(
	'a file tree alone is version 2 as well',
	refuses,
	torrentBytes({ 'file tree': {}, name: 'n', 'piece length': 16_384 }),
	'METAINFO_V2_ONLY',
	'info.file tree: BitTorrent v2 only: not supported yet',
);

const whole: [string, Uint8Array, MetainfoErrorCode, string | RegExp][] = [
	['an empty file', new Uint8Array(), 'METAINFO_MALFORMED', /^file: the data ends/],
	['a file of blanks', utf8('\n \n'), 'METAINFO_MALFORMED', /^file: the data ends/],
	['a web page', utf8('<!DOCTYPE html>'), 'METAINFO_MALFORMED', /^file: byte 0 \(0x3c\)/],
	['a string', utf8('4:spam'), 'METAINFO_FIELD_TYPE', 'file: expected a dictionary'],
	['a list', utf8('le'), 'METAINFO_FIELD_TYPE', 'file: expected a dictionary'],
	['a file without info', utf8('de'), 'METAINFO_FIELD_MISSING', /^info: missing/],
	[
		'info that is no dictionary',
		torrentBytes('text'),
		'METAINFO_FIELD_TYPE',
		/^info: .*got a string$/,
	],
	[
		'a second value',
		utf8('d4:infodeee'),
		'METAINFO_MALFORMED',
		'file: more data after the end, from byte 10',
	],
	['info twice', utf8('d4:infode4:infodee'), 'METAINFO_MALFORMED', 'info: the key is there twice'],
	[
		'a file beyond the limit',
		new Uint8Array(MAX_METAINFO_BYTES + 1),
		'METAINFO_TOO_LONG',
		/^file: 33554433 bytes/,
	],
];
for (const [what, bytes, code, message] of whole)
	test(`${what} is refused`, refuses, bytes, code, message);

const wrongInfo: [string, FileFields, MetainfoErrorCode, string | RegExp][] = [
	['a missing name', { name: undefined }, 'METAINFO_FIELD_MISSING', /^info\.name: missing/],
	['a name that is a number', { name: 1 }, 'METAINFO_FIELD_TYPE', /^info\.name: expected a string/],
	['missing pieces', { pieces: undefined }, 'METAINFO_FIELD_MISSING', /^info\.pieces: missing/],
	['pieces that are a list', { pieces: [] }, 'METAINFO_FIELD_TYPE', /^info\.pieces: /],
	[
		'pieces cut short',
		{ pieces: hashes(3).subarray(1) },
		'METAINFO_MISMATCH',
		/^info\.pieces: 59 bytes/,
	],
	[
		'too few pieces',
		{ pieces: hashes(2) },
		'METAINFO_MISMATCH',
		'info.pieces: 2 hashes for 3 pieces',
	],
	[
		'too many pieces',
		{ pieces: hashes(4) },
		'METAINFO_MISMATCH',
		'info.pieces: 4 hashes for 3 pieces',
	],
	[
		'a missing piece length',
		{ 'piece length': undefined },
		'METAINFO_FIELD_MISSING',
		/^info\.piece length: missing/,
	],
	['a piece length of 0', { 'piece length': 0 }, 'METAINFO_FIELD_RANGE', /^info\.piece length: 0,/],
	[
		'a negative piece length',
		{ 'piece length': -1 },
		'METAINFO_FIELD_RANGE',
		/^info\.piece length: -1,/,
	],
	[
		'a piece length over 512 MiB',
		{ 'piece length': (512 << 20) + 1 },
		'METAINFO_FIELD_RANGE',
		/^info\.piece length: 536870913,/,
	],
	['a missing length', { length: undefined }, 'METAINFO_FIELD_MISSING', /^info\.length: missing/],
	['a negative length', { length: -1 }, 'METAINFO_FIELD_RANGE', 'info.length: -1 is negative'],
	[
		'a length of 0',
		{ length: 0, pieces: '' },
		'METAINFO_EMPTY',
		'info.length: the torrent has no bytes',
	],
	[
		'more pieces than the limit',
		{ length: 2 ** 50, 'piece length': 16_384 },
		'METAINFO_TOO_MANY_PIECES',
		/^info\.piece length: 68719476736 pieces/,
	],
];
for (const [what, changes, code, message] of wrongInfo)
	test(`${what} is refused`, refuses, torrentBytes(singleInfo(changes)), code, message);

const wrongFiles: [string, FileFields[], MetainfoErrorCode, string | RegExp][] = [
	['an empty file list', [], 'METAINFO_EMPTY', 'info.files: the list has no files'],
	[
		'a list of empty files',
		[{ path: ['a'], length: 0 }],
		'METAINFO_EMPTY',
		/^info\.files: .*no bytes$/,
	],
	['a file without a path', [{}], 'METAINFO_FIELD_MISSING', /^info\.files\[0\]\.path: missing/],
	['a path that is a string', [{ path: 'a' }], 'METAINFO_FIELD_TYPE', /^info\.files\[0\]\.path: /],
	['an empty path', [{ path: [] }], 'METAINFO_BAD_PATH', 'info.files[0].path: the path is empty'],
	[
		'a path with a number',
		[{ path: ['a'] }, { path: ['a', 1] }],
		'METAINFO_FIELD_TYPE',
		'info.files[1].path[1]: expected a string, got an integer',
	],
	[
		'a path of 101 elements',
		[{ path: Array<string>(101).fill('a') }],
		'METAINFO_BAD_PATH',
		/^info\.files\[0\]\.path: a path of 101 elements/,
	],
	[
		'a path longer than any system takes',
		[{ path: Array<string>(50).fill('a'.repeat(100)) }],
		'METAINFO_BAD_PATH',
		/^info\.files\[0\]\.path: a path of 5050 bytes/,
	],
	[
		'a negative file length',
		[{ path: ['a'], length: -5 }],
		'METAINFO_FIELD_RANGE',
		'info.files[0].length: -5 is negative',
	],
	[
		'lengths that add up beyond 2^53',
		[
			{ path: ['a'], length: 2 ** 53 - 1 },
			{ path: ['b'], length: 1 },
		],
		'METAINFO_FIELD_RANGE',
		'info.files: lengths add up beyond 2^53',
	],
	[
		'a link without a target',
		[{ path: ['a'] }, { path: ['b'], attr: 'l' }],
		'METAINFO_FIELD_MISSING',
		/^info\.files\[1\]\.symlink path: missing/,
	],
	[
		'a link with a broken target',
		[{ path: ['b'], attr: 'l', 'symlink path': ['a', 4] }],
		'METAINFO_FIELD_TYPE',
		/^info\.files\[0\]\.symlink path\[1\]: expected a string/,
	],
];
for (const [what, files, code, message] of wrongFiles)
	test(`${what} is refused`, refuses, torrentBytes(folderInfo(files)), code, message);

test(
	'a file list that is no list is refused',
	refuses,
	torrentBytes(singleInfo({ files: 'a' })),
	'METAINFO_FIELD_TYPE',
	/^info\.files: expected a list/,
);
test(
	'an entry that is no dictionary is refused',
	refuses,
	torrentBytes(singleInfo({ files: [1] })),
	'METAINFO_FIELD_TYPE',
	'info.files[0]: expected a dictionary, got an integer',
);
