/** Outgoing connections: connect timeout, and a limit on how many may be half open at once. */
import type { Endpoint } from '../primitives/endpoint.js';
import { ByteStream } from './byte-stream.js';
import type { RateGate } from './rate-gate.js';

/** A peer that does not answer in this time is not worth a slot. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Many routers forget or drop connections when more are opened at once. */
const DEFAULT_HALF_OPEN = 50;

export interface DialerOptions {
	readonly readGate: RateGate;
	readonly bindAddress: string | undefined;
	readonly maxHalfOpen?: number;
	readonly timeoutMs?: number;
}

export class Dialer {
	readonly #options: DialerOptions;
	readonly #maxHalfOpen: number;
	#halfOpen = 0;

	constructor(options: DialerOptions) {
		this.#options = options;
		this.#maxHalfOpen = options.maxHalfOpen ?? DEFAULT_HALF_OPEN;
	}

	get halfOpen(): number {
		return this.#halfOpen;
	}

	/** False when the half-open limit is reached: come back at the next tick. */
	get canDial(): boolean {
		return this.#halfOpen < this.#maxHalfOpen;
	}

	async dial(endpoint: Endpoint): Promise<ByteStream> {
		this.#halfOpen++;
		try {
			return await ByteStream.dial(endpoint, {
				bindAddress: this.#options.bindAddress,
				timeoutMs: this.#options.timeoutMs ?? CONNECT_TIMEOUT_MS,
				readGate: this.#options.readGate,
			});
		} finally {
			this.#halfOpen--;
		}
	}
}
