import test from 'ava';
import fc from 'fast-check';
import { forEachPiece, PieceSet } from '../../src/piece-picker/piece-set.js';
import { Bitfield } from '../../src/primitives/bitfield.js';

test('searching finds what a plain loop finds, from any place, after any changes', (t) => {
	const length = 45;
	const piece = fc.nat(length - 1);
	const change = fc.record({ isAdded: fc.boolean(), piece });
	t.notThrows(() =>
		fc.assert(
			fc.property(fc.array(change), fc.uniqueArray(piece), piece, (changes, has, from) => {
				const set = new PieceSet(length);
				const members = new Set<number>();
				const field = new Bitfield(length);
				for (const each of has) {
					field.set(each);
					set.hasCommon(field);
				}
				for (const each of changes) {
					if (each.isAdded) {
						set.add(each.piece);
						members.add(each.piece);
					} else {
						set.delete(each.piece);
						members.delete(each.piece);
					}
					const common = [...members].filter((member) => field.has(member)).sort((a, b) => a - b);
					if (set.hasCommon(field) !== common.length > 0) throw new Error('hasCommon is wrong');
					const first = common.find((member) => member >= from) ?? -1;
					if (set.firstCommon(field, from) !== first) throw new Error('firstCommon is wrong');
					const next = first < 0 ? (common[0] ?? -1) : first;
					if (set.nextCommon(field, from) !== next) throw new Error('nextCommon is wrong');
					if (set.count !== members.size) throw new Error('count is wrong');
				}
			}),
		),
	);
});

test('a peer that had nothing of use is seen to have something after its next HAVE', (t) => {
	const set = new PieceSet(100);
	set.add(70);
	const field = new Bitfield(100);
	field.set(3);
	t.false(set.hasCommon(field));
	field.set(70);
	t.true(set.hasCommon(field));
	set.delete(70);
	t.false(set.hasCommon(field));
	set.add(3);
	t.true(set.hasCommon(field));
});

test('the pieces of a field are visited in order', (t) => {
	const field = new Bitfield(20);
	for (const piece of [19, 0, 8, 7]) field.set(piece);
	const visited: number[] = [];
	forEachPiece(field, (piece) => visited.push(piece));
	t.deepEqual(visited, [0, 7, 8, 19]);
});
