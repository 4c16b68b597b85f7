/** A small HTTP seed (BEP 17) on loopback: `?info_hash=…&piece=N&ranges=a-b,c-d`. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

export interface HttpSeedServerOptions {
	/** 40 hex digits. */
	readonly infohash: string;
	readonly payload: Uint8Array;
	readonly pieceLengthBytes: number;
	/** Answers instead of the server when it returns true. */
	readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface HttpSeedServer {
	readonly url: string;
	/** Queries as they were sent. */
	readonly queries: string[];
}

export async function startHttpSeedServer(
	t: ExecutionContext,
	options: HttpSeedServerOptions,
): Promise<HttpSeedServer> {
	const queries: string[] = [];
	const server = createServer((request, response) => {
		const query = (request.url ?? '').split('?')[1] ?? '';
		queries.push(query);
		if (options.intercept?.(request, response) === true) return;
		const fields = new Map(
			query.split('&').map((field) => {
				const [name = '', value = ''] = field.split('=');
				return [name, value];
			}),
		);
		// The infohash is bytes, not text: URLSearchParams would take it for UTF-8.
		const infohash = (fields.get('info_hash') ?? '').replaceAll('%', '').toLowerCase();
		if (infohash !== options.infohash) {
			response.writeHead(404).end();
			return;
		}
		const start = Number(fields.get('piece')) * options.pieceLengthBytes;
		const piece = options.payload.subarray(start, start + options.pieceLengthBytes);
		const ranges = fields.get('ranges')?.split(',') ?? [`0-${piece.byteLength - 1}`];
		const parts = ranges.map((range) => {
			const [first = 0, last = 0] = range.split('-').map(Number);
			return piece.subarray(first, last + 1);
		});
		response.end(Buffer.concat(parts));
	});
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}/seed`, queries };
}
