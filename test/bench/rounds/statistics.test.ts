import test from 'ava';
import fc from 'fast-check';
import { pairRatios, percentile, summarize } from '../../../bench/rounds/statistics.js';

test('the median of an odd count is the middle value, whatever the order', (t) => {
	t.deepEqual(summarize([9, 1, 5]), { median: 5, min: 1, max: 9, count: 3 });
});

test('the median of an even count lies between the two in the middle', (t) => {
	t.is(summarize([4, 1, 2, 100])?.median, 3);
});

test('no value has no summary', (t) => {
	t.is(summarize([]), undefined);
	t.is(summarize([Number.NaN]), undefined);
});

test('a percentile between two values lies on the line between them', (t) => {
	t.is(percentile([0, 10], 0.25), 2.5);
	t.is(percentile([1, 2, 3, 4, 5], 1), 5);
	t.is(percentile([7], 0.99), 7);
});

test('the median lies between least and most', (t) => {
	fc.assert(
		fc.property(
			fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }),
			(values) => {
				const summary = summarize(values);
				return (
					summary !== undefined && summary.min <= summary.median && summary.median <= summary.max
				);
			},
		),
	);
	t.pass();
});

test('ratios compare values of the same round only', (t) => {
	t.deepEqual(pairRatios([10, 30, 8], [5, 10, 4]), [2, 3, 2]);
});

test('a round in which one side failed or measured nothing gives no ratio', (t) => {
	t.deepEqual(pairRatios([10, undefined, 8, 6], [5, 10, 0, undefined]), [2]);
});
