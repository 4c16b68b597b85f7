import test from 'ava';
import { Bitfield } from '../../src/primitives/bitfield.js';
import { FAST, fieldOf, pickerOf, shown } from './picker-fixture.js';

/** Everything of a piece arrives from one peer and is right. */
function complete(picker: ReturnType<typeof pickerOf>, piece: number, blocks: number): void {
	for (let block = 0; block < blocks; block++) picker.received('x', piece, block);
	picker.pieceVerified(piece);
}

test('a piece is asked for in order, and a second one only when the first has no free block', (t) => {
	const picker = pickerOf(3, 4);
	const seed = Bitfield.full(3);
	picker.peerHas(seed);
	picker.setSequential(true);
	t.is(shown(picker.pick('a', seed, 3, FAST)), '0.0 0.1 0.2');
	t.is(shown(picker.pick('b', seed, 3, FAST)), '0.3 1.0 1.1');
	t.is(shown(picker.pick('a', seed, 9, FAST)), '1.2 1.3 2.0 2.1 2.2 2.3');
});

test('the last piece has as many blocks as its bytes need', (t) => {
	const picker = pickerOf(2, 4, { lastBlocks: 2 });
	const seed = Bitfield.full(2);
	picker.peerHas(seed);
	t.is(picker.pick('a', seed, 100, FAST).length, 6);
	t.deepEqual(
		picker
			.partialPieces()
			.map(({ piece, requested, blockCount }) => ({ piece, requested, blockCount }))
			.sort((a, b) => a.piece - b.piece),
		[
			{ piece: 0, requested: 4, blockCount: 4 },
			{ piece: 1, requested: 2, blockCount: 2 },
		],
	);
});

test('the rarest piece is opened first, and a HAVE or a leaving peer changes which one that is', (t) => {
	const picker = pickerOf(4, 1);
	const a = fieldOf(4, [0, 1, 2]);
	const b = fieldOf(4, [0, 1]);
	const c = fieldOf(4, [0]);
	for (const field of [a, b, c]) picker.peerHas(field);
	t.deepEqual(
		[0, 1, 2, 3].map((piece) => picker.availability(piece)),
		[3, 2, 1, 0],
	);
	t.is(shown(picker.pick('a', a, 1, FAST)), '2.0');
	picker.releaseAll('a');
	c.set(2);
	picker.peerGained(2);
	picker.peerLeft(b);
	t.deepEqual(
		[0, 1, 2, 3].map((piece) => picker.availability(piece)),
		[2, 1, 2, 0],
	);
	t.is(shown(picker.pick('a', a, 1, FAST)), '1.0');
});

test('high priority goes before rarer pieces of normal priority, low after, off never', (t) => {
	const picker = pickerOf(4, 1);
	const a = fieldOf(4, [0, 1, 2, 3]);
	const b = fieldOf(4, [2]);
	picker.peerHas(a);
	picker.peerHas(b);
	picker.setPriorities(Uint8Array.of(1, 2, 3, 0));
	t.is(shown(picker.pick('a', a, 10, FAST)), '2.0 1.0 0.0');
	t.false(picker.isWanted(3));
	t.throws(() => picker.setPriorities(new Uint8Array(3)), { instanceOf: RangeError });
});

test('equally rare pieces are opened in an order that differs from run to run', (t) => {
	const first = new Set<number>();
	for (let seed = 0; seed < 60; seed++) {
		const picker = pickerOf(8, 1, { seed });
		const peer = fieldOf(8, [0, 1, 2, 3, 4, 5, 6]);
		picker.peerHas(peer);
		first.add(picker.pick('a', peer, 1, FAST)[0]?.piece ?? -1);
	}
	t.is(first.size, 7);
});

test('the first pieces are random until enough are verified, then the rarest comes', (t) => {
	const seen = new Set<number>();
	for (let seed = 0; seed < 40; seed++) {
		const picker = pickerOf(8, 1, { seed, randomFirstPieces: 1 });
		const common = fieldOf(8, [0, 1, 2, 3, 4, 5, 6]);
		const seedField = Bitfield.full(8);
		picker.peerHas(common);
		picker.peerHas(seedField);
		const [ref] = picker.pick('a', seedField, 1, FAST);
		seen.add(ref?.piece ?? -1);
		const piece = ref?.piece ?? 0;
		picker.received('a', piece, 0);
		picker.pieceVerified(piece);
		if (piece !== 7) t.is(shown(picker.pick('a', seedField, 1, FAST)), '7.0');
	}
	t.true(seen.size > 4);
});

test('of several begun pieces the one with most blocks done is finished first', (t) => {
	const picker = pickerOf(3, 4);
	const seed = Bitfield.full(3);
	picker.peerHas(seed);
	picker.setSequential(true);
	picker.pick('a', seed, 8, FAST);
	picker.setSequential(false);
	picker.received('a', 0, 0);
	picker.received('a', 1, 0);
	picker.received('a', 1, 1);
	picker.releaseAll('a');
	t.is(shown(picker.pick('b', seed, 4, FAST)), '1.2 1.3 0.1 0.2');
});

