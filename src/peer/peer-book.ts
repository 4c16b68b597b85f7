/**
 * The known endpoints of one torrent: where each came from, how the last try went, when to try
 * again, and which addresses are banned. Decides whom to dial next; dials nobody.
 *
 * An entry is idle, busy (being dialled or connected) or gone (evicted, or our own address).
 * Peers are told apart by address and port, so many may share one address.
 */

import { type BackoffLimits, backoffMs } from '../primitives/backoff.js';
import type { Random } from '../primitives/clock.js';
import {
	addressBytes,
	type Endpoint,
	formatEndpoint,
	parseEndpoint,
} from '../primitives/endpoint.js';
import { Bans } from './bans.js';

/** Who named the endpoint; later ones in this list are evicted first. */
export const PEER_SOURCES = ['option', 'tracker', 'incoming', 'resume'] as const;
export type PeerSource = (typeof PEER_SOURCES)[number];

/** One known endpoint. Made and changed by `PeerBook` alone. */
export interface PeerEntry {
	readonly endpoint: Endpoint;
	readonly source: PeerSource;
	/** Failed tries in a row. */
	readonly failures: number;
	/** Words of the last failure. */
	readonly lastFailure: string | undefined;
	readonly isConnected: boolean;
	/** Monotonic ms before which it is not dialled. */
	readonly nextTryAtMs: number;
}

export interface PeerBookOptions {
	readonly random: Random;
	/** 2000 by default. */
	readonly maxEntries?: number;
}

const MAX_ENTRIES = 2000;
const MAX_OWN_ENDPOINTS = 64;
/** A peer that does not answer, or leaves at once each time. */
const RETRY: BackoffLimits = { firstMs: 15_000, maxMs: 30 * 60_000 };
/** A peer somebody typed in is expected to be there any moment. */
const OPTION_RETRY: BackoffLimits = { firstMs: 4000, maxMs: 4000 };
/** Some clients take one handshake from an address at a time and hang up on the others. */
const BUSY_RETRY: BackoffLimits = { firstMs: 1500, maxMs: 6000 };
const BUSY_TRIES = 3;
/** A connection that ends sooner was of no use and counts as a failure. */
const SHORT_CONNECTION_MS = 60_000;

interface MutableEntry {
	readonly key: string;
	readonly endpoint: Endpoint;
	source: PeerSource;
	failures: number;
	lastFailure: string | undefined;
	isBusy: boolean;
	isConnected: boolean;
	nextTryAtMs: number;
	/** When it was last given out by `next`; undefined when it came to us. */
	dialledAtMs: number | undefined;
	/** Tries so far; those tried least come first. */
	tries: number;
	/** Order of arrival. */
	readonly serial: number;
}

export class PeerBook {
	readonly #random: Random;
	readonly #maxEntries: number;
	readonly #entriesByEndpoint = new Map<string, MutableEntry>();
	readonly #ownEndpoints = new Set<string>();
	readonly #bans = new Bans();
	#serial = 0;
	/** No entry is due before this, so that asking an idle book costs nothing. */
	#nothingBeforeMs = Number.NEGATIVE_INFINITY;

	constructor(options: PeerBookOptions) {
		this.#random = options.random;
		this.#maxEntries = options.maxEntries ?? MAX_ENTRIES;
	}

	/** Known endpoints, connected ones included. */
	get size(): number {
		return this.#entriesByEndpoint.size;
	}

