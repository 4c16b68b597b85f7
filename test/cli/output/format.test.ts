import test from 'ava';
import * as format from '../../../src/cli/output/format.js';

test('sizes have one decimal and powers of 1000', (t) => {
	const sizes = [0, 999, 1000, 16_384, 999_949, 999_950, 1.5e9, 5e18].map(format.formatSize);
	t.deepEqual(sizes, [
		'0 B',
		'999 B',
		'1.0 kB',
		'16.4 kB',
		'999.9 kB',
		'1.0 MB',
		'1.5 GB',
		'5000.0 PB',
	]);
	t.is(format.formatRate(500_000), '500.0 kB/s');
});

test('a share is never shown as complete before it is', (t) => {
	t.deepEqual([0, 0.99999, 1, 2].map(format.formatPercent), [
		'0.0 %',
		'99.9 %',
		'100.0 %',
		'100.0 %',
	]);
});

test('durations have at most two units', (t) => {
	t.deepEqual([0, 59.6, 3599, 7500, 100_000].map(format.formatDuration), [
		'0 s',
		'1 min 0 s',
		'59 min 59 s',
		'2 h 5 min',
		'1 d 3 h',
	]);
});