test('in a big piece each peer gets runs of neighbouring blocks', (t) => {
	const picker = pickerOf(1, 64);
	const seed = Bitfield.full(1);
	picker.peerHas(seed);
	t.is(shown(picker.pick('a', seed, 2, FAST)), '0.0 0.1');
	t.is(shown(picker.pick('b', seed, 2, FAST)), '0.16 0.17');
	t.is(shown(picker.pick('a', seed, 2, FAST)), '0.2 0.3');
	t.is(shown(picker.pick('b', seed, 2, FAST)), '0.18 0.19');
	t.is(picker.pick('a', seed, 100, FAST).length, 56);
});

test('only pieces the peer has are picked, however few they are', (t) => {
	const picker = pickerOf(20_000, 1);
	const most = new Bitfield(20_000);
	for (let piece = 0; piece < 19_999; piece++) most.set(piece);
	picker.peerHas(most);
	const few = fieldOf(20_000, [12_345, 19_998]);
	picker.peerHas(few);
	t.true(picker.isInteresting(few));
	t.deepEqual(
		picker
			.pick('a', few, 10, FAST)
			.map(({ piece }) => piece)
			.sort((a, b) => a - b),
		[12_345, 19_998],
	);
	complete(picker, 12_345, 1);
	complete(picker, 19_998, 1);
	t.false(picker.isInteresting(few));
	few.set(7);
	picker.peerGained(7);
	t.true(picker.isInteresting(few));
});

test('a new piece is begun only as far as the caller has memory for it', (t) => {
	const picker = pickerOf(4, 2);
	const seed = Bitfield.full(4);
	picker.peerHas(seed);
	t.is(picker.pick('a', seed, 10, { ...FAST, maxNewPieces: 0 }).length, 0);
	t.is(picker.pick('a', seed, 10, { ...FAST, maxNewPieces: 2 }).length, 4);
	t.false(picker.isEndgame);
	t.is(picker.pick('b', seed, 10, { ...FAST, maxNewPieces: 0 }).length, 0);
});

test('while choked only the allowed-fast pieces are asked for', (t) => {
	const picker = pickerOf(6, 2);
	const peer = fieldOf(6, [0, 1, 2, 3]);
	picker.peerHas(peer);
	const onlyPieces = new Set([2, 5]);
	t.is(shown(picker.pick('a', peer, 10, { ...FAST, onlyPieces })), '2.0 2.1');
});

test('a released block is asked for again, and a peer that goes leaves nothing reserved', (t) => {
	const picker = pickerOf(1, 3);
	const seed = Bitfield.full(1);
	picker.peerHas(seed);
	picker.pick('a', seed, 2, FAST);
	picker.pick('b', seed, 1, FAST);
	picker.release('a', 0, 1);
	t.deepEqual(picker.requestedBy(0, 1), []);
	t.is(shown(picker.pick('c', seed, 1, FAST)), '0.1');
	picker.release('a', 0, 2);
	t.deepEqual(picker.requestedBy(0, 2), ['b'], 'a request of somebody else is not touched');
	for (const peer of ['a', 'b', 'c']) picker.releaseAll(peer);
	t.deepEqual(picker.partialPieces(), []);
	t.is(picker.pick('d', seed, 5, FAST).length, 3);
});

test('a bad piece is asked for again as a whole, from one peer that answers for all of it', (t) => {
	const picker = pickerOf(1, 4);
	const seed = Bitfield.full(1);
	picker.peerHas(seed);
	picker.pick('a', seed, 2, FAST);
	picker.pick('b', seed, 2, FAST);
	for (const [peer, block] of [
		['a', 0],
		['a', 1],
		['b', 2],
	] as const)
		t.false(picker.received(peer, 0, block).isPieceComplete);
	t.true(picker.received('b', 0, 3).isPieceComplete);
	picker.pieceFailed(0);
	t.false(picker.isComplete);
	t.is(shown(picker.pick('b', seed, 2, FAST)), '0.0 0.1');
	t.is(shown(picker.pick('a', seed, 4, FAST)), '');
	t.is(shown(picker.pick('b', seed, 4, FAST)), '0.2 0.3');
	t.is(shown(picker.pick('a', seed, 4, FAST)), '', 'no copies of it either');
	picker.releaseAll('b');
	t.is(shown(picker.pick('a', seed, 4, FAST)), '0.0 0.1 0.2 0.3');
	picker.pieceVerified(0);
	t.true(picker.isComplete);
});

test('a peer that holds a bad piece and sends nothing cannot hold up the download for ever', (t) => {
	const picker = pickerOf(1, 4);
	const seed = Bitfield.full(1);
	picker.peerHas(seed);
	picker.pick('a', seed, 4, FAST);
	for (let block = 0; block < 4; block++) picker.received('a', 0, block);
	picker.pieceFailed(0);
	picker.pick('a', seed, 1, FAST);
	let tries = 0;
	while (picker.pick('b', seed, 4, FAST).length === 0 && tries < 1000) tries++;
	t.true(tries > 100 && tries < 1000, `${tries} tries`);
});

