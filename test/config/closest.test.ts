import test from 'ava';
import fc from 'fast-check';
import { closest, editDistance } from '../../src/config/closest.js';

const NAMES = ['port', 'peer', 'max-upload-rate', 'max-download-rate', 'bind'];

test('a slip of the finger finds its option', (t) => {
	t.is(closest('prot', NAMES), 'port');
	t.is(closest('max-uplaod-rate', NAMES), 'max-upload-rate');
	t.is(closest('max-download', NAMES), 'max-download-rate');
});

test('a word that resembles nothing has no suggestion', (t) => {
	t.is(closest('frobnicate', NAMES), undefined);
	t.is(closest('x'.repeat(100_000), NAMES), undefined);
});

test('the distance is symmetric, zero for the same word and at most the longer length', (t) => {
	const word = fc.string({ maxLength: 12 });
	fc.assert(
		fc.property(word, word, (a, b) => {
			const edits = editDistance(a, b);
			t.is(edits, editDistance(b, a));
			t.is(edits === 0, a === b);
			t.true(edits <= Math.max(a.length, b.length));
		}),
		{ numRuns: 200 },
	);
});
