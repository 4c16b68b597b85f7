/** Which blocks to ask for: a whole download through the picker, and what peers tell it. */
import type * as pickerModuleExports from '../../../src/piece-picker/piece-picker.js';
import type { PiecePicker } from '../../../src/piece-picker/piece-picker.js';
import type * as bitfieldModuleExports from '../../../src/primitives/bitfield.js';
import type { Bitfield } from '../../../src/primitives/bitfield.js';
import { type MicroCase, perSecond, seededRandom, underTest } from './micro-case.js';

type PickerModule = typeof pickerModuleExports;
type BitfieldModule = typeof bitfieldModuleExports;

const PIECE_COUNT = 10_000;
const BLOCKS_PER_PIECE = 16;
const BLOCK_BYTES = 16_384;
/** Requests a peer has outstanding when it has just asked. */
const DEPTH = 32;
/** Of the peers. */
const SEED_SHARE = 0.1;
const FAST = { isSnubbed: false } as const;

interface Modules {
	readonly PiecePicker: PickerModule['PiecePicker'];
	readonly Bitfield: BitfieldModule['Bitfield'];
}

interface Scene {
	readonly picker: PiecePicker<number>;
	readonly fields: readonly Bitfield[];
	/** Blocks on their way from each peer, as piece * blocks + block. */
	readonly queues: number[][];
}

export const pickerMicro: MicroCase = {
	name: 'picker',
	title: '10,000 pieces of 16 blocks; a tenth of the peers are seeds, the others have half',
	figures: [
		{ name: 'download', title: 'blocks of a whole download', unit: 'per s', better: 'higher' },
		{ name: 'middle', title: 'blocks of its first half', unit: 'per s', better: 'higher' },
		{ name: 'endgame', title: 'picks in endgame', unit: 'per s', better: 'higher' },
		{ name: 'haves', title: 'haves', unit: 'per s', better: 'higher' },
		{ name: 'joins', title: 'peers that come and go', unit: 'per s', better: 'higher' },
		{ name: 'interest', title: 'questions of interest', unit: 'per s', better: 'higher' },
	],
	variants: {
		'100 peers': (budgetMs) => measure(budgetMs, 100),
		'1,000 peers': (budgetMs) => measure(budgetMs, 1000),
	},
};

async function measure(
	budgetMs: number,
	peerCount: number,
): Promise<Readonly<Record<string, number>>> {
	const modules: Modules = {
		...(await underTest<PickerModule>('piece-picker/piece-picker.js')),
		...(await underTest<BitfieldModule>('primitives/bitfield.js')),
	};
	const blockCount = PIECE_COUNT * BLOCKS_PER_PIECE;
	const fields = makeFields(modules, peerCount);
	const scene = (): Scene => makeScene(modules, fields);
	const running = scene();
	download(running, blockCount / 10);
	const ending = endgameScene(scene());
	return {
		download: perSecond(budgetMs, scene, (made) => download(made, blockCount)),
		middle: perSecond(budgetMs, scene, (made) => download(made, blockCount / 2)),
		endgame: perSecond(budgetMs, () => ending, endgamePicks),
		haves: perSecond(budgetMs, () => running, tellHaves),
		joins: perSecond(budgetMs, () => running, comeAndGo),
		interest: perSecond(budgetMs, () => running, askInterest),
	};
}

function makeFields({ Bitfield }: Modules, peerCount: number): Bitfield[] {
	const random = seededRandom(1);
	return Array.from({ length: peerCount }, (_, peer) => {
		if (peer < peerCount * SEED_SHARE) return Bitfield.full(PIECE_COUNT);
		const field = new Bitfield(PIECE_COUNT);
		for (let piece = 0; piece < PIECE_COUNT; piece++) if (random() < 0.5) field.set(piece);
		return field;
	});
}

function makeScene({ PiecePicker }: Modules, fields: readonly Bitfield[]): Scene {
	const picker = new PiecePicker<number>({
		layout: {
			pieceCount: PIECE_COUNT,
			pieceLengthBytes: BLOCKS_PER_PIECE * BLOCK_BYTES,
			totalBytes: PIECE_COUNT * BLOCKS_PER_PIECE * BLOCK_BYTES,
		},
		random: seededRandom(2),
	});
	for (const field of fields) picker.peerHas(field);
	return { picker, fields, queues: fields.map(() => []) };
}

/** All peers in turn: each sends a block, and asks again when half of what it had is gone. */
function download({ picker, fields, queues }: Scene, wantedBlocks: number): number {
	let received = 0;
	for (let isIdle = false; received < wantedBlocks && !isIdle; ) {
		isIdle = true;
		for (const [peer, field] of fields.entries()) {
			const queue = queues[peer] ?? [];
			if (queue.length <= DEPTH / 2) {
				for (const { piece, block } of picker.pick(peer, field, DEPTH - queue.length, FAST))
					queue.push(piece * BLOCKS_PER_PIECE + block);
			}
			const key = queue.shift();
			if (key === undefined) continue;
			isIdle = false;
			const piece = Math.floor(key / BLOCKS_PER_PIECE);
			const answer = picker.received(peer, piece, key % BLOCKS_PER_PIECE);
			if (!answer.isNew) continue;
			received++;
			for (const other of answer.others) {
				const theirs = queues[other] ?? [];
				theirs.splice(theirs.indexOf(key), 1);
			}
			if (answer.isPieceComplete) picker.pieceVerified(piece);
		}
	}
	return received;
}

/** One seed was asked for all that is left, the others for nothing yet. */
function endgameScene(scene: Scene): Scene {
	const { picker, fields } = scene;
	const [seed] = fields;
	if (seed === undefined) return scene;
	for (let piece = 0; piece < PIECE_COUNT - 200; piece++) picker.pieceVerified(piece);
	picker.pick(0, seed, PIECE_COUNT * BLOCKS_PER_PIECE, FAST);
	return scene;
}

/** Each other peer is given a few copies, until it takes them back. */
function endgamePicks({ picker, fields }: Scene): number {
	let picks = 0;
	for (const [peer, field] of fields.entries()) {
		if (peer === 0) continue;
		picks++;
		for (const { piece, block } of picker.pick(peer, field, 4, FAST))
			picker.release(peer, piece, block);
	}
	return picks;
}

/** Somebody asks now and then, so that the order is kept. */
function tellHaves({ picker, fields }: Scene): number {
	const haves = 20_000;
	const [seed] = fields;
	for (let i = 0; i < haves; i++) {
		const piece = (i * 7919) % PIECE_COUNT;
		picker.peerGained(piece);
		if (i % 100 === 0 && seed !== undefined) askOnce(picker, seed);
	}
	return haves;
}

function askOnce(picker: PiecePicker<number>, field: Bitfield): void {
	for (const { piece, block } of picker.pick(0, field, 1, FAST)) picker.release(0, piece, block);
}

function comeAndGo({ picker, fields }: Scene): number {
	let peers = 0;
	for (const field of fields.slice(-100)) {
		picker.peerLeft(field);
		picker.peerHas(field);
		// Somebody asks in between, as in life.
		askOnce(picker, field);
		peers++;
	}
	return peers;
}

function askInterest({ picker, fields }: Scene): number {
	let asked = 0;
	for (let i = 0; i < 100; i++) {
		for (const field of fields) {
			picker.isInteresting(field);
			asked++;
		}
	}
	return asked;
}
