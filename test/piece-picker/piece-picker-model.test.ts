import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { PiecePicker } from '../../src/piece-picker/piece-picker.js';
import { Bitfield } from '../../src/primitives/bitfield.js';
import { layoutOf, seededRandom } from './picker-fixture.js';
import { type ModelPeer, SwarmModel } from './swarm-model.js';

const PEERS = ['a', 'b', 'c', 'd'];
const PIECES = 9;

const peerIndex = fc.nat(PEERS.length - 1);
const pieceIndex = fc.nat(PIECES - 1);
const pieces = fc.uniqueArray(pieceIndex, { maxLength: PIECES });

const anyStep = fc.oneof(
	{
		weight: 8,
		arbitrary: fc.record({
			type: fc.constant('pick' as const),
			peer: peerIndex,
			count: fc.integer({ min: 1, max: 12 }),
			isSnubbed: fc.boolean(),
			maxNewPieces: fc.constantFrom(undefined, undefined, 0, 1),
			only: fc.option(pieces, { freq: 8, nil: undefined }),
		}),
	},
	{
		weight: 8,
		arbitrary: fc.record({
			type: fc.constant('receive' as const),
			peer: peerIndex,
			count: fc.integer({ min: 1, max: 8 }),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			type: fc.constantFrom('stray' as const, 'discard' as const),
			peer: peerIndex,
			piece: pieceIndex,
			block: fc.nat(20),
		}),
	},
	{
		weight: 3,
		arbitrary: fc.record({
			type: fc.constant('release' as const),
			peer: peerIndex,
			nth: fc.nat(5),
		}),
	},
	{
		weight: 2,
		arbitrary: fc.record({ type: fc.constant('releaseAll' as const), peer: peerIndex }),
	},
	{
		weight: 4,
		arbitrary: fc.record({
			type: fc.constant('join' as const),
			peer: peerIndex,
			pieces: fc.option(pieces, { freq: 2, nil: undefined }),
		}),
	},
	{ weight: 2, arbitrary: fc.record({ type: fc.constant('leave' as const), peer: peerIndex }) },
	{
		weight: 4,
		arbitrary: fc.record({
			type: fc.constant('gain' as const),
			peer: peerIndex,
			piece: pieceIndex,
		}),
	},
	{
		weight: 4,
		arbitrary: fc.record({ type: fc.constant('check' as const), isGood: fc.boolean() }),
	},
	{ weight: 1, arbitrary: fc.record({ type: fc.constant('lose' as const), piece: pieceIndex }) },
	{
		weight: 1,
		arbitrary: fc.record({
			type: fc.constant('prioritise' as const),
			priorities: fc.array(fc.nat(3), { minLength: PIECES, maxLength: PIECES }),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ type: fc.constant('restore' as const), pieces }) },
);
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;
type PickStep = Extract<Step, { type: 'pick' }>;

class Comparison {
	readonly #picker: PiecePicker<string>;
	readonly #model: SwarmModel;
	readonly #isSequential: boolean;

	constructor(blocksPerPiece: number, seed: number, isSequential: boolean) {
		const layout = layoutOf(PIECES, blocksPerPiece, 1);
		this.#picker = new PiecePicker({ layout, random: seededRandom(seed), randomFirstPieces: 2 });
		this.#isSequential = isSequential;
		this.#picker.setSequential(isSequential);
		this.#model = new SwarmModel(layout, PEERS);
	}

