/** Names from strangers: nothing in them steers a terminal, and they take the columns they should. */
import test from 'ava';
import fc from 'fast-check';
import {
	cleanText,
	clipText,
	clipTextStart,
	dropColumns,
	fitText,
	textWidth,
} from '../../src/primitives/clean-text.js';

const DANGEROUS =
	/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/** Text of everything: letters of many scripts, emoji, controls, halves of characters. */
const anyText = fc.string({
	unit: fc.oneof(
		fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
		fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
		fc.constantFrom(
			'映',
			'가',
			'🎬',
			'👩‍👩‍👧',
			'❤️',
			'🇩🇪',
			'م',
			'ी',
			'\u0301',
			'\u200b',
			'\u202e',
			'\u001b[31m',
		),
	),
	maxLength: 40,
});

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

test('fitted text takes exactly the columns it was given', (t) => {
	fc.assert(
		fc.property(
			anyText,
			fc.integer({ min: 0, max: 60 }),
			fc.constantFrom<'left' | 'right' | 'center'>('left', 'right', 'center'),
			(text, width, align) => textWidth(fitText(cleanText(text), width, { align })) === width,
		),
	);
	t.pass();
});

test('text that is cut ends with an ellipsis, text that fits does not change', (t) => {
	t.is(fitText('debian.iso', 6), 'debia…');
	t.is(fitText('debian.iso', 10), 'debian.iso');
	t.is(fitText('debian', 8), 'debian  ');
	t.is(textWidth(fitText('\u0d4e', 2)), 2);
	t.is(fitText('映画アーカイブ', 7), '映画ア…');
	t.is(fitText('映画アーカイブ', 6), '映画… ');
	t.is(fitText('debian.iso', 6, { ellipsis: '~' }), 'debia~');
	t.is(fitText('12', 5, { align: 'right' }), '   12');
	t.is(fitText('anything', 0), '');
});

test('a path that is cut keeps its end', (t) => {
	t.is(clipTextStart('disc-1/extras/making-of.mkv', 14), '…making-of.mkv');
	t.is(clipTextStart('映画/第3巻.mkv', 10), '…第3巻.mkv');
});

test('dropping columns leaves the rest in its place', (t) => {
	t.is(dropColumns('debian', 2), 'bian');
	t.is(dropColumns('映画ab', 2), '画ab');
	t.is(dropColumns('映画ab', 1), ' 画ab');
});

test('a megabyte of combining marks costs neither time nor columns', (t) => {
	const text = `a${'\u0301'.repeat(1_000_000)}b`;
	const clipped = clipText(cleanText(text), 20);
	t.true(clipped.length < 1000);
	t.true(textWidth(clipped) <= 20);
});
