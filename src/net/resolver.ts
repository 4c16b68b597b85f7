/**
 * Host names to numeric addresses without blocking the process's thread pool.
 * `dns.lookup` holds one of four shared threads for as long as a name server is silent, and files
 * and hashes would wait behind it; so names are asked over the network by the event loop itself,
 * and `lookup` (which also knows local names) is a last resort, one call at a time.
 */
import { Resolver as DnsResolver, lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { AppError } from '../primitives/app-error.js';
import type { Clock } from '../primitives/clock.js';

/** How long answers are kept; failures shorter, so that a network that comes back is noticed. */
const POSITIVE_TTL_MS = 60_000;
const NEGATIVE_TTL_MS = 5000;
const MAX_CACHED_NAMES = 1000;
/** A hosts file longer than this is not read. */
const MAX_HOSTS_LENGTH = 1_000_000;
const HOSTS_PATH = '/etc/hosts';

export type ResolverErrorCode = 'RESOLVER_NOT_FOUND' | 'RESOLVER_CLOSED';

/** A name that leads to no address. */
export class ResolverError extends AppError {
	override readonly code: ResolverErrorCode;

	constructor(code: ResolverErrorCode, message: string, options?: { cause?: unknown }) {
		super(code, message, options);
		this.code = code;
	}
}

/** Where answers come from; tests replace it. Each rejects or answers an empty list for "none". */
export interface NameSources {
	hosts(name: string): Promise<readonly string[]>;
	network(name: string): Promise<readonly string[]>;
	system(name: string): Promise<readonly string[]>;
	cancel(): void;
}

interface CachedName {
	readonly addresses: Promise<readonly string[]>;
	expiresAt: number;
}

export class Resolver {
	readonly #clock: Clock;
	readonly #sources: NameSources;
	readonly #cache = new Map<string, CachedName>();
	#systemTurn: Promise<unknown> = Promise.resolve();
	#isClosed = false;

	constructor(options: { readonly clock: Clock; readonly sources?: NameSources }) {
		this.#clock = options.clock;
		this.#sources = options.sources ?? platformSources();
	}

	/**
	 * All addresses of a host, IPv4 first; a numeric host (IPv6 without brackets) is its own answer.
	 * @throws {ResolverError} `RESOLVER_NOT_FOUND` when there is none, `RESOLVER_CLOSED` after `close`
	 */
	async resolve(host: string): Promise<readonly string[]> {
		if (isIP(host) !== 0) return [host];
		const name = host.toLowerCase().replace(/\.$/, '');
		if (this.#isClosed) throw new ResolverError('RESOLVER_CLOSED', `Resolver is closed: ${name}`);
		// RFC 6761: such names never leave the machine.
		if (name === 'localhost' || name.endsWith('.localhost')) return ['127.0.0.1', '::1'];
		const cached = this.#cache.get(name);
		if (cached !== undefined && cached.expiresAt > this.#clock.now()) return cached.addresses;
		return this.#ask(name);
	}

	/** Gives up all questions under way. */
	close(): void {
		this.#isClosed = true;
		this.#cache.clear();
		this.#sources.cancel();
	}

	#ask(name: string): Promise<readonly string[]> {
		const addresses = this.#askSources(name);
		// Kept while it is under way too: a thousand torrents of one tracker ask once.
		const entry: CachedName = { addresses, expiresAt: Number.POSITIVE_INFINITY };
		this.#cache.delete(name);
		this.#cache.set(name, entry);
		const oldest = this.#cache.keys().next();
		if (this.#cache.size > MAX_CACHED_NAMES && oldest.done !== true)
			this.#cache.delete(oldest.value);
		void this.#expireAfter(addresses, entry);
		return addresses;
	}

	async #expireAfter(addresses: Promise<unknown>, entry: CachedName): Promise<void> {
		const [answer] = await Promise.allSettled([addresses]);
		const ttlMs = answer.status === 'fulfilled' ? POSITIVE_TTL_MS : NEGATIVE_TTL_MS;
		entry.expiresAt = this.#clock.now() + ttlMs;
	}

	async #askSources(name: string): Promise<readonly string[]> {
		let cause: unknown;
		const ask = async (source: Promise<readonly string[]>): Promise<readonly string[]> => {
			try {
				return (await source).filter((address) => isIP(address) !== 0);
			} catch (error) {
				cause = error;
				return [];
			}
		};
		let addresses = await ask(this.#sources.hosts(name));
		if (addresses.length === 0 && name.includes('.'))
			addresses = await ask(this.#sources.network(name));
		if (addresses.length === 0 && !this.#isClosed) {
			const turn = this.#systemTurn.then(() => ask(this.#sources.system(name)));
			this.#systemTurn = turn;
			addresses = await turn;
		}
		if (addresses.length > 0) return addresses;
		throw new ResolverError('RESOLVER_NOT_FOUND', `Host ${name} has no address`, { cause });
	}
}

function platformSources(): NameSources {
	const dns = new DnsResolver({ timeout: 3000, tries: 2 });
	return {
		hosts: async (name) => addressesInHosts(await readFile(HOSTS_PATH, 'utf8'), name),
		async network(name) {
			const answers = await Promise.allSettled([dns.resolve4(name), dns.resolve6(name)]);
			return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
		},
		async system(name) {
			const found = await lookup(name, { all: true });
			return found.map(({ address }) => address);
		},
		cancel: () => dns.cancel(),
	};
}

/** Addresses a hosts file gives a name, IPv4 first. */
export function addressesInHosts(text: string, name: string): readonly string[] {
	if (text.length > MAX_HOSTS_LENGTH) return [];
	const addresses: string[] = [];
	for (const line of text.split('\n')) {
		const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
		if (address === undefined || isIP(address) === 0) continue;
		if (names.some((other) => other.toLowerCase() === name)) addresses.push(address);
	}
	return addresses.sort((a, b) => isIP(a) - isIP(b));
}
