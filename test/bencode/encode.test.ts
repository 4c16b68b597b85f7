import test from 'ava';
import { BencodeError } from '../../src/bencode/bencode-error.js';
import { type BencodeEncodable, encodeBencode } from '../../src/bencode/encode.js';

const writes = test.macro((t, value: BencodeEncodable, expected: string) => {
	t.is(Buffer.from(encodeBencode(value)).toString('latin1'), expected);
});

const refuses = test.macro((t, value: BencodeEncodable, field: string) => {
	const error = t.throws(() => encodeBencode(value), {
		instanceOf: BencodeError,
		code: 'BENCODE_NOT_ENCODABLE',
	});
	t.is(error?.field, field);
});

test(
	'integers are written in decimal',
	writes,
	[0, -0, -7, 2 ** 53 - 1],
	'li0ei0ei-7ei9007199254740991ee',
);
test('text is written as UTF-8 with its length in bytes', writes, 'é', '2:\xc3\xa9');
test('bytes are written as they are', writes, Uint8Array.of(0, 255), '2:\x00\xff');
test(
	'a view is written without its surroundings',
	writes,
	new Uint8Array([1, 65, 66, 2]).subarray(1, 3),
	'2:AB',
);
test('empty containers are written', writes, [[], {}, new Map(), ''], 'lledede0:e');
test('keys of an object are sorted', writes, { b: 1, a: 2, B: 3 }, 'd1:Bi3e1:ai2e1:bi1ee');
test(
	'keys are sorted by their raw bytes, not by UTF-16 units',
	writes,
	{ '\u{1f600}': 1, '\uff5e': 2 },
	'd3:\xef\xbd\x9ei2e4:\xf0\x9f\x98\x80i1ee',
);
test('shorter keys come first', writes, { aa: 1, a: 2, '': 3 }, 'd0:i3e1:ai2e2:aai1ee');
test('keys that look like numbers are sorted as bytes', writes, { 10: 1, 9: 2 }, 'd2:10i1e1:9i2ee');
test('fields that are undefined are left out', writes, { a: undefined, b: 1 }, 'd1:bi1ee');
test(
	'keys of a Map are raw bytes',
	writes,
	new Map<string, BencodeEncodable>([
		['\xff\x00', 1],
		['\x7f', 2],
	]),
	'd1:\x7fi2e2:\xff\x00i1ee',
);
test('a key named __proto__ is written', writes, new Map([['__proto__', 1]]), 'd9:__proto__i1ee');
test('a fraction is refused', refuses, { a: [1, 1.5] }, 'a[1]');
test('an integer beyond 2^53 is refused', refuses, [2 ** 53], '[0]');
test('NaN is refused', refuses, Number.NaN, '');
test('a Map key that is not latin1 is refused', refuses, new Map([['\u0100', 1]]), '\\x100');

test('values nested without end are refused instead of overflowing the stack', (t) => {
	const endless: BencodeEncodable[] = [];
	endless.push(endless);
	t.throws(() => encodeBencode(endless), { code: 'BENCODE_NOT_ENCODABLE' });
});
