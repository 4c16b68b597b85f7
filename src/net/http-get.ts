/**
 * HTTP and HTTPS GET with everything bounded: total time, headers, redirects, bytes after
 * decompression, and where it may connect to. The address is checked at the moment of connecting,
 * so a name that changes its address between check and use gains nothing.
 */
import { isIP, type LookupFunction } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { Agent, buildConnector, type Dispatcher, errors } from 'undici';
import { type AddressScope, addressScope } from '../primitives/address-range.js';
import { AppError, errorCode, errorMessage } from '../primitives/app-error.js';
import type { Clock } from '../primitives/clock.js';
import { linkAbort } from './link-abort.js';
import type { Resolver } from './resolver.js';

const MAX_REDIRECTS = 5;
const MAX_HEADER_BYTES = 16 * 1024;
const CONNECT_TIMEOUT_MS = 15_000;
const DEFAULT_DEADLINE_MS = 30_000;
const DEFAULT_MAX_BYTES = 1024 * 1024;
/** Origins whose last address is remembered; a forgotten one counts as public. */
const MAX_REMEMBERED_ORIGINS = 1000;
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export type HttpErrorCode =
	| 'HTTP_BAD_URL'
	| 'HTTP_FORBIDDEN_ADDRESS'
	| 'HTTP_TOO_MANY_REDIRECTS'
	| 'HTTP_BODY_TOO_LARGE'
	| 'HTTP_BAD_BODY'
	| 'HTTP_TIMEOUT'
	| 'HTTP_ABORTED'
	| 'HTTP_FAILED';

/** A request that brought no usable answer; messages never contain the URL, which may hold a secret. */
export class HttpError extends AppError {
	override readonly code: HttpErrorCode;

	constructor(code: HttpErrorCode, message: string, options?: { cause?: unknown }) {
		super(code, message, options);
		this.code = code;
	}
}

/** Which addresses a request may connect to. */
export type HttpReach = 'anywhere' | 'not-loopback' | 'public';

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

export interface HttpGetterOptions {
	readonly clock: Clock;
	readonly resolver: Resolver;
	readonly userAgent: string;
	/** Local address to connect from; only addresses of its family are then tried. */
	readonly bindAddress?: string | undefined;
	/** Which addresses count as public; tests on one machine replace it. */
	readonly scopeOf?: ((address: string) => AddressScope) | undefined;
}

/** Keeps connections between requests to one origin; `close` ends them. */
export class HttpGetter {
	readonly #options: HttpGetterOptions;
	readonly #scopeOf: (address: string) => AddressScope;
	readonly #agents = new Map<HttpReach, Agent>();
	readonly #scopesByOrigin = new Map<string, AddressScope>();

	constructor(options: HttpGetterOptions) {
		this.#options = options;
		this.#scopeOf = options.scopeOf ?? addressScope;
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
	async close(): Promise<void> {
		const agents = [...this.#agents.values()];
		this.#agents.clear();
		await Promise.all(agents.map((agent) => agent.destroy()));
	}

	async #follow(start: URL, options: HttpGetOptions, signal: AbortSignal): Promise<HttpResponse> {
		const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
		let url = start;
		let reach = options.reach ?? 'anywhere';
		for (let hops = 1; ; hops++) {
			const response = await this.#request(url, reach, signal);
			const location = response.headers['location'];
			if (!REDIRECT_STATUSES.has(response.statusCode) || typeof location !== 'string') {
				const encoding = response.headers['content-encoding'];
				const body = await readBody(response, encoding, maxBytes);
				return { status: response.statusCode, body, hops };
			}
			response.body.on('error', () => {}).destroy(); // The body of a redirect is for people.
			if (hops > MAX_REDIRECTS) {
				throw new HttpError('HTTP_TOO_MANY_REDIRECTS', `More than ${MAX_REDIRECTS} redirects`);
			}
			const scope = this.#scopesByOrigin.get(originKey(reach, url)) ?? 'public';
			if (scope === 'public') reach = 'public';
			url = parseHttpUrl(location, url);
		}
	}

	#request(url: URL, reach: HttpReach, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
		return this.#agent(reach).request({
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

	#agent(reach: HttpReach): Agent {
		const known = this.#agents.get(reach);
		if (known !== undefined) return known;
		const { bindAddress } = this.#options;
		const agent = new Agent({
			connect: this.#connector(reach),
			maxHeaderSize: MAX_HEADER_BYTES,
			headersTimeout: DEFAULT_DEADLINE_MS,
			bodyTimeout: DEFAULT_DEADLINE_MS,
			...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
		});
		this.#agents.set(reach, agent);
		return agent;
	}

