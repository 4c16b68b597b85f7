/** Leases on payload that is in memory already. */
import type * as cacheExports from '../../../src/storage/read-cache.js';
import type { CachedTorrent } from '../../../src/storage/read-cache.js';
import type * as linesExports from '../../../src/storage/read-lines.js';
import type { Figures } from '../../rounds/bench-plan.js';
import { type MicroCase, perSecond, underTest } from './micro-case.js';

type Cache = typeof cacheExports;
type Lines = typeof linesExports;

const MIB = 2 ** 20;
const BLOCK_BYTES = 16_384;
const LEASES = 1024;

export const readCacheMicro: MicroCase = {
	name: 'read-cache',
	title: 'Blocks from the read cache, no disk',
	figures: [
		{ name: 'hits', title: 'blocks that are there', unit: 'per s', better: 'higher' },
		{ name: 'misses', title: 'lines pushed out and filled', unit: 'per s', better: 'higher' },
	],
	variants: { btmany: measure },
};

async function measure(budgetMs: number): Promise<Figures> {
	const { ReadCache } = await underTest<Cache>('storage/read-cache.js');
	const { ReadLines, LINE_BLOCKS } = await underTest<Lines>('storage/read-lines.js');
	const layout = { pieceCount: 256, pieceLengthBytes: MIB, totalBytes: 256 * MIB };
	const torrent: CachedTorrent = {
		key: 1,
		lines: new ReadLines(layout),
		fetch: (_read, done) => queueMicrotask(done),
	};
	const cache = new ReadCache(32 * MIB);
	const blocksPerPiece = MIB / BLOCK_BYTES;
	const lease = async (piece: number, block: number): Promise<void> => {
		(await cache.lease(torrent, [piece * blocksPerPiece + block])).release();
	};
	for (let i = 0; i < LEASES; i++) await lease(Math.floor(i / blocksPerPiece), i % blocksPerPiece);
	const hits = perSecond(
		budgetMs,
		() => undefined,
		() => {
			for (let i = 0; i < LEASES; i++) {
				const [piece, block] = [Math.floor(i / blocksPerPiece), i % blocksPerPiece];
				const leased = cache.lease(torrent, [piece * blocksPerPiece + block]);
				if (leased instanceof Promise) throw new Error(`Block ${piece}.${block} is not there`);
				leased.release();
			}
			return LEASES;
		},
	);
	return { hits, misses: await missRate(budgetMs, lease, LINE_BLOCKS) };
}

/** Runs through a torrent eight times the size of the cache. */
async function missRate(
	budgetMs: number,
	lease: (piece: number, block: number) => Promise<void>,
	lineBlocks: number,
): Promise<number> {
	const startMs = performance.now();
	let lines = 0;
	while (performance.now() - startMs < budgetMs) {
		for (let piece = 0; piece < 256; piece++) {
			for (let block = 0; block < MIB / BLOCK_BYTES; block += lineBlocks) {
				await lease(piece, block);
				lines++;
			}
		}
	}
	return (lines * 1000) / (performance.now() - startMs);
}
