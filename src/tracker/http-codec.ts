/** The query a tracker gets over HTTP and the bencoded answer (BEP 3, 7, 23, 31, 48). */
import { type BencodeDict, type BencodeValue, isBencodeDict } from '../bencode/bencode-value.js';
import { decodeBencode } from '../bencode/decode.js';
import type { BencodeLimits } from '../bencode/scan.js';
import {
	addressBytes,
	type Endpoint,
	readCompactIpv4,
	readCompactIpv6,
} from '../primitives/endpoint.js';
import { type Infohash, infohashBytes } from '../primitives/infohash.js';
import {
	type AnnounceRequest,
	type AnnounceResponse,
	clampInterval,
	clampMinInterval,
	MAX_PEERS,
	type ScrapeResponse,
} from './announce.js';
import { TrackerError } from './tracker-error.js';
import { trackerText } from './tracker-text.js';

/** A longer tracker id is not echoed: it would go into every URL. */
const MAX_TRACKER_ID_BYTES = 256;
const DAY_MS = 86_400_000;
/** Room for ten thousand peers as dictionaries; more structure than that is an attack. */
const ANSWER_LIMITS: BencodeLimits = { maxBytes: 1024 * 1024, maxDepth: 20, maxTokens: 100_000 };

/** What stands for each byte in a query. */
const ENCODED_BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
	const character = String.fromCharCode(byte);
	if (/[A-Za-z0-9\-._~]/.test(character)) return character;
	return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** The URL of one announce: what the tracker's URL says, then our parameters. */
export function announceUrl(base: string, request: AnnounceRequest): string {
	const parameters = [
		`info_hash=${percentEncode(infohashBytes(request.infohash))}`,
		`peer_id=${percentEncode(request.peerId)}`,
		`port=${request.port}`,
		`uploaded=${request.uploadedBytes}`,
		`downloaded=${request.downloadedBytes}`,
		`left=${request.leftBytes}`,
		'compact=1',
		'no_peer_id=1',
		`numwant=${request.numWant}`,
		`key=${request.key}`,
	];
	if (request.event !== undefined) parameters.push(`event=${request.event}`);
	if (request.ip !== undefined) parameters.push(`ip=${encodeURIComponent(request.ip)}`);
	if (request.trackerId !== undefined) {
		parameters.push(`trackerid=${percentEncode(latin1Bytes(request.trackerId))}`);
	}
	return withQuery(base, parameters.join('&'));
}

/** The URL that scrapes one torrent; `base` is the tracker's scrape URL. */
export function scrapeRequestUrl(base: string, infohash: Infohash): string {
	return withQuery(base, `info_hash=${percentEncode(infohashBytes(infohash))}`);
}

/**
 * Reads the body of an announce.
 * @throws {TrackerError} `TRACKER_REFUSED` for a failure reason, `TRACKER_BAD_ANSWER` for bytes that
 * are no bencoded dictionary, `TRACKER_BAD_PEERS` for a compact list of the wrong length
 */
export function parseAnnounceBody(body: Uint8Array): AnnounceResponse {
	const root = parseRoot(body);
	const warning = textOf(root.get('warning message'));
	return {
		intervalSeconds: clampInterval(numberOf(root.get('interval'))),
		minIntervalSeconds: clampMinInterval(numberOf(root.get('min interval'))),
		peers: parsePeers(root),
		complete: countOf(root.get('complete')),
		incomplete: countOf(root.get('incomplete')),
		downloaded: countOf(root.get('downloaded')),
		trackerId: trackerIdOf(root.get('tracker id')),
		warning: warning === '' ? undefined : warning,
	};
}

/**
 * Reads the body of a scrape.
 * @throws {TrackerError} as `parseAnnounceBody`, and when the torrent is not in it
 */
export function parseScrapeBody(body: Uint8Array, infohash: Infohash): ScrapeResponse {
	const files = parseRoot(body).get('files');
	const key = Buffer.from(infohashBytes(infohash)).toString('latin1');
	const file = isBencodeDict(files) ? files.get(key) : undefined;
	if (!isBencodeDict(file))
		throw new TrackerError('TRACKER_BAD_ANSWER', 'Scrape has no such torrent');
	return {
		complete: countOf(file.get('complete')),
		incomplete: countOf(file.get('incomplete')),
		downloaded: countOf(file.get('downloaded')),
	};
}

/** Every byte that is not an unreserved character of RFC 3986 as `%XX`. */
export function percentEncode(bytes: Uint8Array): string {
	let text = '';
	for (const byte of bytes) text += ENCODED_BYTES[byte] ?? '';
	return text;
}

