/** A leech in a process of its own: what happens to this one's event loop does not change what it sees. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';
import type { Infohash } from '../../src/primitives/infohash.js';

export interface StallLeech {
	/** Blocks received so far: when, in ms since 1970, and how many bytes. */
	arrivals(): Promise<readonly (readonly [atMs: number, bytes: number])[]>;
}

export function startStallLeech(
	t: ExecutionContext,
	seed: {
		readonly port: number;
		readonly infohash: Infohash;
		readonly payloadBytes: number;
		readonly pieceBytes: number;
	},
): StallLeech {
	const child = fork(
		new URL('./hostile-stall-leech-program.js', import.meta.url),
		[seed.port, seed.infohash, seed.payloadBytes, seed.pieceBytes].map(String),
	);
	t.teardown(() => {
		if (child.connected) child.disconnect();
	});
	return {
		async arrivals() {
			const answer = once(child, 'message');
			child.send('report');
			const [arrivals]: unknown[] = await answer;
			if (!Array.isArray(arrivals)) throw new Error('no report');
			return arrivals;
		},
	};
}

/** Bytes that came from one moment to another. */
export function bytesBetween(
	arrivals: readonly (readonly [atMs: number, bytes: number])[],
	fromMs: number,
	untilMs: number,
): number {
	let sum = 0;
	for (const [atMs, bytes] of arrivals) if (atMs >= fromMs && atMs < untilMs) sum += bytes;
	return sum;
}
