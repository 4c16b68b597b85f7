import test from 'ava';
import fc from 'fast-check';
import type { BlockRequest } from '../../src/torrent/block-source.js';
import { RequestQueue } from '../../src/torrent/request-queue.js';

function request(piece: number): BlockRequest {
	return { piece, offsetBytes: 0, lengthBytes: 16_384 };
}

function pieces(queue: RequestQueue): (number | undefined)[] {
	return Array.from({ length: queue.length }, (_, index) => queue.at(index)?.piece);
}

test('whatever is put in, dropped and removed, the queue holds what a plain list would', (t) => {
	const step = fc.oneof(
		fc.record({ push: fc.integer({ min: 1, max: 300 }) }),
		fc.record({ drop: fc.integer({ min: 0, max: 400 }) }),
		fc.record({ remove: fc.integer({ min: 0, max: 999 }) }),
		fc.constant({ clear: true }),
	);
	fc.assert(
		fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
			const queue = new RequestQueue();
			let plain: number[] = [];
			let next = 0;
			for (const one of steps) {
				if ('push' in one)
					for (let i = 0; i < one.push; i++) {
						queue.push(request(next));
						plain.push(next++);
					}
				else if ('drop' in one) {
					queue.drop(one.drop);
					plain = plain.slice(one.drop);
				} else if ('remove' in one) {
					const isThere = plain.includes(one.remove);
					t.is(queue.remove(request(one.remove)), isThere);
					plain = plain.filter((piece) => piece !== one.remove);
				} else {
					t.deepEqual(
						queue.clear().map(({ piece }) => piece),
						plain,
					);
					plain = [];
				}
				t.deepEqual(pieces(queue), plain);
			}
		}),
		{ numRuns: 50 },
	);
});

test('a request that was dropped cannot be removed any more', (t) => {
	const queue = new RequestQueue();
	queue.push(request(1));
	queue.push(request(2));
	queue.drop(1);
	t.false(queue.remove(request(1)));
	t.is(queue.at(0)?.piece, 2);
	t.is(queue.at(1), undefined);
});
