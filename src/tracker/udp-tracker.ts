/**
 * Announces and scrapes over UDP (BEP 15): one socket per address family for all trackers,
 * connection ids used again for a minute, answers matched by transaction id and sender.
 */
import { randomInt } from 'node:crypto';
import { isIP } from 'node:net';
import type { Resolver } from '../net/resolver.js';
import { UdpSocket } from '../net/udp-socket.js';
import { errorMessage } from '../primitives/app-error.js';
import type { Clock, Random } from '../primitives/clock.js';
import { type Endpoint, formatEndpoint } from '../primitives/endpoint.js';
import type { Infohash } from '../primitives/infohash.js';
import type { AnnounceRequest, AnnounceResponse, ScrapeResponse } from './announce.js';
import { TrackerError } from './tracker-error.js';
import {
	encodeUdpAnnounce,
	encodeUdpConnect,
	encodeUdpScrape,
	parseUdpAnswer,
	type UdpAnswer,
	udpTransactionId,
} from './udp-codec.js';

/** BEP 15: a connection id is good for one minute after it was received. */
const CONNECTION_ID_MS = 60_000;
const MAX_CONNECTIONS = 1000;
/** Addresses of one host that are tried. */
const MAX_ADDRESSES = 4;

export interface UdpTiming {
	/** First wait for an answer; doubles with every retransmission. */
	readonly firstTimeoutMs: number;
	/** For connect and request together. */
	readonly totalMs: number;
}

export const DEFAULT_UDP_TIMING: UdpTiming = { firstTimeoutMs: 15_000, totalMs: 60_000 };

export interface UdpTrackerClientOptions {
	readonly clock: Clock;
	readonly random: Random;
	readonly resolver: Resolver;
	readonly bindAddress?: string | undefined;
	readonly timing?: UdpTiming | undefined;
}

interface Connection {
	readonly id: Uint8Array;
	readonly expiresAt: number;
}

interface Exchange {
	readonly from: string;
	readonly family: 4 | 6;
	readonly type: UdpAnswer['type'];
	readonly settle: (answer: UdpAnswer) => void;
}

/** Where one call goes and until when. */
interface Call {
	readonly endpoint: Endpoint;
	readonly socket: UdpSocket;
	readonly family: 4 | 6;
	readonly giveUpAt: number;
	readonly signal: AbortSignal;
}

type Packet = (transactionId: number, connectionId: Uint8Array) => Uint8Array;

export class UdpTrackerClient {
	readonly #options: UdpTrackerClientOptions;
	readonly #timing: UdpTiming;
	readonly #sockets = new Map<4 | 6, Promise<UdpSocket>>();
	readonly #connections = new Map<string, Connection>();
	readonly #exchanges = new Map<number, Exchange>();

	constructor(options: UdpTrackerClientOptions) {
		this.#options = options;
		this.#timing = options.timing ?? DEFAULT_UDP_TIMING;
	}

	/** @throws {TrackerError} */
	async announce(
		url: URL,
		request: AnnounceRequest,
		signal: AbortSignal,
	): Promise<AnnounceResponse> {
		const data = url.pathname === '/' ? url.search : `${url.pathname}${url.search}`;
		const packet: Packet = (transactionId, connectionId) =>
			encodeUdpAnnounce(connectionId, transactionId, request, data);
		const answer = await this.#perform(url, request.patienceMs, signal, 'announce', packet);
		if (answer.type === 'announce') return answer.response;
		throw unexpected();
	}

	/** @throws {TrackerError} */
	async scrape(url: URL, infohash: Infohash, signal: AbortSignal): Promise<ScrapeResponse> {
		const packet: Packet = (transactionId, connectionId) =>
			encodeUdpScrape(connectionId, transactionId, infohash);
		const answer = await this.#perform(url, undefined, signal, 'scrape', packet);
		if (answer.type === 'scrape') return answer.response;
		throw unexpected();
	}