	/**
	 * Notes an endpoint. For `incoming`, give the port the peer listens on, not the one it
	 * dialled from.
	 * @returns true when it is new; false when known, ours, not a host address, port 0, or when
	 * the book is full of better ones
	 */
	add(endpoint: Endpoint, source: PeerSource): boolean {
		const parsed = hostEndpoint(endpoint);
		if (parsed === undefined) return false;
		const key = formatEndpoint(parsed);
		if (this.#ownEndpoints.has(key)) return false;
		const known = this.#entriesByEndpoint.get(key);
		if (known !== undefined) {
			if (rank(source) < rank(known.source)) {
				known.source = source;
				if (source === 'option') this.#setNextTry(known, Number.NEGATIVE_INFINITY);
			}
			return false;
		}
		if (this.size >= this.#maxEntries && !this.#evictFor(source)) return false;
		const entry: MutableEntry = {
			key,
			endpoint: parsed,
			source,
			failures: 0,
			lastFailure: undefined,
			isBusy: false,
			isConnected: false,
			nextTryAtMs: Number.NEGATIVE_INFINITY,
			dialledAtMs: undefined,
			tries: 0,
			serial: this.#serial++,
		};
		this.#entriesByEndpoint.set(key, entry);
		this.#nothingBeforeMs = Number.NEGATIVE_INFINITY;
		return true;
	}

	/** The entry of an endpoint, such as that of an incoming peer that named its port. */
	find(endpoint: Endpoint): PeerEntry | undefined {
		const parsed = hostEndpoint(endpoint);
		return parsed && this.#entriesByEndpoint.get(formatEndpoint(parsed));
	}

	/**
	 * Whom to dial now; it is not given out again until `failed` or `disconnected`. Peers given
	 * by option first, then those tried least, then in order of arrival.
	 */
	next(nowMs: number): PeerEntry | undefined {
		if (nowMs < this.#nothingBeforeMs) return undefined;
		let best: MutableEntry | undefined;
		let earliestMs = Number.POSITIVE_INFINITY;
		for (const entry of this.#entriesByEndpoint.values()) {
			if (entry.isBusy) continue;
			if (entry.nextTryAtMs > nowMs) {
				earliestMs = Math.min(earliestMs, entry.nextTryAtMs);
				continue;
			}
			if (this.#bans.isBanned(entry.endpoint.address, nowMs)) {
				// Asked again later: the ban may be over then.
				earliestMs = Math.min(earliestMs, nowMs + RETRY.firstMs);
				continue;
			}
			if (best === undefined || isDialledBefore(entry, best)) best = entry;
		}
		if (best === undefined) {
			this.#nothingBeforeMs = earliestMs;
			return undefined;
		}
		best.isBusy = true;
		best.dialledAtMs = nowMs;
		best.tries++;
		return best;
	}

	/** The handshake with a peer is done, whoever dialled. */
	connected(entry: PeerEntry): void {
		const own = this.#own(entry);
		if (own === undefined) return;
		own.isBusy = true;
		own.isConnected = true;
		own.lastFailure = undefined;
	}

	/**
	 * Dialling failed, or the handshake did.
	 * @param wasAnswered - it took the connection and let it go: busy perhaps, so tried again soon once
	 */
	failed(entry: PeerEntry, nowMs: number, reason: string, wasAnswered = false): void {
		const own = this.#own(entry);
		if (own === undefined) return;
		own.lastFailure = reason;
		this.#retryLater(own, nowMs);
		if (wasAnswered && own.failures <= BUSY_TRIES) {
			this.#setNextTry(own, nowMs + backoffMs(own.failures, BUSY_RETRY, this.#random));
		}
	}

	/** A connection ended. One that lasted a minute clears earlier failures. */
	disconnected(entry: PeerEntry, nowMs: number): void {
		const own = this.#own(entry);
		if (own === undefined) return;
		const wasShort = own.dialledAtMs !== undefined && nowMs - own.dialledAtMs < SHORT_CONNECTION_MS;
		if (!wasShort) own.failures = 0;
		this.#retryLater(own, nowMs);
		if (!wasShort) own.failures = 0;
	}

	/** Nobody at the address is dialled or welcome for an hour. */
	ban(address: string, nowMs: number, reason: string): void {
		this.#bans.ban(canonicalAddress(address), nowMs, reason);
	}

	isBanned(address: string, nowMs: number): boolean {
		return this.#bans.size > 0 && this.#bans.isBanned(canonicalAddress(address), nowMs);
	}

	/** The endpoint turned out to be this program: forgotten, and refused from now on. */
	removeSelf(endpoint: Endpoint): void {
		const parsed = hostEndpoint(endpoint);
		if (parsed === undefined) return;
		const key = formatEndpoint(parsed);
		this.#entriesByEndpoint.delete(key);
		if (this.#ownEndpoints.size < MAX_OWN_ENDPOINTS) this.#ownEndpoints.add(key);
	}

	/** Endpoints worth keeping for the next run: those that answered, best first. */
	forResume(limit: number): Endpoint[] {
		return [...this.#entriesByEndpoint.values()]
			.filter((entry) => entry.failures === 0 && entry.tries > 0)
			.sort((a, b) => Number(b.isConnected) - Number(a.isConnected) || a.serial - b.serial)
			.slice(0, limit)
			.map((entry) => entry.endpoint);
	}

	#retryLater(entry: MutableEntry, nowMs: number): void {
		entry.isBusy = false;
		entry.isConnected = false;
		entry.dialledAtMs = undefined;
		entry.failures++;
		const limits = entry.source === 'option' ? OPTION_RETRY : RETRY;
		this.#setNextTry(entry, nowMs + backoffMs(entry.failures, limits, this.#random));
	}

	#setNextTry(entry: MutableEntry, atMs: number): void {
		entry.nextTryAtMs = atMs;
		this.#nothingBeforeMs = Math.min(this.#nothingBeforeMs, atMs);
	}

	/** The entry itself, if it is still in the book. */
	#own(entry: PeerEntry): MutableEntry | undefined {
		const own = this.#entriesByEndpoint.get(formatEndpoint(entry.endpoint));
		return own === entry ? own : undefined;
	}

	/** Makes room for a new entry by the worst idle one, if that is worse than the new one. */
	#evictFor(source: PeerSource): boolean {
		let worst: MutableEntry | undefined;
		for (const entry of this.#entriesByEndpoint.values()) {
			if (entry.isBusy || entry.source === 'option') continue;
			if (worst === undefined || isWorse(entry, worst)) worst = entry;
		}
		if (worst === undefined) return false;
		if (worst.failures === 0 && rank(worst.source) <= rank(source)) return false;
		this.#entriesByEndpoint.delete(worst.key);
		return true;
	}
}

function rank(source: PeerSource): number {
	return PEER_SOURCES.indexOf(source);
}

function isDialledBefore(a: MutableEntry, b: MutableEntry): boolean {
	const isOption = a.source === 'option';
	if (isOption !== (b.source === 'option')) return isOption;
	if (a.tries !== b.tries) return a.tries < b.tries;
	return a.serial < b.serial;
}

function isWorse(a: MutableEntry, b: MutableEntry): boolean {
	if (a.failures !== b.failures) return a.failures > b.failures;
	if (a.source !== b.source) return rank(a.source) > rank(b.source);
	return a.serial < b.serial;
}

/** In canonical form; undefined for anything that is not one host's address and a real port. */
function hostEndpoint(endpoint: Endpoint): Endpoint | undefined {
	const parsed = parseEndpoint(formatEndpoint(endpoint));
	const bytes = parsed && addressBytes(parsed.address);
	if (bytes === undefined) return undefined;
	const first = bytes[0] ?? 0;
	if (bytes.byteLength === 4) return first === 0 || first >= 224 ? undefined : parsed;
	return first === 0xff || bytes.every((byte) => byte === 0) ? undefined : parsed;
}

function canonicalAddress(address: string): string {
	return parseEndpoint(formatEndpoint({ address, port: 1 }))?.address ?? address;
}
