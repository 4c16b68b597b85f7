import test from 'ava';
import { BencodeError, type BencodeErrorCode } from '../../src/bencode/bencode-error.js';
import { DEFAULT_BENCODE_LIMITS, scanBencode } from '../../src/bencode/scan.js';

function latin1(text: string): Uint8Array {
	return Uint8Array.from(Buffer.from(text, 'latin1'));
}

const refuses = test.macro((t, input: string, code: BencodeErrorCode, field?: string) => {
	const error = t.throws(() => scanBencode(latin1(input)), { instanceOf: BencodeError, code });
	t.is(error?.field, field ?? '');
	t.notRegex(error?.message ?? '', /\n/);
});

test('the four kinds of values are accepted', (t) => {
	for (const text of ['i0e', 'i-7e', '0:', '4:spam', 'le', 'l1:ai2ee', 'de', 'd1:ali1eee'])
		t.notThrows(() => scanBencode(latin1(text)), text);
});

test('the byte range of each key of the top dictionary is given', (t) => {
	const text = 'd8:announce3:abc4:infod6:lengthi1eee';
	const { topLevel } = scanBencode(latin1(text));
	const info = topLevel.get('info');
	t.is(text.slice(info?.start, info?.end), 'd6:lengthi1ee');
	const announce = topLevel.get('announce');
	t.is(text.slice(announce?.start, announce?.end), '3:abc');
	t.is(topLevel.size, 2);
});

test('keys of inner dictionaries are not taken for keys of the top one', (t) => {
	t.deepEqual([...scanBencode(latin1('d1:ad4:infoi1eee')).topLevel.keys()], ['a']);
});

test('a view into a larger buffer is scanned as if it stood alone', (t) => {
	const bytes = latin1('xxd1:ai1eexx').subarray(2, 10);
	t.deepEqual(scanBencode(bytes).topLevel.get('a'), { start: 4, end: 7 });
});

test('unsorted keys are reported and not refused', (t) => {
	t.true(scanBencode(latin1('d1:a0:1:b0:e')).isSorted);
	t.false(scanBencode(latin1('d1:b0:1:a0:e')).isSorted);
	t.false(scanBencode(latin1('ld1:b0:1:a0:ee')).isSorted);
});

test('keys that an object could not hold are reported', (t) => {
	t.true(scanBencode(latin1('d11:constructori1ee')).hasPlainKeys);
	t.false(scanBencode(latin1('d9:__proto__i1ee')).hasPlainKeys);
	t.false(scanBencode(latin1('d1:\xffi1ee')).hasPlainKeys);
	t.false(scanBencode(latin1('d1:ad1:\x00i1eee')).hasPlainKeys);
});

test('the largest safe integers are accepted', (t) => {
	t.notThrows(() => scanBencode(latin1(`i${Number.MAX_SAFE_INTEGER}e`)));
	t.notThrows(() => scanBencode(latin1(`i${Number.MIN_SAFE_INTEGER}e`)));
});

test(
	'an integer just beyond 2^53 is refused',
	refuses,
	'i9007199254740992e',
	'BENCODE_INTEGER_RANGE',
);
test(
	'an odd integer beyond 2^53 is refused',
	refuses,
	'i9007199254740993e',
	'BENCODE_INTEGER_RANGE',
);
test(
	'an integer of 20 digits is refused',
	refuses,
	`i1${'0'.repeat(19)}e`,
	'BENCODE_INTEGER_RANGE',
);
test('a leading zero in an integer is refused', refuses, 'i01e', 'BENCODE_BAD_INTEGER');
test('minus zero is refused', refuses, 'i-0e', 'BENCODE_BAD_INTEGER');
test('a minus and a leading zero are refused', refuses, 'i-01e', 'BENCODE_BAD_INTEGER');
test('an integer without digits is refused', refuses, 'ie', 'BENCODE_BAD_INTEGER');
test('a lone minus is refused', refuses, 'i-e', 'BENCODE_BAD_INTEGER');
test('a plus is refused', refuses, 'i+1e', 'BENCODE_BAD_INTEGER');
test('a fraction is refused', refuses, 'i1.5e', 'BENCODE_BAD_INTEGER');
test('an exponent is refused', refuses, 'l3:abci1E5ee', 'BENCODE_BAD_INTEGER', '[1]');
test('a leading zero in a string length is refused', refuses, '01:a', 'BENCODE_BAD_LENGTH');
test('a length of eleven digits is refused', refuses, '99999999999:a', 'BENCODE_BAD_LENGTH');
test('a length without its colon is refused', refuses, '1a', 'BENCODE_BAD_LENGTH');
test(
	'a string length beyond the data is refused',
	refuses,
	'4294967295:a',
	'BENCODE_UNEXPECTED_END',
);
test('a negative string length is refused', refuses, '-3:abc', 'BENCODE_BAD_TOKEN');
test(
	'a negative string length in a list is refused where it stands',
	refuses,
	'l1:a-2:be',
	'BENCODE_BAD_TOKEN',
	'[1]',
);
test('empty input is refused', refuses, '', 'BENCODE_UNEXPECTED_END');
test('an open list is refused', refuses, 'li1e', 'BENCODE_UNEXPECTED_END', '[1]');
test('an end without a start is refused', refuses, 'e', 'BENCODE_BAD_TOKEN');
test('bytes after the end are refused', refuses, 'i1ei2e', 'BENCODE_TRAILING_BYTES');
test('a key that is no string is refused', refuses, 'di1ei2ee', 'BENCODE_BAD_KEY');
test('a key without a value is refused', refuses, 'd1:ae', 'BENCODE_MISSING_VALUE', 'a');
test(
	'a key that is there twice is refused',
	refuses,
	'd1:ai1e1:ai2ee',
	'BENCODE_DUPLICATE_KEY',
	'a',
);
test(
	'a repeated key is found among unsorted keys',
	refuses,
	'd1:b0:1:a0:1:c0:1:a0:e',
	'BENCODE_DUPLICATE_KEY',
	'a',
);
test(
	'a repeated key deep inside is refused with its whole path',
	refuses,
	'd4:infod5:filesld6:lengthi1eed6:lengthi1e6:lengthi2eeeee',
	'BENCODE_DUPLICATE_KEY',
	'info.files[1].length',
);
test(
	'control bytes of a key never reach the message',
	refuses,
	'd3:\x1b]\n-',
	'BENCODE_BAD_TOKEN',
	'\\x1b]\\x0a',
);

test('a hundred levels are accepted and one more is refused', (t) => {
	t.notThrows(() => scanBencode(latin1('l'.repeat(100) + 'e'.repeat(100))));
	t.throws(() => scanBencode(latin1('l'.repeat(101) + 'e'.repeat(101))), {
		code: 'BENCODE_TOO_DEEP',
	});
});

test('limits of the caller are kept', (t) => {
	const bytes = latin1('l0:0:0:0:e');
	t.notThrows(() => scanBencode(bytes, { ...DEFAULT_BENCODE_LIMITS, maxTokens: 5 }));
	t.throws(() => scanBencode(bytes, { ...DEFAULT_BENCODE_LIMITS, maxTokens: 4 }), {
		code: 'BENCODE_TOO_MANY_TOKENS',
	});
	t.throws(() => scanBencode(bytes, { ...DEFAULT_BENCODE_LIMITS, maxDepth: 0 }), {
		code: 'BENCODE_TOO_DEEP',
	});
	t.throws(() => scanBencode(bytes, { ...DEFAULT_BENCODE_LIMITS, maxBytes: 9 }), {
		code: 'BENCODE_TOO_LONG',
	});
});