	/** Closes the sockets. Calls under way are ended by their signals. */
	async close(): Promise<void> {
		const sockets = await Promise.allSettled(this.#sockets.values());
		this.#sockets.clear();
		for (const socket of sockets) if (socket.status === 'fulfilled') await socket.value.close();
	}

	/** Tries the host's addresses in turn, but only as long as packets cannot even be sent. */
	async #perform(
		url: URL,
		patienceMs: number | undefined,
		signal: AbortSignal,
		type: UdpAnswer['type'],
		packet: Packet,
	): Promise<UdpAnswer> {
		const totalMs = Math.min(this.#timing.totalMs, patienceMs ?? this.#timing.totalMs);
		const giveUpAt = this.#options.clock.now() + totalMs;
		let failure: unknown;
		for (const address of await this.#addresses(url, signal)) {
			try {
				const family = isIP(address) === 6 ? 6 : 4;
				const socket = await this.#socket(family);
				const endpoint: Endpoint = { address, port: Number(url.port) };
				const call: Call = { endpoint, socket, family, giveUpAt, signal };
				return await this.#request(call, type, packet);
			} catch (error) {
				failure = error;
				if (error instanceof TrackerError && error.code !== 'TRACKER_UNREACHABLE') throw error;
			}
		}
		if (failure instanceof TrackerError) throw failure;
		throw new TrackerError('TRACKER_UNREACHABLE', errorMessage(failure), { cause: failure });
	}

	/** IPv4 first, then IPv6; within a family any may be the first. At least one. */
	async #addresses(url: URL, signal: AbortSignal): Promise<readonly string[]> {
		const { resolver, bindAddress, random } = this.#options;
		const only = bindAddress === undefined ? 0 : isIP(bindAddress);
		const host = url.hostname.replace(/^\[|\]$/g, '');
		const found = await unlessAborted(resolver.resolve(host), signal);
		const usable = found.filter((address) => only === 0 || isIP(address) === only);
		if (usable.length === 0)
			throw new TrackerError('TRACKER_UNREACHABLE', `Host ${host} has no IPv${only} address`);
		const start = Math.floor(random() * usable.length);
		const rotated = [...usable.slice(start), ...usable.slice(0, start)];
		return rotated.sort((a, b) => isIP(a) - isIP(b)).slice(0, MAX_ADDRESSES);
	}

	async #request(call: Call, type: UdpAnswer['type'], packet: Packet): Promise<UdpAnswer> {
		const key = formatEndpoint(call.endpoint);
		const wasConnected = this.#connection(key) !== undefined;
		try {
			return await this.#exchange(call, type, packet, true);
		} catch (error) {
			// A tracker that restarted knows our connection id no more: once more with a new one.
			const refused = error instanceof TrackerError && error.code === 'TRACKER_REFUSED';
			if (!refused || !this.#connections.delete(key) || !wasConnected) throw error;
			return this.#exchange(call, type, packet, true);
		}
	}

