/** Keys from bytes, however they arrive. */
import test from 'ava';
import fc from 'fast-check';
import { KeyReader, pastedText } from '../../src/ui/key-reader.js';
import { actionFor } from '../../src/ui/keymap.js';

const read = test.macro({
	exec: (t, input: string, keys: readonly string[]) => {
		const reader = new KeyReader();
		t.deepEqual([...reader.feed(input), ...reader.flush()], keys);
	},
	title: (_given, input) => `the keys in ${JSON.stringify(input)}`,
});

test(read, 'jjj', ['j', 'j', 'j']);
test(read, 'G\r\n\t \u007f\u0008', [
	'G',
	'Enter',
	'Enter',
	'Tab',
	'Space',
	'Backspace',
	'Backspace',
]);
test(read, '\u0003\u0004\u000c\u0015\u001a', ['ctrl+c', 'ctrl+d', 'ctrl+l', 'ctrl+u', 'ctrl+z']);
test(read, '\u001b[A\u001b[B\u001b[C\u001b[D', ['Up', 'Down', 'Right', 'Left']);
test(read, '\u001bOA\u001bOB\u001bOH\u001bOF', ['Up', 'Down', 'Home', 'End']);
test(read, '\u001b[5~\u001b[6~\u001b[1~\u001b[4~\u001b[7~\u001b[8~', [
	'PageUp',
	'PageDown',
	'Home',
	'End',
	'Home',
	'End',
]);
test(read, '\u001bOP\u001b[11~\u001b[[A', ['F1', 'F1', 'F1']);
test(read, '\u001b[Z', ['shift+Tab']);
test(read, '\u001b', ['Escape']);
test(read, '\u001b\u001b', ['Escape', 'Escape']);
test(read, '\u001b\u001b[A', ['Escape', 'Up']);
test(read, 'ü映🎬', ['ü', '映', '🎬']);
// Focus reports, mouse reports, modified arrows and alt keys have no meaning.
test(read, '\u001b[I\u001b[O\u001b[<0;10;5Mj\u001b[1;5A\u001bxk', ['j', 'k']);
test(read, `\u001b[${'9'.repeat(200)}~`, [...Array<string>(170).fill('9'), '~']);

test('a paste is one key that no command has, wherever it is cut', (t) => {
	const reader = new KeyReader();
	t.deepEqual(reader.feed('j\u001b[200~dr\r\u001b[A q'), ['j']);
	t.deepEqual(reader.feed('more\u001b[20'), []);
	const [paste = '', ...rest] = reader.feed('1~k');
	t.is(pastedText(paste), 'dr\r\u001b[A qmore');
	t.deepEqual(rest, ['k']);
	for (const context of ['list', 'filter', 'force-dialog'] as const)
		t.is(actionFor(context, paste), undefined);
});

test('a paste whose end got lost is over after a silence', (t) => {
	const reader = new KeyReader();
	reader.feed('\u001b[200~lost');
	t.is(reader.pendingMs, 1000);
	t.deepEqual(reader.flush(), []);
	t.deepEqual(reader.feed('q'), ['q']);
});

test('a lone Escape waits a moment for the rest of a sequence', (t) => {
	const reader = new KeyReader();
	t.is(reader.pendingMs, undefined);
	t.deepEqual(reader.feed('\u001b'), []);
	t.is(reader.pendingMs, 50);
	t.deepEqual(reader.feed('[A'), ['Up']);
	t.is(reader.pendingMs, undefined);
});

test('keys are the same however the bytes are split', (t) => {
	const parts = [
		'j',
		'G',
		'\r',
		'\u001b[A',
		'\u001bOP',
		'\u001b[6~',
		'\u001b[Z',
		'\u001b[200~q\u001b[201~',
		'ü',
		'\u001b[1;5A',
		'\u0003',
	];
	fc.assert(
		fc.property(fc.array(fc.constantFrom(...parts)), fc.array(fc.nat(80)), (chosen, cuts) => {
			const text = chosen.join('');
			const whole = new KeyReader().feed(text);
			const reader = new KeyReader();
			const edges = [
				0,
				...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b),
				text.length,
			];
			const split = edges
				.slice(1)
				.flatMap((edge, index) => reader.feed(text.slice(edges[index], edge)));
			t.deepEqual(split, [...whole]);
		}),
	);
});
