/**
 * HTTP and HTTPS GET with everything bounded: total time, headers, redirects, bytes after
 * decompression, and where it may connect to.
 */
import type { Duplex, Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { errorCode } from '../primitives/app-error.js';
import type { Clock } from '../primitives/clock.js';
import {
	HttpAgents,
	type HttpAgentsOptions,
	type HttpReach,
	MAX_REDIRECTS,
	redirectOf,
} from './http-agents.js';
import { asHttpError, HttpError, parseHttpUrl } from './http-error.js';
import { linkAbort } from './link-abort.js';
import { loadUndici } from './load-undici.js';

const DEFAULT_DEADLINE_MS = 30_000;
const DEFAULT_MAX_BYTES = 1024 * 1024;

export interface HttpGetOptions {
	readonly signal: AbortSignal;
	/** Largest body after decompression, in bytes; 1 MiB when left out. */
	readonly maxBytes?: number;
	/** For everything together, redirects too; 30 s when left out. */
	readonly deadlineMs?: number;
	/** `anywhere` when left out. A redirect from a public address only ever reaches public ones. */
	readonly reach?: HttpReach;
}

export interface HttpResponse {
	readonly status: number;
	readonly body: Uint8Array;
	/** Requests made, at least 1. */
	readonly hops: number;
}

export interface HttpGetterOptions extends HttpAgentsOptions {
	readonly clock: Clock;
	readonly userAgent: string;
}

/** Keeps connections between requests to one origin; `close` ends them. */
export class HttpGetter {
	readonly #options: HttpGetterOptions;
	readonly #agents: HttpAgents;

	constructor(options: HttpGetterOptions) {
		this.#options = options;
		this.#agents = new HttpAgents(options);
	}

	/**
	 * Fetches `url` (http or https), following at most 5 redirects. Any final status is an answer.
	 * The path and query are sent as they are, byte for byte.
	 * @throws {HttpError}
	 */
	async get(url: string, options: HttpGetOptions): Promise<HttpResponse> {
		const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
		const stop = linkAbort(options.signal);
		const cancel = this.#options.clock.after(deadlineMs, () => stop.controller.abort());
		try {
			return await this.#follow(parseHttpUrl(url), options, stop.controller.signal);
		} catch (error) {
			if (options.signal.aborted)
				throw new HttpError('HTTP_ABORTED', 'Request was cancelled', { cause: error });
			if (stop.controller.signal.aborted) {
				const message = `No complete answer within ${Math.round(deadlineMs / 1000)} s`;
				throw new HttpError('HTTP_TIMEOUT', message, { cause: error });
			}
			throw asHttpError(error);
		} finally {
			cancel();
			stop.unlink();
		}
	}

	/** Ends all connections; requests under way fail. */
	close(): Promise<void> {
		return this.#agents.close();
	}

	async #follow(start: URL, options: HttpGetOptions, signal: AbortSignal): Promise<HttpResponse> {
		const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
		let url = start;
		let reach = options.reach ?? 'anywhere';
		for (let hops = 1; ; hops++) {
			const response = await this.#request(url, reach, signal);
			const location = redirectOf(response.statusCode, response.headers);
			if (location === undefined) {
				const encoding = response.headers['content-encoding'];
				const body = await readBody(response, encoding, maxBytes);
				return { status: response.statusCode, body, hops };
			}
			response.body.on('error', () => {}).destroy(); // The body of a redirect is for people.
			if (hops > MAX_REDIRECTS) {
				throw new HttpError('HTTP_TOO_MANY_REDIRECTS', `More than ${MAX_REDIRECTS} redirects`);
			}
			reach = this.#agents.reachAfter(url, reach);
			url = parseHttpUrl(location, url);
		}
	}

	async #request(
		url: URL,
		reach: HttpReach,
		signal: AbortSignal,
	): Promise<Dispatcher.ResponseData> {
		const { request } = await loadUndici();
		return request(await this.#agents.agent(reach), {
			origin: url.origin,
			path: `${url.pathname}${url.search}`,
			method: 'GET',
			signal,
			headers: {
				'user-agent': this.#options.userAgent,
				accept: '*/*',
				'accept-encoding': 'gzip, deflate',
			},
		});
	}
}

/** Reads at most `maxBytes` of what the body decompresses to; more is an error, never a cut answer. */
async function readBody(
	response: Dispatcher.ResponseData,
	encoding: string | string[] | undefined,
	maxBytes: number,
): Promise<Uint8Array> {
	const { body } = response;
	const chunks: Uint8Array[] = [];
	let length = 0;
	let decoder: ReturnType<typeof decoderFor>;
	try {
		decoder = decoderFor(encoding);
		// No compression makes an answer longer, so one announced as too long is not even begun.
		if (Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
		if (decoder !== undefined) pipeInto(body, decoder);
		for await (const chunk of decoder ?? body) {
			if (!(chunk instanceof Uint8Array)) continue;
			length += chunk.byteLength;
			if (length > maxBytes) throw tooLarge(maxBytes);
			chunks.push(chunk);
		}
	} catch (error) {
		if (errorCode(error)?.startsWith('Z_') === true)
			throw new HttpError('HTTP_BAD_BODY', 'Answer cannot be decompressed', { cause: error });
		throw error;
	} finally {
		decoder?.destroy();
		body.on('error', () => {}).destroy(); // Ends the connection when bytes are still to come.
	}
	return Buffer.concat(chunks, length);
}

/** `pipe` that also passes the error of a body that breaks off. */
function pipeInto(body: Readable, decoder: Duplex): void {
	body.on('error', (error) => decoder.destroy(error));
	body.pipe(decoder);
}

function tooLarge(maxBytes: number): HttpError {
	return new HttpError('HTTP_BODY_TOO_LARGE', `Answer is longer than ${maxBytes} bytes`);
}

function decoderFor(
	encoding: string | string[] | undefined,
): ReturnType<typeof createGunzip> | undefined {
	switch (
		String(encoding ?? 'identity')
			.trim()
			.toLowerCase()
	) {
		case 'identity':
		case '':
			return undefined;
		case 'gzip':
		case 'x-gzip':
			return createGunzip();
		case 'deflate':
			return createInflate();
		default:
			throw new HttpError('HTTP_BAD_BODY', 'Answer has an encoding that was not asked for');
	}
}
