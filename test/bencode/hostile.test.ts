/** Inputs made to hang, crash or exhaust a careless decoder: each is refused, and at once. */
import test from 'ava';
import { BencodeError, type BencodeErrorCode } from '../../src/bencode/bencode-error.js';
import { decodeBencode } from '../../src/bencode/decode.js';

/** Generous: the slowest takes some ten milliseconds on an idle machine. */
const DEADLINE_MS = 1000;
/** A busy machine may hold up one of them, a careless decoder is late every time. */
const TRIES = 3;

const refusesSoon = test.macro((t, text: string, code: BencodeErrorCode) => {
	const bytes = Uint8Array.from(Buffer.from(text, 'latin1'));
	let fastestMs = Number.POSITIVE_INFINITY;
	for (let i = 0; i < TRIES && fastestMs >= DEADLINE_MS; i++) {
		const startedAt = performance.now();
		t.throws(() => decodeBencode(bytes), { instanceOf: BencodeError, code });
		fastestMs = performance.now() - startedAt;
	}
	t.true(fastestMs < DEADLINE_MS);
});

test('100,000 open lists are refused', refusesSoon, 'l'.repeat(100_000), 'BENCODE_TOO_DEEP');
test(
	'100,000 lists with all their ends are refused',
	refusesSoon,
	'l'.repeat(100_000) + 'e'.repeat(100_000),
	'BENCODE_TOO_DEEP',
);
test(
	'50,000 nested dictionaries are refused',
	refusesSoon,
	'd1:a'.repeat(50_000),
	'BENCODE_TOO_DEEP',
);
test(
	'an integer of 100,000 digits is refused',
	refusesSoon,
	`i${'9'.repeat(100_000)}e`,
	'BENCODE_INTEGER_RANGE',
);
test(
	'a negative integer of 100,000 digits is refused',
	refusesSoon,
	`i-${'9'.repeat(100_000)}e`,
	'BENCODE_INTEGER_RANGE',
);
test(
	'a string length of 1,000 digits is refused',
	refusesSoon,
	`${'9'.repeat(1000)}:a`,
	'BENCODE_BAD_LENGTH',
);
test(
	'a string of 9 GB that is not there is refused',
	refusesSoon,
	'9999999999:',
	'BENCODE_UNEXPECTED_END',
);
test('a negative string length in a list is refused', refusesSoon, 'l1:a-3:e', 'BENCODE_BAD_TOKEN');
test(
	'a negative string length in a dictionary is refused',
	refusesSoon,
	'd1:a-9:xe',
	'BENCODE_BAD_TOKEN',
);
test('a negative key length is refused', refusesSoon, 'd-1:ai1ee', 'BENCODE_BAD_KEY');
test(
	'two million empty lists are refused',
	refusesSoon,
	`l${'le'.repeat(2_000_000)}e`,
	'BENCODE_TOO_MANY_TOKENS',
);
test(
	'a repeated key after 100,000 unsorted ones is found',
	refusesSoon,
	`d${Array.from({ length: 100_000 }, (_, index) => `6:${999_999 - index}0:`).join('')}6:9999990:e`,
	'BENCODE_DUPLICATE_KEY',
);
test('a repeated key of a megabyte is refused with a short message', (t) => {
	const key = `1000000:${'k'.repeat(1_000_000)}`;
	const error = t.throws(
		() => decodeBencode(Uint8Array.from(Buffer.from(`d${key}0:${key}0:e`, 'latin1'))),
		{ code: 'BENCODE_DUPLICATE_KEY' },
	);
	t.true((error?.message.length ?? 0) < 200);
});
