import test from 'ava';
import { type LedgerLine, newLedgerLines } from '../../../src/cli/output/ledger-events.js';

function line(path: string): LedgerLine {
	return { atMs: 0, path, outcome: 'added', message: '' };
}

test('only entries behind the last one seen are new', (t) => {
	const [a, b, c] = [line('a'), line('b'), line('c')];
	t.deepEqual(newLedgerLines(undefined, [a, b]), [a, b]);
	t.deepEqual(newLedgerLines(a, [a, b, c]), [b, c]);
	t.deepEqual(newLedgerLines(c, [a, b, c]), []);
});

test('when the last one seen was forgotten, all that is left is new', (t) => {
	const [a, b] = [line('a'), line('b')];
	t.deepEqual(newLedgerLines(line('old'), [a, b]), [a, b]);
});
