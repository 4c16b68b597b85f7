/** Addresses not to talk to for a while, and why. Time is an argument. */
import { unmapIpv4 } from '../primitives/endpoint.js';

/** Long enough to get a download done without the liar, short enough for a shared address. */
const BAN_MS = 60 * 60 * 1000;
/** The ban that ends first makes room for a new one. */
const MAX_BANS = 2000;

interface Ban {
	readonly untilMs: number;
	readonly reason: string;
}

export class Bans {
	/** Oldest first, so soonest to end first: all bans last equally long. */
	readonly #bans = new Map<string, Ban>();

	get size(): number {
		return this.#bans.size;
	}

	/** Bans an address, on all its ports, for an hour from now. */
	ban(address: string, nowMs: number, reason: string): void {
		const key = unmapIpv4(address);
		this.#bans.delete(key);
		this.#bans.set(key, { untilMs: nowMs + BAN_MS, reason });
		if (this.#bans.size <= MAX_BANS) return;
		for (const oldest of this.#bans.keys()) {
			this.#bans.delete(oldest);
			break;
		}
	}

	isBanned(address: string, nowMs: number): boolean {
		return this.reason(address, nowMs) !== undefined;
	}

	/** Why an address is banned; undefined when it is not (any more). */
	reason(address: string, nowMs: number): string | undefined {
		if (this.#bans.size === 0) return undefined;
		const key = unmapIpv4(address);
		const ban = this.#bans.get(key);
		if (ban === undefined) return undefined;
		if (ban.untilMs > nowMs) return ban.reason;
		this.#bans.delete(key);
		return undefined;
	}
}