	/** Sends until an answer comes or time is up; connects first, and again when the id runs out. */
	async #exchange(
		call: Call,
		type: UdpAnswer['type'],
		packet: Packet,
		needsConnection: boolean,
	): Promise<UdpAnswer> {
		const { clock } = this.#options;
		for (let tries = 0; ; tries++) {
			const connectionId = needsConnection ? await this.#connect(call) : new Uint8Array(8);
			const leftMs = call.giveUpAt - clock.now();
			if (leftMs <= 0) throw new TrackerError('TRACKER_TIMEOUT', 'Tracker did not answer');
			const waitMs = Math.min(leftMs, this.#timing.firstTimeoutMs * 2 ** tries);
			const answer = await this.#sendOnce(call, type, packet, connectionId, waitMs);
			if (answer?.type === 'error') {
				const failureReason = answer.message;
				throw new TrackerError('TRACKER_REFUSED', failureReason, { failureReason });
			}
			if (answer !== undefined) return answer;
		}
	}

	async #connect(call: Call): Promise<Uint8Array> {
		const key = formatEndpoint(call.endpoint);
		const known = this.#connection(key);
		if (known !== undefined) return known;
		const answer = await this.#exchange(call, 'connect', encodeUdpConnect, false);
		if (answer.type !== 'connect') throw unexpected();
		const expiresAt = this.#options.clock.now() + CONNECTION_ID_MS;
		this.#connections.delete(key);
		this.#connections.set(key, { id: answer.connectionId, expiresAt });
		const oldest = this.#connections.keys().next();
		if (this.#connections.size > MAX_CONNECTIONS && oldest.done !== true)
			this.#connections.delete(oldest.value);
		return answer.connectionId;
	}

	#connection(key: string): Uint8Array | undefined {
		const known = this.#connections.get(key);
		return known !== undefined && known.expiresAt > this.#options.clock.now()
			? known.id
			: undefined;
	}

	/** One packet out, and its answer or undefined after `waitMs`. */
	#sendOnce(
		call: Call,
		type: UdpAnswer['type'],
		packet: Packet,
		connectionId: Uint8Array,
		waitMs: number,
	): Promise<UdpAnswer | undefined> {
		const transactionId = this.#newTransactionId();
		const { signal } = call;
		return new Promise((resolve, reject) => {
			const done = (): void => {
				cancel();
				signal.removeEventListener('abort', onAbort);
				this.#exchanges.delete(transactionId);
			};
			const onAbort = (): void => {
				done();
				reject(aborted(signal.reason));
			};
			const cancel = this.#options.clock.after(waitMs, () => {
				done();
				resolve(undefined);
			});
			if (signal.aborted) {
				onAbort();
				return;
			}
			signal.addEventListener('abort', onAbort, { once: true });
			this.#exchanges.set(transactionId, {
				from: formatEndpoint(call.endpoint),
				family: call.family,
				type,
				settle: (answer) => {
					done();
					resolve(answer);
				},
			});
			call.socket.send(packet(transactionId, connectionId), call.endpoint, (error) => {
				done();
				reject(new TrackerError('TRACKER_UNREACHABLE', error.message, { cause: error }));
			});
		});
	}

	#onPacket(bytes: Uint8Array, from: Endpoint): void {
		const transactionId = udpTransactionId(bytes);
		if (transactionId === undefined) return;
		const exchange = this.#exchanges.get(transactionId);
		// Anyone can send us a packet; only the tracker itself may answer.
		if (exchange === undefined || exchange.from !== formatEndpoint(from)) return;
		const answer = parseUdpAnswer(bytes, exchange.family);
		if (answer === undefined) return;
		if (answer.type === exchange.type || answer.type === 'error') exchange.settle(answer);
	}

	/** Cryptographic: guessing one lets anybody on the Internet answer for the tracker. */
	#newTransactionId(): number {
		for (;;) {
			const id = randomInt(2 ** 32);
			if (!this.#exchanges.has(id)) return id;
		}
	}

	async #socket(family: 4 | 6): Promise<UdpSocket> {
		const known = this.#sockets.get(family);
		if (known !== undefined) return known;
		const opening = UdpSocket.open({
			family,
			bindAddress: this.#options.bindAddress,
			onPacket: (bytes, from) => this.#onPacket(bytes, from),
		});
		this.#sockets.set(family, opening);
		try {
			return await opening;
		} catch (error) {
			this.#sockets.delete(family); // The next call tries again.
			throw error;
		}
	}
}

function unexpected(): TrackerError {
	return new TrackerError('TRACKER_BAD_ANSWER', 'Tracker answered something else');
}

function aborted(cause: unknown): TrackerError {
	return new TrackerError('TRACKER_ABORTED', 'Request was cancelled', { cause });
}

/** Waits for `promise`, but no longer than until the signal. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
	if (signal.aborted) throw aborted(signal.reason);
	return new Promise<T>((resolve, reject) => {
		const onAbort = (): void => reject(aborted(signal.reason));
		signal.addEventListener('abort', onAbort, { once: true });
		const settled = async (): Promise<void> => {
			try {
				resolve(await promise);
			} catch (error) {
				reject(error);
			} finally {
				signal.removeEventListener('abort', onAbort);
			}
		};
		void settled();
	});
}
