/** Typing, erasing and moving in a text. */
import test from 'ava';
import fc from 'fast-check';
import {
	editText,
	insertText,
	moveLine,
	TEXT_ACTIONS,
	textEntry,
} from '../../../src/ui/wizard/text-entry.js';

test('the cursor moves over whole characters, however many parts they have', (t) => {
	const family = '👩‍👩‍👧';
	const end = textEntry(`a${family}`);
	const before = editText(end, 'cursor-left');
	t.is(before.cursor, 1);
	t.is(editText(before, 'cursor-right').cursor, end.cursor);
	t.is(editText(end, 'erase-left').text, 'a');
	t.is(editText(before, 'erase-right').text, 'a');
});

test('words and lines are erased up to the cursor, never the line before', (t) => {
	const entry = textEntry('one two\nthree four');
	t.is(editText(entry, 'erase-word').text, 'one two\nthree ');
	t.is(editText(entry, 'erase-to-start').text, 'one two\n');
	t.is(editText(editText(entry, 'erase-to-start'), 'erase-word').text, 'one two\n');
});

test('moving by lines keeps about the column and ends at the first and last line', (t) => {
	const entry = textEntry('long line\nab');
	t.is(moveLine(entry, 1), undefined);
	const up = moveLine(entry, -1);
	t.is(up?.cursor, 2);
	t.is(up === undefined ? undefined : moveLine(up, -1), undefined);
});

test('no typing makes a cursor outside the text, or text a terminal obeys', (t) => {
	const step = fc.oneof(
		fc.string({ unit: 'grapheme', maxLength: 5 }),
		fc.constantFrom('\u001b[2J', '\r\n', '\u202e', '👩‍👩‍👧'),
		fc.constantFrom(...TEXT_ACTIONS).map((action) => ({ action })),
	);
	fc.assert(
		fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, isMultiline) => {
			let entry = textEntry('');
			for (const each of steps)
				entry =
					typeof each === 'string'
						? insertText(entry, each, isMultiline)
						: editText(entry, each.action);
			t.true(entry.cursor >= 0 && entry.cursor <= entry.text.length);
			t.notRegex(entry.text, isMultiline ? /[^\P{Cc}\n]/u : /\p{Cc}/u);
		}),
	);
});