	apply(step: Step): void {
		const model = this.#model;
		const picker = this.#picker;
		const peer = 'peer' in step ? model.peers[step.peer] : undefined;
		switch (step.type) {
			case 'pick':
				if (peer?.isHere === true) this.#pick(peer, step);
				break;
			case 'receive':
				if (peer === undefined) break;
				for (const { piece, block } of model.outstandingOf(peer.name).slice(0, step.count))
					this.#receive(peer.name, piece, block);
				break;
			case 'stray':
				if (peer !== undefined) this.#receive(peer.name, step.piece, step.block);
				break;
			case 'discard':
				picker.discard(step.piece, step.block);
				model.received.delete(`${step.piece}.${step.block}`);
				break;
			case 'release': {
				const ref = peer && model.outstandingOf(peer.name)[step.nth];
				if (peer === undefined || ref === undefined) break;
				picker.release(peer.name, ref.piece, ref.block);
				model.release(peer.name, ref.piece, ref.block);
				break;
			}
			case 'releaseAll':
				if (peer === undefined) break;
				picker.releaseAll(peer.name);
				model.releaseAll(peer.name);
				break;
			case 'join':
				if (peer === undefined || peer.isHere) break;
				peer.field = step.pieces === undefined ? Bitfield.full(PIECES) : new Bitfield(PIECES);
				for (const piece of step.pieces ?? []) peer.field.set(piece);
				peer.isHere = true;
				picker.peerHas(peer.field);
				break;
			case 'leave':
				if (peer?.isHere !== true) break;
				picker.releaseAll(peer.name);
				model.releaseAll(peer.name);
				picker.peerLeft(peer.field);
				peer.isHere = false;
				break;
			case 'gain':
				if (peer?.isHere === true && peer.field.set(step.piece)) picker.peerGained(step.piece);
				break;
			case 'check':
				this.#check(step.isGood);
				break;
			case 'lose':
				picker.pieceLost(step.piece);
				model.have.delete(step.piece);
				break;
			case 'prioritise':
				picker.setPriorities(Uint8Array.from(step.priorities));
				model.priorities = step.priorities;
				break;
			case 'restore': {
				const have = new Bitfield(PIECES);
				for (const piece of step.pieces) have.set(piece);
				picker.restore(have);
				model.have.clear();
				for (const piece of model.pieces()) model.clear(piece);
				for (const piece of step.pieces) model.have.add(piece);
				model.failed.clear();
				break;
			}
		}
		this.#compare();
	}