test('a block that comes after its request was given up is kept while it is missing', (t) => {
	const picker = pickerOf(2, 2);
	const seed = Bitfield.full(2);
	picker.peerHas(seed);
	picker.setSequential(true);
	picker.pick('a', seed, 1, FAST);
	picker.release('a', 0, 0);
	t.true(picker.received('a', 0, 0).isNew);
	t.false(picker.received('a', 0, 0).isNew);
	t.is(shown(picker.pick('b', seed, 1, FAST)), '0.1');
	const late = picker.received('a', 0, 1);
	t.deepEqual(late, { isNew: true, others: ['b'], isPieceComplete: true });
});

test('a block that is discarded is asked for again', (t) => {
	const picker = pickerOf(1, 2);
	const seed = Bitfield.full(1);
	picker.peerHas(seed);
	picker.pick('liar', seed, 1, FAST);
	picker.pick('a', seed, 1, FAST);
	picker.received('liar', 0, 0);
	picker.received('a', 0, 1);
	picker.discard(0, 0);
	picker.discard(0, 0);
	picker.discard(5, 0);
	t.is(shown(picker.pick('a', seed, 9, FAST)), '0.0');
	t.true(picker.received('a', 0, 0).isPieceComplete);
	picker.discard(0, 0);
	picker.discard(0, 1);
	t.deepEqual(picker.partialPieces(), []);
});

test('blocks that cannot be are refused', (t) => {
	const picker = pickerOf(2, 2, { lastBlocks: 1 });
	for (const [piece, block] of [
		[-1, 0],
		[2, 0],
		[0, 2],
		[0, -1],
		[1, 1],
		[0, 0.5],
		[Number.NaN, 0],
	] as const)
		t.false(picker.received('a', piece, block).isNew, `${piece}.${block}`);
	picker.peerGained(2);
	picker.peerGained(-1);
	picker.pieceVerified(7);
	t.is(picker.have.count, 0);
	t.is(picker.distributedCopies(), 0);
});

test('blocks that nobody was asked for cannot begin pieces without end', (t) => {
	const picker = pickerOf(5000, 2);
	let kept = 0;
	for (let piece = 0; piece < 5000; piece++) if (picker.received('a', piece, 0).isNew) kept++;
	t.is(kept, 256);
});

test('bytes wanted and done follow verified, lost and switched-off pieces', (t) => {
	const picker = pickerOf(3, 2, { lastBlocks: 1 });
	const piece = 2 * 16_384;
	t.is(picker.wantedBytes(), 2 * piece + 16_284);
	picker.pieceVerified(0);
	picker.pieceVerified(2);
	t.is(picker.wantedDoneBytes(), piece + 16_284);
	picker.setPriorities(Uint8Array.of(2, 0, 2));
	t.is(picker.wantedBytes(), piece + 16_284);
	t.true(picker.isComplete);
	picker.pieceLost(0);
	t.is(picker.wantedDoneBytes(), 16_284);
	t.false(picker.isComplete);
	picker.setPriorities(Uint8Array.of(2, 2, 2));
	picker.restore(Bitfield.full(3));
	t.is(picker.wantedDoneBytes(), picker.wantedBytes());
	t.true(picker.isComplete);
});

test('a piece switched off while it is begun is asked for no further, and goes on when wanted again', (t) => {
	const picker = pickerOf(2, 4);
	const seed = Bitfield.full(2);
	picker.peerHas(seed);
	picker.setSequential(true);
	picker.pick('a', seed, 1, FAST);
	picker.received('a', 0, 0);
	picker.setPriorities(Uint8Array.of(0, 2));
	t.is(shown(picker.pick('a', seed, 4, FAST)), '1.0 1.1 1.2 1.3');
	picker.setPriorities(Uint8Array.of(2, 2));
	t.is(shown(picker.pick('a', seed, 4, FAST)), '0.1 0.2 0.3');
});

test('an empty torrent is complete from the start', (t) => {
	const picker = pickerOf(0, 1);
	t.true(picker.isComplete);
	t.false(picker.isEndgame);
	t.is(picker.wantedBytes(), 0);
	t.deepEqual(picker.pick('a', new Bitfield(0), 4, FAST), []);
	picker.peerHas(new Bitfield(0));
	t.is(picker.distributedCopies(), 0);
});

test('many picks on a torrent of two million pieces take little time', (t) => {
	const picker = pickerOf(2_000_000, 1);
	const seed = Bitfield.full(2_000_000);
	const leecher = new Bitfield(2_000_000);
	for (let piece = 0; piece < 2_000_000; piece += 3) leecher.set(piece);
	picker.peerHas(seed);
	picker.peerHas(leecher);
	const startedMs = performance.now();
	for (let i = 0; i < 20_000; i++) {
		const peer = i % 2 === 0 ? 'seed' : 'leecher';
		const field = i % 2 === 0 ? seed : leecher;
		for (const { piece, block } of picker.pick(peer, field, 1, FAST)) {
			picker.received(peer, piece, block);
			picker.pieceVerified(piece);
		}
		picker.peerGained(i);
	}
	const tookMs = performance.now() - startedMs;
	t.is(picker.have.count, 20_000);
	t.true(tookMs < 10_000, `${tookMs} ms`);
});
