/**
 * The UDP side of a tracker (BEP 15). Keeps no connections: a connection id is a keyed hash of the
 * asker's address and the minute, so a flood of connects costs no memory, and nobody is answered with
 * more than 16 bytes before it has shown that its address is its own.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { concatBytes, equalBytes, utf8, writeUint32 } from '../primitives/bytes.js';
import type { Clock } from '../primitives/clock.js';
import { type Endpoint, formatEndpoint } from '../primitives/endpoint.js';
import { infohashFromBytes } from '../primitives/infohash.js';
import { encodeUdpAnswer, parseUdpRequest, type UdpRequest } from '../tracker/udp-codec.js';
import type { TrackerDesk } from './http-endpoint.js';

const MINUTE_MS = 60_000;

export class UdpEndpoint {
	readonly #desk: TrackerDesk;
	readonly #clock: Clock;
	readonly #secret: Uint8Array = randomBytes(32);

	constructor(desk: TrackerDesk, clock: Clock) {
		this.#desk = desk;
		this.#clock = clock;
	}

	/** The answer to a packet; undefined for packets that deserve none. */
	answer(bytes: Uint8Array, from: Endpoint): Uint8Array | undefined {
		const request = parseUdpRequest(bytes);
		if (request === undefined) return undefined;
		const minute = Math.floor(this.#clock.now() / MINUTE_MS);
		const { transactionId } = request;
		if (request.type === 'connect') {
			return encodeUdpAnswer('connect', transactionId, this.#connectionId(from, minute));
		}
		const isKnown = [minute, minute - 1].some((time) =>
			equalBytes(request.connectionId, this.#connectionId(from, time)),
		);
		if (!isKnown) return undefined;
		return request.type === 'announce' ? this.#announce(request, from) : this.#scrape(request);
	}

	#announce(request: Extract<UdpRequest, { type: 'announce' }>, from: Endpoint): Uint8Array {
		const { transactionId, port, leftBytes } = request;
		if (port === 0) return failure(transactionId, 'port is not 1 to 65535');
		if (!Number.isSafeInteger(leftBytes)) return failure(transactionId, 'left is not a size');
		const answer = this.#desk.announce({
			...request,
			infohash: infohashFromBytes(request.infohash),
			endpoint: { address: from.address, port },
		});
		const size = from.address.includes(':') ? 18 : 6;
		const peers = answer.peers.map(({ compact }) => compact);
		const head = new Uint8Array(12);
		writeUint32(head, 0, this.#desk.intervalSeconds);
		writeUint32(head, 4, answer.incomplete);
		writeUint32(head, 8, answer.complete);
		// One family an answer: the asker tells them apart by its own socket.
		const body = concatBytes([head, ...peers.filter(({ byteLength }) => byteLength === size)]);
		return encodeUdpAnswer('announce', transactionId, body);
	}

	#scrape(request: Extract<UdpRequest, { type: 'scrape' }>): Uint8Array {
		const body = new Uint8Array(12 * request.infohashes.length);
		for (const [index, infohash] of request.infohashes.entries()) {
			const counts = this.#desk.scrape(infohashFromBytes(infohash));
			writeUint32(body, index * 12, counts?.complete ?? 0);
			writeUint32(body, index * 12 + 4, counts?.downloaded ?? 0);
			writeUint32(body, index * 12 + 8, counts?.incomplete ?? 0);
		}
		return encodeUdpAnswer('scrape', request.transactionId, body);
	}

	#connectionId(from: Endpoint, minute: number): Uint8Array {
		const hash = createHmac('sha256', this.#secret).update(`${formatEndpoint(from)} ${minute}`);
		return hash.digest().subarray(0, 8);
	}
}

function failure(transactionId: number, reason: string): Uint8Array {
	return encodeUdpAnswer('error', transactionId, utf8(reason));
}
