/** When payload begins to flow from a seeder, seen in the kernel's queues: the same for every client. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const ASK_EVERY_MS = 5;
/** A state of proc_net_tcp(5). */
const ESTABLISHED = '01';

/**
 * Waits for bytes on their way from the seeder; looks no more after that, so that the transfer
 * itself is not disturbed.
 * @param address - of the seeder, and of nobody else; whoever dialled, its connections have it
 * @param minBytes - more than handshake and bitfield leave in a queue
 * @returns `performance.now()` then; undefined when `signal` was aborted first
 */
export async function firstFlowAt(
	address: string,
	minBytes: number,
	signal: AbortSignal,
): Promise<number | undefined> {
	while (!signal.aborted) {
		const table = readFileSync('/proc/net/tcp', 'utf8');
		if (queuedBytes(table, address) > minBytes) return performance.now();
		await sleep(ASK_EVERY_MS);
	}
	return undefined;
}

/**
 * The most bytes that any connection of that address has on their way out: not yet acknowledged
 * at its own end, or not yet read at the other.
 * @param table - text of `/proc/net/tcp`
 */
export function queuedBytes(table: string, address: string): number {
	const prefix = `${encodeAddress(address)}:`;
	let most = 0;
	for (const line of table.split('\n')) {
		const [, local = '', remote = '', state, queues = ''] = line.trim().split(/\s+/);
		if (state !== ESTABLISHED) continue;
		const [sent = '0', received = '0'] = queues.split(':');
		if (local.startsWith(prefix)) most = Math.max(most, Number.parseInt(sent, 16));
		if (remote.startsWith(prefix)) most = Math.max(most, Number.parseInt(received, 16));
	}
	return most;
}

/** `0200007F`: in the machine's byte order, which is little-endian wherever Node runs on Linux. */
function encodeAddress(address: string): string {
	const bytes = address.split('.').map(Number).toReversed();
	return Buffer.from(bytes).toString('hex').toUpperCase();
}
