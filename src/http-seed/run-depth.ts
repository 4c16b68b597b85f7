/**
 * How many blocks to have outstanding at an HTTP seed. Like `peer/request-depth.ts`, but never few:
 * each request costs the server a look at its files, so it should be worth it.
 */

const BLOCK_BYTES = 16_384;
/** What the measured rate brings in this time. */
const TARGET_SECONDS = 3;
/** 512 KiB: a slow seed still gets requests of some length. */
const MIN_DEPTH = 32;
/** 16 MiB: two requests of half of it fill any line, and leave the ring to others. */
const MAX_DEPTH = 1024;

/**
 * Blocks to have outstanding, from 32 to 1024; half of them are asked for at a time.
 * @param rateBytesPerSecond - measured payload rate
 * @param blocksReceived - a new seed gets more with each
 */
export function runDepth(rateBytesPerSecond: number, blocksReceived: number): number {
	const byRate = Math.ceil((rateBytesPerSecond * TARGET_SECONDS) / BLOCK_BYTES);
	const slowStart = MIN_DEPTH + blocksReceived;
	return Math.min(Math.max(MIN_DEPTH, byRate), slowStart, MAX_DEPTH);
}
