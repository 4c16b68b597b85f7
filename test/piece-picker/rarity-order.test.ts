import test from 'ava';
import fc from 'fast-check';
import { RarityOrder } from '../../src/piece-picker/rarity-order.js';
import { seededRandom } from './picker-fixture.js';

const PIECES = 12;

test('after any changes the first piece found is as rare as the rarest fresh one', (t) => {
	const change = fc.record({
		type: fc.constantFrom('raise', 'raise', 'lower', 'take', 'freshen', 'resort'),
		piece: fc.nat(PIECES - 1),
		times: fc.integer({ min: 1, max: 20 }),
	});
	t.notThrows(() =>
		fc.assert(
			fc.property(fc.array(change, { maxLength: 60 }), fc.nat(), (changes, seed) => {
				const random = seededRandom(seed);
				const counts = Array.from({ length: PIECES }, () => 0);
				const fresh = new Set(counts.keys());
				const priorities = [...counts.keys()].map((piece) => (piece % 3) + 1);
				const order = new RarityOrder(PIECES, {
					priorityOf: (piece) => priorities[piece] ?? 1,
					countOf: (piece) => counts[piece] ?? 0,
					isFresh: (piece) => fresh.has(piece),
				});
				for (const { type, piece, times } of changes) {
					const count = counts[piece] ?? 0;
					if (type === 'resort') order.invalidate();
					else if (type === 'take' && fresh.delete(piece)) order.taken(piece);
					else if (type === 'freshen' && !fresh.has(piece)) {
						fresh.add(piece);
						order.freshened(piece);
					} else if (type === 'lower' && count > 0) {
						counts[piece] = count - 1;
						order.lowered(piece);
					} else if (type === 'raise') {
						for (let i = 1; i <= times; i++) {
							counts[piece] = count + i;
							order.raised(piece);
						}
					}
					const unseen = [...fresh].filter((each) => counts[each] === 0).length;
					if (order.freshWithoutPeers() !== unseen) throw new Error('freshWithoutPeers is wrong');
					for (const priority of [1, 2, 3]) {
						const levels = [...fresh]
							.filter((each) => priorities[each] === priority)
							.map((each) => counts[each] ?? 0);
						for (const commonestFirst of [false, true]) {
							const found = order.find(priority, commonestFirst, PIECES, random, () => true);
							if (found < 0 ? levels.length > 0 : !fresh.has(found)) throw new Error('not fresh');
							const best = commonestFirst ? Math.max(...levels) : Math.min(...levels);
							if (found >= 0 && counts[found] !== best) throw new Error('not the best');
						}
					}
				}
			}),
		),
	);
});

test('pieces that thousands of peers have are still found', (t) => {
	const counts = [5000, 4999, 5001];
	const order = new RarityOrder(3, {
		priorityOf: () => 2,
		countOf: (piece) => counts[piece] ?? 0,
		isFresh: () => true,
	});
	const random = seededRandom(1);
	t.true(order.find(2, false, 10, random, () => true) >= 0);
	counts[1] = 4000;
	order.invalidate();
	t.is(
		order.find(2, false, 10, random, () => true),
		1,
	);
	for (let count = 4000; count < 5000; count++) {
		counts[1] = count + 1;
		order.raised(1);
	}
	counts[0] = 0;
	order.invalidate();
	t.is(
		order.find(2, false, 10, random, () => true),
		0,
	);
});
