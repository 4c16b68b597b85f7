/** Peers of one kind in one swarm: add, remove and draw at random, each without walking the list. */
import type { Random } from '../primitives/clock.js';

export interface ListedPeer {
	/** 6 or 18 bytes, as they go on the wire (BEP 23, BEP 7). */
	readonly compact: Uint8Array;
	readonly peerId: Uint8Array;
	/** Its place in the list it is in. */
	index: number;
}

export class PeerList {
	readonly #peers: ListedPeer[] = [];

	get size(): number {
		return this.#peers.length;
	}

	add(peer: ListedPeer): void {
		peer.index = this.#peers.length;
		this.#peers.push(peer);
	}

	/** `peer` must be in this list. */
	remove(peer: ListedPeer): void {
		const last = this.#peers.pop();
		if (last === undefined || last === peer) return;
		this.#peers[peer.index] = last;
		last.index = peer.index;
	}

	/** At most `count` neighbours from a random place on, without `asker`. */
	sample(count: number, asker: ListedPeer | undefined, random: Random): readonly ListedPeer[] {
		const drawn: ListedPeer[] = [];
		const size = this.#peers.length;
		const start = Math.floor(random() * size);
		for (let i = 0; i < size && drawn.length < count; i++) {
			const peer = this.#peers[(start + i) % size];
			if (peer !== undefined && peer !== asker) drawn.push(peer);
		}
		return drawn;
	}
}
