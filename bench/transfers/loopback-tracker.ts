/** What the trackers of the benches share: a HTTP server on loopback, and how an answer is written. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const HOST = '127.0.0.1';
/** Nobody is to ask again. */
const INTERVAL_SECONDS = 3600;

export interface PeerPlace {
	/** IPv4. */
	readonly address: string;
	readonly port: number;
}

export interface LoopbackTracker {
	readonly announce: string;
	close(): Promise<void>;
}

/** @param asked gets the query of each announce; the answer may be given at any time */
export async function startTracker(
	asked: (query: URLSearchParams, response: ServerResponse) => void,
): Promise<LoopbackTracker> {
	const server = createServer((request, response) =>
		asked(new URL(request.url ?? '/', `http://${HOST}`).searchParams, response),
	);
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, HOST, resolve);
	});
	server.unref();
	return {
		announce: `http://${HOST}:${(server.address() as AddressInfo).port}/announce`,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** BEP 3, with the peers of BEP 23. */
export function trackerAnswer(peers: readonly PeerPlace[]): Uint8Array {
	const bytes = peers.flatMap(({ address, port }) => [
		...address.split('.').map(Number),
		port >>> 8,
		port & 255,
	]);
	return Buffer.concat([
		Buffer.from(`d8:intervali${INTERVAL_SECONDS}e5:peers${bytes.length}:`),
		Uint8Array.from(bytes),
		Buffer.from('e'),
	]);
}
