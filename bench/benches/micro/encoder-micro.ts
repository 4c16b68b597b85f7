/** Messages into bytes. */
import type * as encoderExports from '../../../src/wire/encoder.js';
import { type MicroCase, perSecond, underTest } from './micro-case.js';

type Encoder = typeof encoderExports;

const CALLS = 10_000;

export const encoderMicro: MicroCase = {
	name: 'encoder',
	title: 'Writing what a peer is sent',
	figures: [
		{ name: 'requests', title: 'requests, 64 in one buffer', unit: 'per s', better: 'higher' },
		{ name: 'haves', title: 'haves', unit: 'per s', better: 'higher' },
		{ name: 'pieceHeaders', title: 'headers of blocks', unit: 'per s', better: 'higher' },
	],
	variants: {
		btmany: async (budgetMs) => {
			const { encodeHave, encodePieceHeader, encodeRequests } =
				await underTest<Encoder>('wire/encoder.js');
			const pipeline = Array.from({ length: 64 }, (_, i) => ({
				piece: 17,
				offsetBytes: i * 16_384,
				lengthBytes: 16_384,
			}));
			return {
				requests: repeat(budgetMs, () => encodeRequests(pipeline).byteLength / 17),
				haves: repeat(budgetMs, (i) => encodeHave(i).byteLength / 9),
				pieceHeaders: repeat(budgetMs, (i) => encodePieceHeader(i, 0, 16_384).byteLength / 13),
			};
		},
	},
};

function repeat(budgetMs: number, encode: (i: number) => number): number {
	return perSecond(
		budgetMs,
		() => undefined,
		() => {
			let messages = 0;
			for (let i = 0; i < CALLS; i++) messages += encode(i);
			return messages;
		},
	);
}
