/** The HTTP side of a tracker: `GET /announce` and `GET /scrape`. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { unmapIpv4 } from '../primitives/endpoint.js';
import type { Infohash } from '../primitives/infohash.js';
import { parseAnnounceQuery, parseScrapeQuery } from './http-query.js';
import { encodeAnnounceReply, encodeFailure, encodeScrapeReply } from './http-reply.js';
import type { SwarmAnnounce, SwarmAnswer, SwarmCounts } from './swarm-table.js';

/** Slow or idle connections are ended, so that a few thousand of them hold nothing. */
const HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 5000;
const MAX_HEADER_BYTES = 8192;
const MAX_CONNECTIONS = 1000;

/** What the endpoints of a tracker ask of it. */
export interface TrackerDesk {
	readonly intervalSeconds: number;
	readonly minIntervalSeconds: number | undefined;
	announce(request: SwarmAnnounce): SwarmAnswer;
	scrape(infohash: Infohash): SwarmCounts | undefined;
}

/** A server that is not listening yet; it never throws at a request. */
export function createHttpEndpoint(desk: TrackerDesk): Server {
	const server = createServer(
		{
			maxHeaderSize: MAX_HEADER_BYTES,
			headersTimeout: HEADERS_TIMEOUT_MS,
			requestTimeout: HEADERS_TIMEOUT_MS,
			keepAliveTimeout: KEEP_ALIVE_MS,
		},
		(request, response) => {
			request.resume(); // A body is not ours to read.
			const [status, body] = answer(desk, request);
			send(response, status, body);
		},
	);
	server.maxConnections = MAX_CONNECTIONS;
	server.on('clientError', (_error, socket) => socket.destroy());
	return server;
}

function answer(desk: TrackerDesk, request: IncomingMessage): readonly [number, Uint8Array] {
	const [path = '', query = ''] = splitOnce(request.url ?? '', '?');
	if (request.method !== 'GET') return [405, encodeFailure('only GET is served')];
	if (path === '/announce') return [200, announce(desk, query, request.socket.remoteAddress)];
	if (path === '/scrape') return [200, scrape(desk, query)];
	return [404, encodeFailure('only /announce and /scrape are served')];
}

function announce(desk: TrackerDesk, text: string, remote: string | undefined): Uint8Array {
	const result = parseAnnounceQuery(text);
	if (result.type === 'refused') return encodeFailure(result.reason);
	if (remote === undefined) return encodeFailure('connection is gone');
	const { query } = result;
	// The address is the one we see: an `ip` parameter would let anybody direct a swarm at a victim.
	const endpoint = { address: unmapIpv4(remote.replace(/%.*$/, '')), port: query.port };
	const { intervalSeconds, minIntervalSeconds } = desk;
	const { isCompact, wantsPeerIds } = query;
	return encodeAnnounceReply(desk.announce({ ...query, endpoint }), {
		intervalSeconds,
		minIntervalSeconds,
		isCompact,
		wantsPeerIds,
	});
}

function scrape(desk: TrackerDesk, text: string): Uint8Array {
	const infohashes = parseScrapeQuery(text);
	// All torrents at once would be a list for strangers, and without bound.
	if (infohashes.length === 0) return encodeFailure('scrape needs an info_hash of 20 bytes');
	const swarms = infohashes.flatMap((infohash) => {
		const counts = desk.scrape(infohash);
		return counts === undefined ? [] : [[infohash, counts] as const];
	});
	return encodeScrapeReply(swarms);
}

function send(response: ServerResponse, status: number, body: Uint8Array): void {
	response.on('error', () => {}); // The asker is gone: nothing to tell.
	response.writeHead(status, {
		'content-type': 'text/plain',
		'content-length': body.byteLength,
		'cache-control': 'no-store',
	});
	response.end(body);
}

function splitOnce(text: string, separator: string): readonly string[] {
	const at = text.indexOf(separator);
	return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
