import test from 'ava';
import { automaticSlots } from '../../src/choker/automatic-slots.js';

test('slots grow with the square root of the upload rate, between 8 and 100', (t) => {
	t.is(automaticSlots(0), 8);
	t.is(automaticSlots(100_000), 8);
	t.is(automaticSlots(1_000_000), 24);
	t.is(automaticSlots(10_000_000), 77);
	t.is(automaticSlots(1_000_000_000), 100);
	t.is(automaticSlots(Number.NaN), 8);
});

test('a trembling rate does not take slots away, a rate that fell does', (t) => {
	t.is(automaticSlots(8_000_000, 77), 77);
	t.is(automaticSlots(2_000_000, 77), 34);
});
