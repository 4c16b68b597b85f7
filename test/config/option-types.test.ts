import test, { type ExecutionContext } from 'ava';
import type { OptionType, Reading } from '../../src/config/option-types.js';
import * as types from '../../src/config/option-types.js';

const CONTEXT = { homeDir: '/home/me', baseDir: '/srv' };

function read<T>(type: OptionType<T>, text: string): Reading<T> {
	return type.read([text], CONTEXT);
}

const reads = test.macro(
	(
		t: ExecutionContext,
		type: OptionType<unknown>,
		cases: readonly (readonly [string, unknown])[],
	) => {
		for (const [text, value] of cases) t.deepEqual(read(type, text), { ok: true, value }, text);
	},
);

const refuses = test.macro(
	(t: ExecutionContext, type: OptionType<unknown>, texts: readonly string[], expected: RegExp) => {
		for (const text of texts) {
			const reading = read(type, text);
			t.false(reading.ok, `"${text}" was taken`);
			if (!reading.ok) t.regex(reading.expected, expected);
		}
	},
);

test('rates take decimal and binary suffixes in either case', reads, types.rateType, [
	['0', 0],
	['800', 800],
	['500k', 500_000],
	['500K', 500_000],
	['2M', 2_000_000],
	['2m', 2_000_000],
	['1.5M', 1_500_000],
	['1G', 1_000_000_000],
	['1Ki', 1024],
	['2mi', 2_097_152],
	['1Gi', 1_073_741_824],
]);

test('a rate below one byte a second is not the same as no limit', reads, types.rateType, [
	['0.1', 1],
]);

test(
	'rates that are not one are refused',
	refuses,
	types.rateType,
	['', '-1', 'fast', '5kb', '5 k k', '1e3', '1,5M', '0x10', '9999999G', 'NaN', 'Infinity'],
	/bytes per second/,
);

test('sizes are bytes with the suffixes of rates', reads, types.sizeType(2 ** 20, 2 ** 31), [
	['1048576', 1_048_576],
	['1Mi', 1_048_576],
	['1.5mi', 1_572_864],
	['48M', 48_000_000],
	['2Gi', 2_147_483_648],
]);

test(
	'a size that is none, too small or too large is refused with its bounds',
	refuses,
	types.sizeType(2 ** 20, 2 ** 31),
	['', '0', '-1', '1000k', '3Gi', '9999999G', 'big', '5kb', '1e9', '64MiB', 'NaN'],
	/^a size such as 64Mi, from 1Mi to 2Gi$/,
);

test('a number within its bounds is taken', reads, types.numberType(1, 64), [
	['1', 1],
	['64', 64],
]);

test(
	'a number out of its bounds, or none, is refused with them',
	refuses,
	types.numberType(1, 64),
	['', '0', '65', '-1', '1.5', 'auto', '99999999999'],
	/^a whole number from 1 to 64$/,
);

test('durations are seconds unless a unit follows', reads, types.durationType(), [
	['0', 0],
	['90', 90_000],
	['90s', 90_000],
	['0.5', 500],
	['10m', 600_000],
	['2H', 7_200_000],
	['1d', 86_400_000],
]);

test(
	'durations that are not one are refused',
	refuses,
	types.durationType(),
	['', '-1', '5 min', '1h30m', '3w', '999999999d'],
	/duration/,
);

test('a duration below its minimum is refused', refuses, types.durationType(100), ['0'], /0\.1 s/);

test('counts are whole numbers', reads, types.countType, [
	['0', 0],
	['500', 500],
]);
test(
	'counts that are not one are refused',
	refuses,
	types.countType,
	['', '-1', '1.5', '1e3', '5k', '99999999999', 'many'],
	/whole number/,
);

test('ratios may have a fraction', reads, types.ratioType, [
	['0', 0],
	['1.5', 1.5],
	['2', 2],
]);
test('ratios that are not one are refused', refuses, types.ratioType, ['', '-1', '1:2'], /number/);

test('ports are one port or a range', reads, types.portRangeType, [
	['0', { first: 0, last: 0 }],
	['6881', { first: 6881, last: 6881 }],
	['6881-6889', { first: 6881, last: 6889 }],
]);
test(
	'ports and ranges that cannot be are refused',
	refuses,
	types.portRangeType,
	['', '65536', '5-4', '0-5', '1-70000', 'http', '1-2-3', '-5'],
	/port|range/,
);

test('paths are made absolute and may start at the home folder', reads, types.pathType, [
	['/a/b', '/a/b'],
	['b', '/srv/b'],
	['./b/../c', '/srv/c'],
	['~', '/home/me'],
	['~/x', '/home/me/x'],
]);
test('paths that no system takes are refused', refuses, types.pathType, ['', 'a\0b'], /path/);

test('addresses are numeric, brackets allowed', reads, types.addressType, [
	['192.0.2.1', '192.0.2.1'],
	['2001:db8::1', '2001:db8::1'],
	['[2001:db8::1]', '2001:db8::1'],
]);
test(
	'host names and broken addresses are refused',
	refuses,
	types.addressType,
	['', 'localhost', '1.2.3', '1.2.3.256', '[1.2.3.4', ':::1'],
	/address/,
);

test('peers are read each, and one bad one spoils the list', (t) => {
	t.deepEqual(types.endpointsType.read(['192.0.2.1:80', '[::1]:5'], CONTEXT), {
		ok: true,
		value: [
			{ address: '192.0.2.1', port: 80 },
			{ address: '::1', port: 5 },
		],
	});
	t.false(types.endpointsType.read(['192.0.2.1:80', '192.0.2.1'], CONTEXT).ok);
});

test('flags outside the command line are words', reads, types.flagType, [
	['true', true],
	['1', true],
	['Yes', true],
	['off', false],
	['false', false],
]);
test('other words are no flag', refuses, types.flagType, ['', 'maybe', '2'], /true or false/);

test('a choice is one of its words', (t) => {
	const type = types.choiceType(['all', 'none']);
	t.deepEqual(read(type, 'None'), { ok: true, value: 'none' });
	t.deepEqual(read(type, 'some'), { ok: false, expected: 'one of all, none' });
});