	#pick(peer: ModelPeer, step: PickStep): void {
		const model = this.#model;
		if (step.isSnubbed) model.hadSlowPeer = true;
		const only = step.only && new Set(step.only);
		const mayAsk = (piece: number): boolean =>
			peer.field.has(piece) && model.isNeeded(piece) && (only?.has(piece) ?? true);
		const free = model.pieces().filter((piece) => mayAsk(piece) && model.freeBlocks(piece) > 0);
		const begunFree = free.filter((piece) => model.isBegun(piece));
		const maxNewPieces = step.maxNewPieces ?? Number.POSITIVE_INFINITY;
		const refs = this.#picker.pick(peer.name, peer.field, step.count, {
			isSnubbed: step.isSnubbed,
			...(only === undefined ? {} : { onlyPieces: only }),
			maxNewPieces,
		});
		assert.ok(refs.length <= step.count);
		let opened = 0;
		for (const { piece, block } of refs) {
			assert.ok(mayAsk(piece), 'the peer has it, we want and lack it');
			assert.ok(block < model.blocks(piece).length && !model.received.has(`${piece}.${block}`));
			const requesters = model.requesters(piece, block);
			assert.ok(!requesters.has(peer.name), 'never the same peer twice');
			assert.ok(requesters.size < 3, 'at most three at a time');
			if (requesters.size > 0) {
				assert.ok(model.isEndgame(), 'a block is asked for twice only in endgame');
				assert.ok(!free.some((other) => !model.failed.has(other) && model.freeBlocks(other) > 0));
			} else if (!model.isBegun(piece)) {
				opened++;
				this.#checkOrder(piece, mayAsk, step);
				const wasLeft = begunFree.some(
					(other) =>
						model.freeBlocks(other) > 0 && !model.failed.has(other) && !this.#isRarer(piece, other),
				);
				if (!model.hadSlowPeer && !model.failed.has(piece))
					assert.ok(!wasLeft, 'begun pieces are finished first, but for rarer ones');
			}
			model.request(peer.name, piece, block);
		}
		assert.ok(opened <= maxNewPieces);
		const left = free.some(
			(piece) =>
				model.freeBlocks(piece) > 0 &&
				!model.failed.has(piece) &&
				(maxNewPieces >= PIECES || model.isBegun(piece)),
		);
		if (left) assert.equal(refs.length, step.count, 'as many as asked for while there are any');
	}

	/** Whether a new piece may come before a begun one. */
	#isRarer(piece: number, begun: number): boolean {
		const model = this.#model;
		if (this.#isSequential || model.have.size < 2) return false;
		const priority = model.priorities[piece] ?? 0;
		const begunPriority = model.priorities[begun] ?? 0;
		if (priority !== begunPriority) return priority > begunPriority;
		return model.availability(piece) < model.availability(begun);
	}

	/** A piece just opened comes before the others that could have been, by the order in force. */
	#checkOrder(piece: number, mayAsk: (piece: number) => boolean, step: PickStep): void {
		const model = this.#model;
		// A bad piece is asked for again before everything else.
		if (model.failed.has(piece)) return;
		const priority = model.priorities[piece] ?? 0;
		const isRandom = !this.#isSequential && model.have.size < 2;
		for (const other of model.pieces()) {
			if (!mayAsk(other) || model.isBegun(other) || other === piece) continue;
			const otherPriority = model.priorities[other] ?? 0;
			assert.ok(otherPriority <= priority, 'priority comes first');
			if (otherPriority < priority || step.only !== undefined || isRandom) continue;

			const rarer = model.availability(other) - model.availability(piece);
			if (this.#isSequential) assert.ok(other > piece, 'in sequence');
			else assert.ok(step.isSnubbed ? rarer <= 0 : rarer >= 0, 'by rarity');
		}
	}

	#receive(peer: string, piece: number, block: number): void {
		const model = this.#model;
		const key = `${piece}.${block}`;
		const isPossible =
			block < model.blocks(piece).length &&
			!model.have.has(piece) &&
			!model.received.has(key) &&
			(model.isNeeded(piece) || model.isBegun(piece));
		const others = [...model.requesters(piece, block)].filter((other) => other !== peer);
		const result = this.#picker.received(peer, piece, block);
		assert.equal(result.isNew, isPossible);
		if (!isPossible) return;
		model.received.add(key);
		model.requests.delete(key);
		assert.deepEqual([...result.others].sort(), others.sort());
		assert.equal(result.isPieceComplete, model.isComplete(piece));
	}

	#check(isGood: boolean): void {
		const model = this.#model;
		for (const piece of model.pieces().filter((each) => model.isComplete(each))) {
			model.clear(piece);
			if (isGood) {
				this.#picker.pieceVerified(piece);
				model.have.add(piece);
				model.failed.delete(piece);
			} else {
				this.#picker.pieceFailed(piece);
				model.failed.add(piece);
			}
		}
	}

	#compare(): void {
		const model = this.#model;
		const picker = this.#picker;
		for (const piece of model.pieces()) {
			assert.equal(picker.availability(piece), model.availability(piece));
			assert.equal(picker.have.has(piece), model.have.has(piece));
			for (const block of model.blocks(piece))
				assert.deepEqual(
					[...picker.requestedBy(piece, block)].sort(),
					[...model.requesters(piece, block)].sort(),
				);
		}
		for (const peer of model.peers)
			assert.equal(picker.isInteresting(peer.field), model.isInteresting(peer.field));
		assert.ok(Math.abs(picker.distributedCopies() - model.distributedCopies()) < 1e-9);
		assert.equal(picker.isComplete, !model.pieces().some((piece) => model.isNeeded(piece)));
		assert.equal(picker.wantedBytes(), model.wantedBytes(false));
		assert.equal(picker.wantedDoneBytes(), model.wantedBytes(true));
		assert.deepEqual(
			picker
				.partialPieces()
				.map(({ piece }) => piece)
				.sort((a, b) => a - b),
			model.pieces().filter((piece) => model.isBegun(piece)),
		);
		if (!picker.isComplete) assert.equal(picker.isEndgame, model.isEndgame());
	}
}

for (const { title, blocksPerPiece, isSequential } of [
	{ title: 'rarest first with small pieces', blocksPerPiece: 3, isSequential: false },
	{ title: 'rarest first with pieces of several runs', blocksPerPiece: 20, isSequential: false },
	{ title: 'sequential mode', blocksPerPiece: 2, isSequential: true },
]) {
	test(`the picker agrees with a naive model whatever happens: ${title}`, (t) => {
		t.notThrows(() =>
			fc.assert(
				fc.property(
					fc.array(anyStep, { minLength: 20, maxLength: 80 }),
					fc.nat(),
					(steps, seed) => {
						const comparison = new Comparison(blocksPerPiece, seed, isSequential);
						for (const each of steps) comparison.apply(each);
					},
				),
				{ numRuns: 150 },
			),
		);
	});
}
