/**
 * UDP tracker packets, both directions (BEP 15, with the URL data option of BEP 41).
 * All numbers are big-endian. Every packet starts with an action and a transaction id, except that
 * requests put the 8-byte connection id before them.
 */
import { readUint16, readUint32, utf8, writeUint16, writeUint32 } from '../primitives/bytes.js';
import {
	addressBytes,
	type Endpoint,
	readCompactIpv4,
	readCompactIpv6,
} from '../primitives/endpoint.js';
import { type Infohash, infohashBytes } from '../primitives/infohash.js';
import {
	type AnnounceEvent,
	type AnnounceRequest,
	type AnnounceResponse,
	clampInterval,
	MAX_PEERS,
	type ScrapeResponse,
} from './announce.js';
import { trackerText } from './tracker-text.js';

export const UDP_ACTIONS = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;

/** What a connect request carries in place of a connection id. */
export const UDP_PROTOCOL_ID: Uint8Array = Uint8Array.of(0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80);

const EVENT_NUMBERS: Readonly<Record<AnnounceEvent, number>> = {
	completed: 1,
	started: 2,
	stopped: 3,
};
const ANNOUNCE_REQUEST_BYTES = 98;
const ANNOUNCE_ANSWER_BYTES = 20;
/** BEP 41: option type, then length, then at most this many bytes. */
const URL_DATA_OPTION = 2;
const MAX_OPTION_BYTES = 255;

export type UdpAnswer =
	| { readonly type: 'connect'; readonly connectionId: Uint8Array }
	| { readonly type: 'announce'; readonly response: AnnounceResponse }
	| { readonly type: 'scrape'; readonly response: ScrapeResponse }
	| { readonly type: 'error'; readonly message: string };

/** `protocol id (8) | action 0 (4) | transaction id (4)` */
export function encodeUdpConnect(transactionId: number): Uint8Array {
	return packet(16, UDP_PROTOCOL_ID, UDP_ACTIONS.connect, transactionId);
}

/**
 * ```
 * 0 connection id 8 | 8 action 1 | 12 transaction id | 16 infohash 20 | 36 peer id 20
 * 56 downloaded 8 | 64 left 8 | 72 uploaded 8 | 80 event | 84 address | 88 key | 92 numwant
 * 96 port 2 | 98 options
 * ```
 * @param urlData - path and query of the tracker's URL; empty for none
 */
export function encodeUdpAnnounce(
	connectionId: Uint8Array,
	transactionId: number,
	request: AnnounceRequest,
	urlData: string,
): Uint8Array {
	const options = urlDataOptions(urlData);
	const length = ANNOUNCE_REQUEST_BYTES + options.byteLength;
	const bytes = packet(length, connectionId, UDP_ACTIONS.announce, transactionId);
	bytes.set(infohashBytes(request.infohash), 16);
	bytes.set(request.peerId.subarray(0, 20), 36);
	writeUint64(bytes, 56, request.downloadedBytes);
	writeUint64(bytes, 64, request.leftBytes);
	writeUint64(bytes, 72, request.uploadedBytes);
	writeUint32(bytes, 80, request.event === undefined ? 0 : EVENT_NUMBERS[request.event]);
	const ip = request.ip === undefined ? undefined : addressBytes(request.ip);
	if (ip?.byteLength === 4) bytes.set(ip, 84);
	writeUint32(bytes, 88, Number.parseInt(request.key, 16) || 0);
	writeUint32(bytes, 92, request.numWant);
	writeUint16(bytes, 96, request.port);
	bytes.set(options, ANNOUNCE_REQUEST_BYTES);
	return bytes;
}

/** `connection id (8) | action 2 (4) | transaction id (4) | infohash (20)` */
export function encodeUdpScrape(
	connectionId: Uint8Array,
	transactionId: number,
	infohash: Infohash,
): Uint8Array {
	const bytes = packet(36, connectionId, UDP_ACTIONS.scrape, transactionId);
	bytes.set(infohashBytes(infohash), 16);
	return bytes;
}

/** The transaction id of an answer; undefined when it is too short to have one. */
export function udpTransactionId(bytes: Uint8Array): number | undefined {
	return bytes.byteLength < 8 ? undefined : readUint32(bytes, 4);
}

/**
 * Reads an answer; undefined when it is too short for its action or the action is unknown.
 * @param family - of the socket: decides whether peers have 6 or 18 bytes
 */
export function parseUdpAnswer(bytes: Uint8Array, family: 4 | 6): UdpAnswer | undefined {
	if (bytes.byteLength < 8) return undefined;
	switch (readUint32(bytes, 0)) {
		case UDP_ACTIONS.connect:
			if (bytes.byteLength < 16) return undefined;
			return { type: 'connect', connectionId: bytes.slice(8, 16) };
		case UDP_ACTIONS.announce:
			if (bytes.byteLength < ANNOUNCE_ANSWER_BYTES) return undefined;
			return { type: 'announce', response: parseAnnounce(bytes, family) };
		case UDP_ACTIONS.scrape:
			if (bytes.byteLength < 20) return undefined;
			return {
				type: 'scrape',
				response: {
					complete: readUint32(bytes, 8),
					downloaded: readUint32(bytes, 12),
					incomplete: readUint32(bytes, 16),
				},
			};
		case UDP_ACTIONS.error:
			return { type: 'error', message: trackerText(bytes.subarray(8)) || 'no reason given' };
		default:
			return undefined;
	}
}

