import test from 'ava';
import fc from 'fast-check';
import { copyBytes } from '../../src/primitives/bytes.js';

test('bytes are copied to their place and nowhere else, in own and in shared memory', (t) => {
	fc.assert(
		fc.property(
			fc.uint8Array({ maxLength: 64 }),
			fc.nat(40),
			fc.boolean(),
			fc.boolean(),
			(source, at, isShared, isBuffer) => {
				const memory = isShared ? new SharedArrayBuffer(120) : new ArrayBuffer(120);
				const target = isBuffer ? Buffer.from(memory, 8, 104) : new Uint8Array(memory, 8, 104);
				const expected = new Uint8Array(120);
				expected.set(source, at + 8);
				copyBytes(target, at, source);
				t.deepEqual(Uint8Array.from(new Uint8Array(memory)), expected);
			},
		),
	);
});

test('bytes that do not fit are refused', (t) => {
	for (const target of [Buffer.alloc(4), new Uint8Array(4)]) {
		t.throws(() => copyBytes(target, 2, new Uint8Array(3)), { instanceOf: RangeError });
		t.throws(() => copyBytes(target, 5, new Uint8Array(1)), { instanceOf: RangeError });
		t.deepEqual([...target], [0, 0, 0, 0]);
	}
});