function withQuery(base: string, query: string): string {
	const url = new URL(base);
	url.hash = '';
	// Joined as text: the URL class would rewrite the query a private tracker gave its user.
	const text = url.href;
	if (url.search === '') return `${text.replace(/\?$/, '')}?${query}`;
	return `${text}${text.endsWith('&') ? '' : '&'}${query}`;
}

function parseRoot(body: Uint8Array): BencodeDict {
	let root: BencodeValue;
	try {
		root = decodeBencode(withoutLineEnd(body), ANSWER_LIMITS);
	} catch (cause) {
		throw new TrackerError('TRACKER_BAD_ANSWER', 'Answer is not bencoded', { cause });
	}
	if (!isBencodeDict(root)) throw new TrackerError('TRACKER_BAD_ANSWER', 'Answer is no dictionary');
	const failure = root.get('failure reason');
	if (failure !== undefined) {
		const failureReason = textOf(failure) || 'no reason given';
		throw new TrackerError('TRACKER_REFUSED', failureReason, {
			failureReason,
			retryInMs: retryInMs(root.get('retry in')),
		});
	}
	return root;
}

/** Scripts that end with an empty line are common among trackers. */
function withoutLineEnd(body: Uint8Array): Uint8Array {
	let end = body.byteLength;
	while (end > 0 && (body[end - 1] === 0x0a || body[end - 1] === 0x0d)) end--;
	return body.subarray(0, end);
}

/** BEP 31: minutes, or `never`, which we take as a day so that a mistake heals. */
function retryInMs(value: BencodeValue | undefined): number | undefined {
	if (textOf(value) === 'never') return DAY_MS;
	const minutes = numberOf(value) ?? Number(textOf(value) ?? Number.NaN);
	return minutes > 0 ? Math.min(DAY_MS, minutes * 60_000) : undefined;
}

function parsePeers(root: BencodeDict): readonly Endpoint[] {
	const peers: Endpoint[] = [];
	const add = (peer: Endpoint): boolean => {
		// Some trackers send port 0 for peers nobody can reach.
		if (peer.port > 0 && peer.port < 65_536) peers.push(peer);
		return peers.length < MAX_PEERS;
	};
	const list = root.get('peers');
	if (list instanceof Uint8Array) {
		eachCompact(list, 6, (at) => add(readCompactIpv4(list, at)));
	} else if (Array.isArray(list)) {
		for (const item of list) {
			const peer = dictionaryPeer(item);
			if (peer !== undefined && !add(peer)) break;
		}
	}
	const list6 = root.get('peers6');
	if (list6 instanceof Uint8Array) {
		eachCompact(list6, 18, (at) => add(readCompactIpv6(list6, at)));
	}
	return peers;
}

/** Calls `add` with the offset of each record until it answers false. */
function eachCompact(bytes: Uint8Array, size: number, add: (at: number) => boolean): void {
	if (bytes.byteLength % size !== 0) {
		const message = `Peer list has ${bytes.byteLength} bytes, expected a multiple of ${size}`;
		throw new TrackerError('TRACKER_BAD_PEERS', message);
	}
	for (let at = 0; at < bytes.byteLength; at += size) if (!add(at)) return;
}

/** Host names are dropped: resolving what a tracker sends would make us its tool. */
function dictionaryPeer(value: BencodeValue): Endpoint | undefined {
	if (!isBencodeDict(value)) return undefined;
	const ip = value.get('ip');
	const port = numberOf(value.get('port'));
	if (!(ip instanceof Uint8Array) || ip.byteLength > 45 || port === undefined) return undefined;
	const raw = addressBytes(Buffer.from(ip).toString('latin1'));
	if (raw === undefined) return undefined;
	// Through the compact form: one spelling for every address.
	const compact = new Uint8Array(raw.byteLength + 2);
	compact.set(raw);
	const endpoint = raw.byteLength === 4 ? readCompactIpv4(compact, 0) : readCompactIpv6(compact, 0);
	return { address: endpoint.address, port };
}

function numberOf(value: BencodeValue | undefined): number | undefined {
	return typeof value === 'number' ? value : undefined;
}

function countOf(value: BencodeValue | undefined): number | undefined {
	const count = numberOf(value);
	return count !== undefined && count >= 0 && count < 2 ** 32 ? count : undefined;
}

function textOf(value: BencodeValue | undefined): string | undefined {
	return value instanceof Uint8Array ? trackerText(value) : undefined;
}

function trackerIdOf(value: BencodeValue | undefined): string | undefined {
	if (!(value instanceof Uint8Array)) return undefined;
	if (value.byteLength === 0 || value.byteLength > MAX_TRACKER_ID_BYTES) return undefined;
	return Buffer.from(value).toString('latin1');
}

function latin1Bytes(text: string): Uint8Array {
	return Buffer.from(text, 'latin1');
}
