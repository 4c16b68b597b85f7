/** The way to every tracker, shared by all torrents of a session: sockets, connections, turns. */

import { HttpGetter } from '../net/http-get.js';
import { linkAbort } from '../net/link-abort.js';
import { Resolver } from '../net/resolver.js';
import { errorMessage } from '../primitives/app-error.js';
import type { Clock, Random } from '../primitives/clock.js';
import type { Infohash } from '../primitives/infohash.js';
import type { AnnounceRequest, AnnounceResponse, ScrapeResponse } from './announce.js';
import { httpAnnounce, httpScrape } from './http-tracker.js';
import { trackerAddress } from './tracker-address.js';
import { TrackerError } from './tracker-error.js';
import { Turns } from './turns.js';
import { type UdpTiming, UdpTrackerClient } from './udp-tracker.js';

const DEFAULT_MAX_CONCURRENT = 50;
/** A UDP request waits without a connection of its own: it costs next to nothing. */
const UDP_SHARE = 10;

export interface TrackerTransportsOptions {
	readonly random: Random;
	readonly clock: Clock;
	/** Local address to ask from. */
	readonly bindAddress?: string | undefined;
	readonly userAgent: string;
	/** HTTP requests at once; 50 when left out. Ten times as many over UDP. */
	readonly maxConcurrent?: number | undefined;
	readonly udpTiming?: UdpTiming | undefined;
	/** For tests; the system's when left out. Closed with the transports. */
	readonly resolver?: Resolver | undefined;
}

/** What a `TrackerSession` needs of its transports. */
export interface TrackerTransport {
	announce(url: string, request: AnnounceRequest, signal: AbortSignal): Promise<AnnounceResponse>;
	scrape(url: string, infohash: Infohash, signal: AbortSignal): Promise<ScrapeResponse>;
}

export class TrackerTransports implements TrackerTransport {
	readonly #resolver: Resolver;
	readonly #http: HttpGetter;
	readonly #udp: UdpTrackerClient;
	readonly #httpTurns: Turns;
	readonly #udpTurns: Turns;
	/** Over UDP: the sockets do not know who waits. */
	readonly #calls = new Set<AbortController>();
	#isClosed = false;

	constructor(options: TrackerTransportsOptions) {
		const { clock, random, bindAddress, userAgent } = options;
		const resolver = options.resolver ?? new Resolver({ clock });
		this.#resolver = resolver;
		this.#http = new HttpGetter({ clock, resolver, bindAddress, userAgent });
		this.#udp = new UdpTrackerClient({
			clock,
			resolver,
			bindAddress,
			timing: options.udpTiming,
			random,
		});
		const max = options.maxConcurrent ?? DEFAULT_MAX_CONCURRENT;
		this.#httpTurns = new Turns(max);
		this.#udpTurns = new Turns(max * UDP_SHARE);
	}

	/**
	 * Announces to one tracker; waits for its turn first.
	 * @throws {TrackerError} always of this kind
	 */
	announce(url: string, request: AnnounceRequest, signal: AbortSignal): Promise<AnnounceResponse> {
		return this.#run(url, signal, (isUdp) =>
			isUdp
				? this.#linked(signal, (stop) => this.#udp.announce(new URL(url), request, stop))
				: httpAnnounce(this.#http, url, request, signal),
		);
	}

	/**
	 * Scrapes one torrent from one tracker.
	 * @throws {TrackerError} always of this kind
	 */
	scrape(url: string, infohash: Infohash, signal: AbortSignal): Promise<ScrapeResponse> {
		return this.#run(url, signal, (isUdp) =>
			isUdp
				? this.#linked(signal, (stop) => this.#udp.scrape(new URL(url), infohash, stop))
				: httpScrape(this.#http, url, infohash, signal),
		);
	}

	/** Ends all requests and closes all sockets. */
	async close(): Promise<void> {
		this.#isClosed = true;
		for (const call of this.#calls) call.abort();
		this.#resolver.close();
		await Promise.all([this.#http.close(), this.#udp.close()]);
	}

	async #run<T>(
		url: string,
		signal: AbortSignal,
		task: (isUdp: boolean) => Promise<T>,
	): Promise<T> {
		const { unsupported, protocol, host } = trackerAddress(url);
		if (unsupported !== undefined) throw new TrackerError('TRACKER_UNSUPPORTED', unsupported);
		const isUdp = protocol === 'udp';
		try {
			return await (isUdp ? this.#udpTurns : this.#httpTurns).run(host, signal, () => {
				if (this.#isClosed) throw cancelled();
				return task(isUdp);
			});
		} catch (error) {
			if (signal.aborted || this.#isClosed) throw cancelled(error);
			if (error instanceof TrackerError) throw error;
			throw new TrackerError('TRACKER_UNREACHABLE', errorMessage(error), { cause: error });
		}
	}

	/** With a signal that `close` aborts too. */
	async #linked<T>(signal: AbortSignal, task: (stop: AbortSignal) => Promise<T>): Promise<T> {
		const { controller, unlink } = linkAbort(signal);
		this.#calls.add(controller);
		try {
			return await task(controller.signal);
		} finally {
			this.#calls.delete(controller);
			unlink();
		}
	}
}

function cancelled(cause?: unknown): TrackerError {
	return new TrackerError('TRACKER_ABORTED', 'Request was cancelled', { cause });
}