	#connector(reach: HttpReach): buildConnector.connector {
		const connect = buildConnector({
			timeout: CONNECT_TIMEOUT_MS,
			autoSelectFamily: true,
			lookup: this.#lookup(reach),
		});
		return (options, callback) => {
			const host = options.hostname.replace(/^\[|\]$/g, '');
			// A numeric host never reaches the lookup hook.
			if (isIP(host) !== 0 && !this.#mayReach(reach, host)) {
				callback(forbidden(host), null);
				return;
			}
			const scheme = options.protocol === 'https:' ? 'https:' : 'http:';
			connect({ ...options, hostname: host }, (...result) => {
				const remote = result[1]?.remoteAddress;
				if (remote !== undefined) {
					this.#remember(`${reach} ${scheme}//${options.host}`, this.#scopeOf(remote));
				}
				callback(...result);
			});
		};
	}

	#lookup(reach: HttpReach): LookupFunction {
		const { resolver, bindAddress } = this.#options;
		const family = bindAddress === undefined ? 0 : isIP(bindAddress);
		const find = async (host: string): Promise<{ address: string; family: number }[]> => {
			const addresses = await resolver.resolve(host);
			const reachable = addresses.filter((address) => this.#mayReach(reach, address));
			if (reachable.length === 0) throw forbidden(host);
			const usable = reachable.filter((address) => family === 0 || isIP(address) === family);
			if (usable.length > 0) return usable.map((address) => ({ address, family: isIP(address) }));
			throw new HttpError('HTTP_FAILED', `Host ${host} has no IPv${family} address`);
		};
		return (host, options, callback) => {
			const answer = async (): Promise<void> => {
				let found: { address: string; family: number }[];
				try {
					found = await find(host);
				} catch (error) {
					callback(asHttpError(error), []);
					return;
				}
				const [first] = found;
				if (options.all === true || first === undefined) callback(null, found);
				else callback(null, first.address, first.family);
			};
			void answer();
		};
	}

	#mayReach(reach: HttpReach, address: string): boolean {
		const scope = this.#scopeOf(address);
		if (scope === 'invalid') return false;
		if (reach === 'public') return scope === 'public';
		return reach === 'anywhere' || scope !== 'loopback';
	}

	/** An origin that was public once stays public: its older connections may still be in use. */
	#remember(origin: string, scope: AddressScope): void {
		const known = this.#scopesByOrigin.get(origin);
		this.#scopesByOrigin.delete(origin);
		this.#scopesByOrigin.set(origin, known === 'public' ? known : scope);
		const oldest = this.#scopesByOrigin.keys().next();
		if (this.#scopesByOrigin.size > MAX_REMEMBERED_ORIGINS && oldest.done !== true)
			this.#scopesByOrigin.delete(oldest.value);
	}
}

function originKey(reach: HttpReach, url: URL): string {
	return `${reach} ${url.origin}`;
}

function forbidden(host: string): HttpError {
	return new HttpError('HTTP_FORBIDDEN_ADDRESS', `May not connect to ${host} from here`);
}

function parseHttpUrl(text: string, base?: URL): URL {
	if (!URL.canParse(text, base?.href)) throw new HttpError('HTTP_BAD_URL', 'URL cannot be read');
	const url = new URL(text, base);
	if (url.protocol === 'http:' || url.protocol === 'https:') return url;
	throw new HttpError('HTTP_BAD_URL', `Scheme ${url.protocol} is not http or https`);
}

function asHttpError(error: unknown): HttpError {
	if (error instanceof HttpError) return error;
	if (error instanceof errors.ConnectTimeoutError)
		return new HttpError('HTTP_TIMEOUT', 'Connection timed out', { cause: error });
	// Several addresses tried: the words are in the parts.
	const inner: unknown = error instanceof AggregateError ? (error.errors.at(-1) ?? error) : error;
	if (inner instanceof HttpError) return inner;
	const words = errorMessage(inner) || errorCode(inner) || 'Connection failed';
	return new HttpError('HTTP_FAILED', words, { cause: error });
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
