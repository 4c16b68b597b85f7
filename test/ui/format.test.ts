/** Numbers in narrow columns. */
import test from 'ava';
import fc from 'fast-check';
import {
	formatBar,
	formatCountdown,
	formatDate,
	formatEta,
	formatPercent,
	formatRate,
	formatRatio,
	formatSize,
	formatTime,
} from '../../src/ui/format.js';
import { makeTheme } from '../../src/ui/theme.js';

test('sizes have three significant digits', (t) => {
	const sizes: readonly (readonly [number, string])[] = [
		[0, '0B'],
		[1, '1B'],
		[999, '999B'],
		[1000, '1.00K'],
		[1500, '1.50K'],
		[9994, '9.99K'],
		[9996, '10.0K'],
		[99_960, '100K'],
		[999_600, '1.00M'],
		[1_130_000, '1.13M'],
		[4.7e9, '4.70G'],
		[59.6e9, '59.6G'],
		[384e9, '384G'],
		[2 ** 53, '9.01P'],
	];
	for (const [bytes, text] of sizes) t.is(formatSize(bytes), text);
});

test('a size never takes more than five columns', (t) => {
	fc.assert(
		fc.property(
			fc.double({ min: 0, max: 2 ** 60, noNaN: true }),
			(bytes) => formatSize(bytes).length <= 5,
		),
	);
	t.pass();
});

test('a rate of nothing is blank', (t) => {
	t.is(formatRate(0), '');
	t.is(formatRate(0.4), '');
	t.is(formatRate(3_440_101), '3.44M');
});

test('only what is complete shows 100%', (t) => {
	t.is(formatPercent(1), '100%');
	t.is(formatPercent(0.99999), '99.9%');
	t.is(formatPercent(0.29), '29.0%');
	t.is(formatPercent(0), '0.0%');
});

test('times left get coarser the longer they are', (t) => {
	const times: readonly (readonly [number | undefined, string])[] = [
		[undefined, ''],
		[Number.POSITIVE_INFINITY, ''],
		[0, '0s'],
		[47.9, '47s'],
		[1199, '19m59'],
		[7500, '2h05'],
		[273_600, '3d04h'],
		[9_000_000, '>99d'],
	];
	for (const [seconds, text] of times) t.is(formatEta(seconds), text);
});

test('countdowns stay within five columns', (t) => {
	t.is(formatCountdown(761), '12:41');
	t.is(formatCountdown(4), '00:04');
	t.is(formatCountdown(undefined), '-');
	t.is(formatCountdown(6000), '1h40');
});

test('ratios stay within five columns', (t) => {
	t.is(formatRatio(0.884), '0.88');
	t.is(formatRatio(12.24), '12.2');
	t.is(formatRatio(9.999), '10.0');
	t.is(formatRatio(120.6), '121');
	t.is(formatRatio(1e9), '>9999');
});

test('times are those of the local clock', (t) => {
	const atMs = Date.UTC(2026, 10, 21, 23, 30, 5);
	t.is(formatTime(atMs, 0), '23:30');
	t.is(formatTime(atMs, 60, true), '00:30:05');
	t.is(formatDate(atMs, 60), '2026-11-22 00:30');
});

test('bars are as wide as they should be and full only at the end', (t) => {
	const { glyphs } = makeTheme({ hasUnicode: true, colours: 'none' });
	const ascii = makeTheme({ hasUnicode: false, colours: 'none' }).glyphs;
	t.is(formatBar(0.46, 12, glyphs), '█████▌      ');
	t.is(formatBar(1, 4, glyphs), '████');
	t.is(formatBar(0.46, 12, ascii), '====>.......');
	t.is(formatBar(1, 4, ascii), '====');
	fc.assert(
		fc.property(
			fc.double({ min: -1, max: 2, noNaN: true }),
			fc.integer({ min: 1, max: 40 }),
			(share, width) => {
				t.is(formatBar(share, width, glyphs).length, width);
				t.is(formatBar(share, width, ascii).length, width);
				if (share < 1) t.not(formatBar(share, width, glyphs), '█'.repeat(width));
			},
		),
	);
});