/** `action 1 | transaction id | interval | leechers | seeders | peers` (4 bytes each, then 6 or 18). */
function parseAnnounce(bytes: Uint8Array, family: 4 | 6): AnnounceResponse {
	const size = family === 4 ? 6 : 18;
	const read = family === 4 ? readCompactIpv4 : readCompactIpv6;
	const peers: Endpoint[] = [];
	// A datagram cut on its way ends with part of a record: the whole ones are good.
	for (let at = ANNOUNCE_ANSWER_BYTES; at + size <= bytes.byteLength; at += size) {
		const peer = read(bytes, at);
		if (peer.port > 0) peers.push(peer);
		if (peers.length === MAX_PEERS) break;
	}
	return {
		intervalSeconds: clampInterval(readUint32(bytes, 8)),
		minIntervalSeconds: undefined,
		peers,
		complete: readUint32(bytes, 16),
		incomplete: readUint32(bytes, 12),
		downloaded: undefined,
		trackerId: undefined,
		warning: undefined,
	};
}

export type UdpRequest =
	| { readonly type: 'connect'; readonly transactionId: number }
	| {
			readonly type: 'announce';
			readonly transactionId: number;
			readonly connectionId: Uint8Array;
			/** 20 bytes each. */
			readonly infohash: Uint8Array;
			readonly peerId: Uint8Array;
			readonly leftBytes: number;
			readonly event: AnnounceEvent | undefined;
			/** -1 leaves it to the tracker. */
			readonly numWant: number;
			readonly port: number;
	  }
	| {
			readonly type: 'scrape';
			readonly transactionId: number;
			readonly connectionId: Uint8Array;
			readonly infohashes: readonly Uint8Array[];
	  };

/** Most torrents in one scrape: what fits a packet of ordinary size. */
const MAX_SCRAPE = 74;

/** Reads a request, for trackers; undefined for anything that is none. */
export function parseUdpRequest(bytes: Uint8Array): UdpRequest | undefined {
	if (bytes.byteLength < 16) return undefined;
	const transactionId = readUint32(bytes, 12);
	const connectionId = bytes.slice(0, 8);
	switch (readUint32(bytes, 8)) {
		case UDP_ACTIONS.connect:
			if (Buffer.compare(connectionId, UDP_PROTOCOL_ID) !== 0) return undefined;
			return { type: 'connect', transactionId };
		case UDP_ACTIONS.announce:
			if (bytes.byteLength < ANNOUNCE_REQUEST_BYTES) return undefined;
			return {
				type: 'announce',
				transactionId,
				connectionId,
				infohash: bytes.slice(16, 36),
				peerId: bytes.slice(36, 56),
				leftBytes: readUint64(bytes, 64),
				event: eventOf(readUint32(bytes, 80)),
				numWant: readUint32(bytes, 92) | 0,
				port: readUint16(bytes, 96),
			};
		case UDP_ACTIONS.scrape: {
			const infohashes: Uint8Array[] = [];
			for (let at = 16; at + 20 <= bytes.byteLength && infohashes.length < MAX_SCRAPE; at += 20) {
				infohashes.push(bytes.slice(at, at + 20));
			}
			return { type: 'scrape', transactionId, connectionId, infohashes };
		}
		default:
			return undefined;
	}
}

/** The start of an answer: `action | transaction id`, then `body`. */
export function encodeUdpAnswer(
	action: keyof typeof UDP_ACTIONS,
	transactionId: number,
	body: Uint8Array,
): Uint8Array {
	const bytes = new Uint8Array(8 + body.byteLength);
	writeUint32(bytes, 0, UDP_ACTIONS[action]);
	writeUint32(bytes, 4, transactionId);
	bytes.set(body, 8);
	return bytes;
}

function eventOf(number: number): AnnounceEvent | undefined {
	if (number === 1) return 'completed';
	if (number === 2) return 'started';
	return number === 3 ? 'stopped' : undefined;
}

function packet(length: number, id: Uint8Array, action: number, transactionId: number): Uint8Array {
	const bytes = new Uint8Array(length);
	bytes.set(id.subarray(0, 8), 0);
	writeUint32(bytes, 8, action);
	writeUint32(bytes, 12, transactionId);
	return bytes;
}

function urlDataOptions(urlData: string): Uint8Array {
	const data = utf8(urlData).subarray(0, 4 * MAX_OPTION_BYTES);
	const options: number[] = [];
	for (let at = 0; at < data.byteLength; at += MAX_OPTION_BYTES) {
		const part = data.subarray(at, at + MAX_OPTION_BYTES);
		options.push(URL_DATA_OPTION, part.byteLength, ...part);
	}
	return Uint8Array.from(options);
}

function writeUint64(bytes: Uint8Array, at: number, value: number): void {
	writeUint32(bytes, at, Math.floor(value / 2 ** 32));
	writeUint32(bytes, at + 4, value % 2 ** 32);
}

function readUint64(bytes: Uint8Array, at: number): number {
	return readUint32(bytes, at) * 2 ** 32 + readUint32(bytes, at + 4);
}
