/** The query of an HTTP announce or scrape (BEP 3, 23, 48), read without trusting any of it. */
import { type Infohash, infohashFromBytes } from '../primitives/infohash.js';
import type { AnnounceEvent } from '../tracker/announce.js';

const MAX_QUERY_LENGTH = 4096;
const MAX_PARAMETERS = 100;

/** How the asker wants its peers. */
export interface AnnounceQuery {
	readonly infohash: Infohash;
	readonly peerId: Uint8Array;
	readonly port: number;
	readonly leftBytes: number;
	readonly event: AnnounceEvent | undefined;
	readonly numWant: number;
	readonly isCompact: boolean;
	readonly wantsPeerIds: boolean;
}

/** A query, or why it is none: normal on the open Internet, so not an exception. */
export type QueryResult =
	| { readonly type: 'announce'; readonly query: AnnounceQuery }
	| { readonly type: 'refused'; readonly reason: string };

/** @param query - what follows the `?`, still percent-encoded */
export function parseAnnounceQuery(query: string): QueryResult {
	const parameters = parseParameters(query);
	if (parameters === undefined) return refused('query is too long');
	const infohash = infohashOf(parameters.get('info_hash')?.[0]);
	if (infohash === undefined) return refused('info_hash is not 20 bytes');
	const peerId = parameters.get('peer_id')?.[0];
	if (peerId?.byteLength !== 20) return refused('peer_id is not 20 bytes');
	const port = wholeNumber(parameters.get('port')?.[0]);
	if (port === undefined || port < 1 || port > 65_535) return refused('port is not 1 to 65535');
	const leftBytes = wholeNumber(parameters.get('left')?.[0]);
	if (leftBytes === undefined) return refused('left is not a size in bytes');
	const text = (key: string): string | undefined => textOf(parameters.get(key)?.[0]);
	return {
		type: 'announce',
		query: {
			infohash,
			peerId,
			port,
			leftBytes,
			event: eventOf(text('event')),
			numWant: wholeNumber(parameters.get('numwant')?.[0]) ?? -1,
			isCompact: text('compact') !== '0',
			wantsPeerIds: text('no_peer_id') !== '1',
		},
	};
}

/** The torrents a scrape asks for; malformed ones are left out. */
export function parseScrapeQuery(query: string): readonly Infohash[] {
	const hashes = parseParameters(query)?.get('info_hash') ?? [];
	return hashes.flatMap((bytes) => infohashOf(bytes) ?? []);
}

function parseParameters(query: string): ReadonlyMap<string, readonly Uint8Array[]> | undefined {
	if (query.length > MAX_QUERY_LENGTH) return undefined;
	const parameters = new Map<string, Uint8Array[]>();
	for (const part of query.split('&').slice(0, MAX_PARAMETERS)) {
		const equals = part.indexOf('=');
		if (equals < 0) continue;
		const values = parameters.get(part.slice(0, equals)) ?? [];
		values.push(percentDecode(part.slice(equals + 1)));
		parameters.set(part.slice(0, equals), values);
	}
	return parameters;
}

/** To raw bytes; a `%` without two hex digits stands for itself. */
function percentDecode(text: string): Uint8Array {
	const plain = text
		.replaceAll('+', ' ')
		.replace(/%([0-9a-f]{2})/gi, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
	return Uint8Array.from(Buffer.from(plain, 'latin1'));
}

function infohashOf(bytes: Uint8Array | undefined): Infohash | undefined {
	return bytes?.byteLength === 20 ? infohashFromBytes(bytes) : undefined;
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
	return bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1');
}

function wholeNumber(bytes: Uint8Array | undefined): number | undefined {
	const text = textOf(bytes);
	if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
	const value = Number(text);
	return Number.isSafeInteger(value) ? value : undefined;
}

function eventOf(text: string | undefined): AnnounceEvent | undefined {
	return text === 'started' || text === 'completed' || text === 'stopped' ? text : undefined;
}

function refused(reason: string): QueryResult {
	return { type: 'refused', reason };
}
