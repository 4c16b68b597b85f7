/** Names on a screen take the columns they should. */
import test from 'ava';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { cleanText } from '../../src/primitives/clean-text.js';
import {
	clipText,
	clipTextStart,
	dropColumns,
	fitText,
	textWidth,
} from '../../src/primitives/fit-text.js';
import { anyText } from './any-text.js';

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

test('what a screen is drawn with takes one column a character, alone and in a row', (t) => {
	const drawn = Array.from('↑↓…─│╭╮╰╯▏▎▍▌▋▊▉█▼▲ a~');
	for (const character of drawn) t.is(stringWidth(character), textWidth(character), character);
	fc.assert(
		fc.property(fc.array(fc.constantFrom(...drawn)), (characters) => {
			const text = characters.join('');
			return textWidth(text) === characters.length && stringWidth(text) === characters.length;
		}),
	);
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
