import test from 'ava';
import fc from 'fast-check';
import { BlockAssembler } from '../../src/http-seed/block-assembler.js';
import { pseudoRandomBytes } from '../helpers/make-payload.js';

test('any split of the bytes gives the same blocks', (t) => {
	const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 });
	const cuts = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 30 });
	fc.assert(
		fc.property(sizes, cuts, (lengths, chunkLengths) => {
			const total = lengths.reduce((sum, length) => sum + length, 0);
			const bytes = pseudoRandomBytes(total, 5);
			let offset = 0;
			const blocks = lengths.map((lengthBytes) => {
				const block = { piece: 0, offsetBytes: offset, lengthBytes };
				offset += lengthBytes;
				return block;
			});
			const got: Buffer[] = [];
			const assembler = new BlockAssembler(blocks, (block, part) => {
				t.is(part.byteLength, block.lengthBytes);
				got.push(Buffer.from(part));
			});
			let at = 0;
			for (const length of [...chunkLengths, total]) {
				assembler.push(bytes.subarray(at, at + length));
				at += length;
			}
			t.deepEqual(Buffer.concat(got), Buffer.from(bytes));
			t.is(got.length, blocks.length);
		}),
		{ numRuns: 50 },
	);
});

test('what comes after the last block is ignored', (t) => {
	let blocks = 0;
	const assembler = new BlockAssembler(
		[{ piece: 0, offsetBytes: 0, lengthBytes: 4 }],
		() => blocks++,
	);
	assembler.push(new Uint8Array(10));
	assembler.push(new Uint8Array(10));
	t.is(blocks, 1);
});
