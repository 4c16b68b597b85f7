/** Names from strangers: nothing in them steers a terminal. */
import test from 'ava';
import fc from 'fast-check';
import { cleanText } from '../../src/primitives/clean-text.js';
import { anyText } from './any-text.js';

const DANGEROUS =
	/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

test('nothing that steers a terminal is left after cleaning', (t) => {
	fc.assert(
		fc.property(anyText, (text) => {
			t.notRegex(cleanText(text), DANGEROUS);
		}),
	);
	t.pass();
});

test('cleaning twice is cleaning once', (t) => {
	fc.assert(fc.property(anyText, (text) => cleanText(cleanText(text)) === cleanText(text)));
	t.pass();
});

const replaced = test.macro({
	exec: (t, text: string, expected: string) => t.is(cleanText(text), expected),
	title: (given) => given ?? '',
});

test('an OSC sequence', replaced, '\u001b]52;c;aGk=\u0007', '?]52;c;aGk=?');
test('a C1 control', replaced, 'a\u009b31mb', 'a?31mb');
test('line breaks, tabs and DEL', replaced, 'line\r\n\tend\u007f', 'line???end?');
test('a change of direction', replaced, 'photo\u202egpj.exe', 'photo?gpj.exe');
test('zero-width characters', replaced, 'a\u200b\u200d\ufeffb', 'a???b');
test('half a character', replaced, '\ud83c\udfac \ud83c', '🎬 ?');
test('Unicode line separators', replaced, 'a\u2028b\u2029c', 'a?b?c');
test(
	'letters of all scripts stay, joiners inside words too',
	replaced,
	'Bücher – 映画 – کتاب‌ها',
	'Bücher – 映画 – کتاب‌ها',
);
test('emoji stay whole', replaced, '👩‍👧 ❤️', '👩‍👧 ❤️');
