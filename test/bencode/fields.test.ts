import test from 'ava';
import type { BencodeDict, BencodeValue } from '../../src/bencode/bencode-value.js';
import {
	findBytes,
	findDict,
	findInteger,
	findList,
	findText,
	requireBytes,
	requireDict,
	requireInteger,
	requireList,
	requireText,
} from '../../src/bencode/fields.js';
import { utf8 } from '../../src/primitives/bytes.js';

const dict: BencodeDict = new Map<string, BencodeValue>([
	['integer', 7],
	['string', utf8('abc')],
	['bad text', Uint8Array.of(0x61, 0xff)],
	['list', [1]],
	['dict', new Map([['a', 1]])],
]);

test('fields of the right type are given', (t) => {
	t.is(requireInteger(dict, 'integer'), 7);
	t.deepEqual(requireBytes(dict, 'string'), utf8('abc'));
	t.is(requireText(dict, 'string'), 'abc');
	t.deepEqual(requireList(dict, 'list'), [1]);
	t.is(requireDict(dict, 'dict').get('a'), 1);
});

test('text that is not UTF-8 has replacement characters', (t) => {
	t.is(findText(dict, 'bad text'), 'a\ufffd');
});

test('a field of another type is named with its path and both types', (t) => {
	t.throws(() => requireInteger(dict, 'string', 'info'), {
		code: 'BENCODE_FIELD_TYPE',
		message: 'info.string: expected an integer, got a string',
	});
	t.throws(() => requireList(dict, 'integer', 'info.files[2]'), {
		message: 'info.files[2].integer: expected a list, got an integer',
	});
	t.throws(() => requireText(dict, 'dict'), {
		message: 'dict: expected a string, got a dictionary',
	});
	t.throws(() => requireDict(dict, 'list'), { message: 'list: expected a dictionary, got a list' });
});

test('a missing field is named with its path', (t) => {
	t.throws(() => requireBytes(dict, 'pieces', 'info'), {
		code: 'BENCODE_FIELD_MISSING',
		message: 'info.pieces: missing, expected a string',
	});
});

test('optional fields of another type count as absent', (t) => {
	t.is(findInteger(dict, 'string'), undefined);
	t.is(findBytes(dict, 'integer'), undefined);
	t.is(findText(dict, 'list'), undefined);
	t.is(findList(dict, 'dict'), undefined);
	t.is(findDict(dict, 'list'), undefined);
	t.is(findDict(dict, 'absent'), undefined);
});
