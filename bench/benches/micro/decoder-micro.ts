/** Bytes of a peer into blocks and messages. */
import type * as decoderExports from '../../../src/wire/decoder.js';
import type * as encoderExports from '../../../src/wire/encoder.js';
import { type MicroCase, perSecond, underTest } from './micro-case.js';

type Decoder = typeof decoderExports;
type Encoder = typeof encoderExports;

const BLOCK_BYTES = 16_384;
const STREAM_BLOCKS = 512;
const RING_SLOTS = 64;
const PIECE_COUNT = 10_000;
const SMALL_MESSAGES = 10_000;

export const decoderMicro: MicroCase = {
	name: 'decoder',
	title: 'Parsing what a peer sends',
	figures: [
		{ name: 'payload', title: 'blocks of 16 KiB', unit: 'MB/s', better: 'higher' },
		{ name: 'haves', title: 'haves', unit: 'per s', better: 'higher' },
		{ name: 'requests', title: 'requests', unit: 'per s', better: 'higher' },
	],
	variants: {
		'chunks of 64 KiB': (budgetMs) => measure(budgetMs, 65_536),
		'chunks of 256 KiB': (budgetMs) => measure(budgetMs, 262_144),
	},
};

async function measure(
	budgetMs: number,
	chunkBytes: number,
): Promise<Readonly<Record<string, number>>> {
	const decoder = await underTest<Decoder>('wire/decoder.js');
	const { encodeHave, encodePieceHeader, encodeRequest } =
		await underTest<Encoder>('wire/encoder.js');
	const payload = new Uint8Array(BLOCK_BYTES).fill(7);
	const blocks = chunksOf(
		Array.from({ length: STREAM_BLOCKS }, (_, i) => [
			encodePieceHeader(i, 0, BLOCK_BYTES),
			payload,
		]).flat(),
		chunkBytes,
	);
	const haves = chunksOf(
		Array.from({ length: SMALL_MESSAGES }, (_, i) => encodeHave(i % PIECE_COUNT)),
		chunkBytes,
	);
	const requests = chunksOf(
		Array.from({ length: SMALL_MESSAGES }, (_, i) =>
			encodeRequest({ piece: i % PIECE_COUNT, offsetBytes: 0, lengthBytes: BLOCK_BYTES }),
		),
		chunkBytes,
	);
	return {
		payload: (decodeRate(decoder, blocks, budgetMs) * BLOCK_BYTES) / 1e6,
		haves: decodeRate(decoder, haves, budgetMs),
		requests: decodeRate(decoder, requests, budgetMs),
	};
}

/** Messages and blocks a second. */
function decodeRate(
	{ WireDecoder }: Decoder,
	chunks: readonly Uint8Array[],
	budgetMs: number,
): number {
	const ring = new SharedArrayBuffer(RING_SLOTS * BLOCK_BYTES);
	const slots = Array.from({ length: RING_SLOTS }, (_, i) =>
		Buffer.from(ring, i * BLOCK_BYTES, BLOCK_BYTES),
	);
	let count = 0;
	const decoder = new WireDecoder(
		{
			message: () => void count++,
			blockStart: (piece) => slots[piece % RING_SLOTS],
			blockEnd: () => void count++,
		},
		{ pieceCount: PIECE_COUNT },
	);
	return perSecond(
		budgetMs,
		() => undefined,
		() => {
			const before = count;
			for (const chunk of chunks) decoder.push(chunk);
			return count - before;
		},
	);
}

/** As a socket would give them: each chunk a view into one read buffer's worth of bytes. */
function chunksOf(messages: readonly Uint8Array[], chunkBytes: number): Uint8Array[] {
	const stream = Buffer.concat(messages);
	const chunks: Uint8Array[] = [];
	for (let at = 0; at < stream.byteLength; at += chunkBytes)
		chunks.push(stream.subarray(at, at + chunkBytes));
	return chunks;
}
