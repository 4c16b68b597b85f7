import test from 'ava';
import type { BlockRing } from '../../src/storage/storage.js';
import { PieceBuffers } from '../../src/torrent/piece-buffers.js';

const LAYOUT = { pieceCount: 4, pieceLengthBytes: 65_536, totalBytes: 3 * 65_536 + 20_000 };

class FakeRing implements BlockRing {
	readonly slotCount: number;
	readonly #free: Set<number>;
	#promised = 0;

	constructor(slotCount: number) {
		this.slotCount = slotCount;
		this.#free = new Set(Array.from({ length: slotCount }, (_none, i) => i));
	}

	get freeCount(): number {
		return this.#free.size - this.#promised;
	}

	reserve(): boolean {
		if (this.freeCount === 0) return false;
		this.#promised++;
		return true;
	}

	unreserve(): void {
		if (this.#promised-- === 0) throw new Error('a promise was given back twice');
	}

	take(preferred?: number): number {
		if (this.#promised-- === 0) throw new Error('nothing was promised');
		const [first] = this.#free;
		const slot = preferred !== undefined && this.#free.has(preferred) ? preferred : first;
		if (slot === undefined) throw new Error('a promise was broken');
		this.#free.delete(slot);
		return slot;
	}

	findRun(): number | undefined {
		const [first] = this.#free;
		return first;
	}

	free(slot: number): void {
		if (this.#free.has(slot)) throw new Error(`slot ${slot} was given back twice`);
		this.#free.add(slot);
	}

	view(_slot: number, lengthBytes: number): Uint8Array {
		return new Uint8Array(lengthBytes);
	}

	onFree(): void {}
}

function made(slots = 8): { ring: FakeRing; buffers: PieceBuffers<string> } {
	const ring = new FakeRing(slots);
	return { ring, buffers: new PieceBuffers<string>(LAYOUT, ring) };
}

function receive(buffers: PieceBuffers<string>, piece: number, block: number, from: string): void {
	buffers.reserve(piece, block, 0);
	buffers.startBlock(piece, block, from, 0);
	buffers.endBlock(piece, block, from, 0);
}

test('a piece is handed over when its last block is in, with who sent each, in neighbouring slots', (t) => {
	const { ring, buffers } = made();
	for (const block of [0, 1, 2]) receive(buffers, 1, block, block === 1 ? 'b' : 'a');
	t.is(buffers.finish(1), undefined);
	receive(buffers, 1, 3, 'a');
	const finished = buffers.finish(1);
	t.deepEqual(finished?.senders, ['a', 'b', 'a', 'a']);
	t.deepEqual([...(finished?.slots ?? [])], [0, 1, 2, 3]);
	t.is(buffers.openPieces, 0);
	t.is(buffers.finish(1), undefined);
	t.is(ring.freeCount, 4);
});

test('blocks that arrive out of order still end up in neighbouring slots', (t) => {
	const { buffers } = made();
	for (const block of [2, 0, 3, 1]) buffers.reserve(1, block, 0);
	for (const block of [0, 2, 1, 3]) receive(buffers, 1, block, 'a');
	t.deepEqual([...(buffers.finish(1)?.slots ?? [])], [0, 1, 2, 3]);
});

test('the last piece has as many blocks as it has bytes for', (t) => {
	const { buffers } = made();
	buffers.reserve(3, 0, 0);
	t.is(buffers.startBlock(3, 0, 'a', 0)?.byteLength, 16_384);
	buffers.endBlock(3, 0, 'a', 0);
	buffers.reserve(3, 1, 0);
	t.is(buffers.startBlock(3, 1, 'a', 0)?.byteLength, 20_000 - 16_384);
	buffers.endBlock(3, 1, 'a', 0);
	t.is(buffers.finish(3)?.slots.length, 2);
});

test('a block that nobody asked for, that is there, or that another writes, has no place', (t) => {
	const { buffers } = made();
	t.is(buffers.startBlock(0, 0, 'a', 0), undefined);
	buffers.reserve(0, 0, 0);
	t.not(buffers.startBlock(0, 0, 'a', 0), undefined);
	t.is(buffers.startBlock(0, 0, 'b', 0), undefined);
	t.false(buffers.endBlock(0, 0, 'b', 0));
	t.true(buffers.endBlock(0, 0, 'a', 0));
	t.is(buffers.startBlock(0, 0, 'b', 0), undefined);
	t.false(buffers.endBlock(0, 0, 'a', 0));
});

test('when memory is used up nothing more is reserved, and what is given back is used again', (t) => {
	const { ring, buffers } = made(2);
	t.true(buffers.reserve(0, 0, 0));
	t.true(buffers.reserve(0, 0, 0));
	t.true(buffers.reserve(0, 1, 0));
	t.false(buffers.reserve(0, 2, 0));
	buffers.unreserve(0, 0);
	t.true(buffers.reserve(0, 2, 0));
	buffers.unreserve(0, 1);
	buffers.unreserve(0, 2);
	t.is(ring.freeCount, 2);
	t.is(buffers.openPieces, 0);
});

test('a block that is received or being written keeps its place when it is given up', (t) => {
	const { ring, buffers } = made();
	receive(buffers, 0, 0, 'a');
	buffers.reserve(0, 1, 0);
	buffers.startBlock(0, 1, 'a', 0);
	buffers.unreserve(0, 0);
	buffers.unreserve(0, 1);
	t.is(ring.freeCount, 6);
	buffers.abandon('a');
	t.is(ring.freeCount, 7);
	t.is(buffers.startBlock(0, 0, 'b', 0), undefined);
	t.not(buffers.startBlock(0, 1, 'b', 0), undefined);
});

test('what is moved to the disk is received blocks of the longest untouched pieces, each once', (t) => {
	const { buffers } = made();
	receive(buffers, 0, 0, 'a');
	buffers.reserve(1, 0, 50);
	buffers.startBlock(1, 0, 'a', 50);
	buffers.endBlock(1, 0, 'a', 50);
	buffers.reserve(0, 1, 0);
	t.deepEqual(buffers.takeSpill(10, 10), [{ piece: 0, block: 0, slot: 0 }]);
	t.deepEqual(buffers.takeSpill(10, 10), []);
	t.is(buffers.takeSpill(10, 100).length, 1);
	for (const block of [1, 2, 3]) receive(buffers, 0, block, 'b');
	t.deepEqual([...(buffers.finish(0)?.slots ?? [])][0], -1);
});

test('clearing gives every slot back once', (t) => {
	const { ring, buffers } = made();
	receive(buffers, 0, 0, 'a');
	buffers.reserve(1, 2, 0);
	buffers.reserve(2, 0, 0);
	buffers.startBlock(2, 0, 'b', 0);
	buffers.clear();
	t.is(ring.freeCount, 8);
	buffers.abandon('b');
	buffers.unreserve(1, 2);
	t.is(ring.freeCount, 8);
});
