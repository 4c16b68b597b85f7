/**
 * HTTP connections that check where they lead: the address is looked at in the moment of connecting,
 * so a name that changes its address between check and use gains nothing. Connections are kept
 * between requests to one origin, apart for each reach.
 */
import { isIP, type LookupFunction } from 'node:net';
import type { Agent, buildConnector } from 'undici';
import { type AddressScope, addressScope } from '../primitives/address-range.js';
import { asHttpError, HttpError } from './http-error.js';
import { loadUndici, type UndiciParts } from './load-undici.js';
import type { Resolver } from './resolver.js';

/** Redirects followed for one request. */
export const MAX_REDIRECTS = 5;

const MAX_HEADER_BYTES = 16 * 1024;
const CONNECT_TIMEOUT_MS = 15_000;
/** Silence before the headers, and between two chunks of the body. */
const SILENCE_LIMIT_MS = 30_000;
/** Origins whose last address is remembered; a forgotten one counts as public. */
const MAX_REMEMBERED_ORIGINS = 1000;
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Which addresses a request may connect to. */
export type HttpReach = 'anywhere' | 'not-loopback' | 'not-private' | 'public';

export interface HttpAgentsOptions {
	readonly resolver: Resolver;
	/** Local address to connect from; only addresses of its family are then tried. */
	readonly bindAddress?: string | undefined;
	/** Which addresses count as public; tests on one machine replace it. */
	readonly scopeOf?: ((address: string) => AddressScope) | undefined;
}

export class HttpAgents {
	readonly #options: HttpAgentsOptions;
	readonly #scopeOf: (address: string) => AddressScope;
	readonly #agents = new Map<HttpReach, Agent>();
	readonly #scopesByOrigin = new Map<string, AddressScope>();
	#isClosed = false;

	constructor(options: HttpAgentsOptions) {
		this.#options = options;
		this.#scopeOf = options.scopeOf ?? addressScope;
	}

	/**
	 * What makes requests that connect to addresses within `reach` only.
	 * @throws {HttpError} `HTTP_ABORTED` after `close`
	 */
	async agent(reach: HttpReach): Promise<Agent> {
		const undici = await loadUndici();
		if (this.#isClosed) throw new HttpError('HTTP_ABORTED', 'Connections were closed');
		const known = this.#agents.get(reach);
		if (known !== undefined) return known;
		const { bindAddress } = this.#options;
		const agent = new undici.Agent({
			connect: this.#connector(undici, reach),
			maxHeaderSize: MAX_HEADER_BYTES,
			headersTimeout: SILENCE_LIMIT_MS,
			bodyTimeout: SILENCE_LIMIT_MS,
			...(bindAddress === undefined ? {} : { localAddress: bindAddress }),
		});
		this.#agents.set(reach, agent);
		return agent;
	}

	/** What a redirect of `url` may reach: from a public address only ever public ones. */
	reachAfter(url: URL, reach: HttpReach): HttpReach {
		const scope = this.#scopesByOrigin.get(`${reach} ${url.origin}`) ?? 'public';
		return scope === 'public' ? 'public' : reach;
	}

	/** Ends all connections; requests under way fail. */
	async close(): Promise<void> {
		this.#isClosed = true;
		const agents = [...this.#agents.values()];
		this.#agents.clear();
		await Promise.all(agents.map((agent) => agent.destroy()));
	}

	#connector(undici: UndiciParts, reach: HttpReach): buildConnector.connector {
		const connect = undici.buildConnector({
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
		switch (this.#scopeOf(address)) {
			case 'public':
				return true;
			case 'private':
				return reach === 'anywhere' || reach === 'not-loopback';
			case 'loopback':
				return reach === 'anywhere' || reach === 'not-private';
			case 'invalid':
				return false;
		}
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

/** Where an answer sends the request to; undefined when it is no redirect. */
export function redirectOf(
	status: number,
	headers: Readonly<Record<string, string | string[] | undefined>>,
): string | undefined {
	const location = headers['location'];
	return REDIRECT_STATUSES.has(status) && typeof location === 'string' ? location : undefined;
}

function forbidden(host: string): HttpError {
	return new HttpError('HTTP_FORBIDDEN_ADDRESS', `May not connect to ${host} from here`);
}
