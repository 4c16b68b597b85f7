import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { BencodeError } from '../../src/bencode/bencode-error.js';
import { isBencodeDict } from '../../src/bencode/bencode-value.js';
import { type BencodeValue, decodeBencode, decodeScanned } from '../../src/bencode/decode.js';
import { encodeBencode } from '../../src/bencode/encode.js';
import { scanBencode } from '../../src/bencode/scan.js';
import { utf8 } from '../../src/primitives/bytes.js';

function latin1(text: string): Uint8Array {
	return Uint8Array.from(Buffer.from(text, 'latin1'));
}

/** Any value; keys of any bytes. */
const { value: anyValue } = fc.letrec<{ value: BencodeValue }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 4, withCrossShrink: true },
		fc.maxSafeInteger(),
		fc.uint8Array({ maxLength: 20 }).map((bytes) => Uint8Array.from(bytes)),
		fc.array(tie('value'), { maxLength: 5 }),
		fc.array(fc.tuple(anyKey(), tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
	),
}));

function anyKey(): fc.Arbitrary<string> {
	return fc.oneof(
		fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
		fc.constantFrom('info', '__proto__', 'constructor', 'toString', '0', '10', ''),
	);
}

test('values of every kind are decoded', (t) => {
	t.deepEqual(
		decodeBencode(latin1('d4:listli1ei-2ee6:string5:\x00\xffabc4:zerod0:i0eee')),
		new Map<string, BencodeValue>([
			['list', [1, -2]],
			['string', latin1('\x00\xffabc')],
			['zero', new Map([['', 0]])],
		]),
	);
});

test('integers up to 2^53 keep their value', (t) => {
	t.is(decodeBencode(latin1(`i${Number.MAX_SAFE_INTEGER}e`)), Number.MAX_SAFE_INTEGER);
	t.is(decodeBencode(latin1(`i${Number.MIN_SAFE_INTEGER}e`)), Number.MIN_SAFE_INTEGER);
	t.is(
		decodeBencode(latin1(`d1:\xffi${Number.MIN_SAFE_INTEGER}ee`.slice(4, -1))),
		Number.MIN_SAFE_INTEGER,
	);
});

test('a binary key keeps its twenty bytes', (t) => {
	const infohash = Uint8Array.from({ length: 20 }, (_, index) => 250 - index * 13);
	const key = Buffer.from(infohash).toString('latin1');
	const value = decodeBencode(
		Buffer.concat([latin1('d5:filesd20:'), infohash, latin1('d8:completei7eeee')]),
	);
	const files = isBencodeDict(value) ? value.get('files') : undefined;
	t.deepEqual(isBencodeDict(files) ? [...files.keys()] : undefined, [key]);
});

test('a binary key and the key that spells it in hex stay two keys', (t) => {
	const value = decodeBencode(latin1('d2:ffi1e1:\xffi2ee'));
	t.deepEqual(
		value,
		new Map([
			['ff', 1],
			['\xff', 2],
		]),
	);
});

test('a key named __proto__ is a key like any other and changes no prototype', (t) => {
	const value = decodeBencode(latin1('d9:__proto__d8:pollutedi1eee'));
	t.deepEqual(value, new Map([['__proto__', new Map([['polluted', 1]])]]));
	t.is(Reflect.get({}, 'polluted'), undefined);
});

test('names of inherited properties are absent unless the bytes have them', (t) => {
	const value = decodeBencode(latin1('d1:ai1ee'));
	t.true(isBencodeDict(value) && !value.has('constructor') && !value.has('toString'));
});

test('the result does not change when the input is overwritten', (t) => {
	for (const text of ['d1:a4:spame', 'd1:\xff4:spame']) {
		const bytes = latin1(text);
		const value = decodeBencode(bytes);
		bytes.fill(0);
		t.deepEqual(isBencodeDict(value) && [...value.values()], [utf8('spam')]);
	}
});

test('malformed bytes are refused by the scanner before anything is decoded', (t) => {
	for (const text of ['5:spam', 'i1.5e', 'i1e5:', 'd1:a', 'l-1:ae', ''])
		t.throws(() => decodeBencode(latin1(text)), { instanceOf: BencodeError }, text);
});

test('both ways of reading give the same value', (t) => {
	fc.assert(
		fc.property(anyValue, (value) => {
			const bytes = encodeBencode(value);
			const scan = scanBencode(bytes);
			fc.pre(scan.hasPlainKeys);
			const careful = decodeScanned(bytes, { ...scan, hasPlainKeys: false });
			t.true(isDeepStrictEqual(careful, decodeScanned(bytes, scan)));
		}),
		{ numRuns: 300 },
	);
});

test('every value survives encoding and decoding', (t) => {
	fc.assert(
		fc.property(anyValue, (value) => {
			t.true(isDeepStrictEqual(decodeBencode(encodeBencode(value)), value));
		}),
		{ numRuns: 500 },
	);
});

test('bytes that are accepted and sorted are the only encoding of their value', (t) => {
	fc.assert(
		fc.property(anyValue, (value) => {
			const bytes = encodeBencode(value);
			t.true(scanBencode(bytes).isSorted);
			t.deepEqual(encodeBencode(decodeBencode(bytes)), bytes);
		}),
		{ numRuns: 300 },
	);
});

test('arbitrary bytes are decoded or refused with one line, nothing else', (t) => {
	const alphabet = fc.constantFrom(...'dlie0123456789:-a\xff\n'.split(''));
	fc.assert(
		fc.property(fc.string({ unit: alphabet, maxLength: 40 }), (text) => {
			try {
				decodeBencode(latin1(text));
			} catch (error) {
				t.true(error instanceof BencodeError && !error.message.includes('\n'), text);
			}
		}),
		{ numRuns: 5000 },
	);
});
