/**
 * Which torrents announce at the same time. When thousands are due together, the rest wait here as
 * what they are, and cost a place in a line: requests and their buffers exist for those at work only.
 */
import type { TrackerAddress } from './tracker-address.js';
import { Turns, type TurnWaiter } from './turns.js';

/** Twice what the transports have under way, so that the next request is always ready. */
const HTTP_ROUNDS = 100;
const UDP_ROUNDS = 1000;

export class AnnounceLine {
	readonly #http: Turns = new Turns(HTTP_ROUNDS);
	readonly #udp: Turns = new Turns(UDP_ROUNDS);

	/** @returns true when its round may begin at once; it is called when it is its turn otherwise */
	enter(first: TrackerAddress, waiter: TurnWaiter): boolean {
		return this.#turns(first).enter(first.host, waiter);
	}

	/** Whoever waits does not any more. */
	forget(first: TrackerAddress, waiter: TurnWaiter): void {
		this.#turns(first).forget(first.host, waiter);
	}

	/** The round that began with this tracker is over. */
	leave(first: TrackerAddress): void {
		this.#turns(first).leave(first.host);
	}

	#turns({ protocol }: TrackerAddress): Turns {
		return protocol === 'udp' ? this.#udp : this.#http;
	}
}
