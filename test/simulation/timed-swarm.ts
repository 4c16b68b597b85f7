/** A swarm on a virtual clock, in steps: how long does it take, beside the best there could be? */
import type { PieceLayout } from '../../src/metainfo/piece-layout.js';
import type { Random } from '../../src/primitives/clock.js';
import { TimedPeer, type TimedPlan } from './timed-peer.js';
import { LinkEnd } from './virtual-link.js';

/** A round trip and more: requests and cancels are seen this much later. */
const STEP_MS = 100;
const TICK_MS = 1000;

export class TimedSwarm {
	readonly peers: readonly TimedPeer[];
	readonly #layout: PieceLayout;
	readonly #random: Random;
	#nowMs = 0;
	#cancels: { readonly at: LinkEnd; readonly key: number }[] = [];

	/** @param maxLinks - connections each peer makes, with peers at random */
	constructor(
		layout: PieceLayout,
		plans: readonly TimedPlan[],
		options: { readonly random: Random; readonly maxLinks: number },
	) {
		this.#layout = layout;
		this.#random = options.random;
		this.peers = plans.map(
			(plan) =>
				new TimedPeer(plan, {
					layout,
					random: options.random,
					now: () => this.#nowMs,
					cancel: (at, key) => void this.#cancels.push({ at, key }),
				}),
		);
		this.#connect(options.maxLinks);
	}

	get leechers(): readonly TimedPeer[] {
		return this.peers.filter(({ plan }) => !plan.isSeed);
	}

	get isComplete(): boolean {
		return this.peers.every(({ picker }) => picker.isComplete);
	}

	/**
	 * The time no scheduling can beat: every byte leaves the seeds once, and all copies fit into all
	 * uplinks together.
	 */
	get idealMs(): number {
		const bytes = this.#layout.totalBytes;
		const seeds = this.peers.filter(({ plan }) => plan.isSeed);
		const copies = this.leechers.length * bytes;
		return 1000 * Math.max(bytes / uplinksOf(seeds), copies / uplinksOf(this.peers));
	}

	/** Runs until all are complete or the clock shows `limitMs`. @returns the clock */
	run(limitMs: number): number {
		for (let nextTickMs = 0; !this.isComplete && this.#nowMs < limitMs; ) {
			for (const { at, key } of this.#cancels.splice(0)) at.requests.delete(key);
			if (this.#nowMs >= nextTickMs) {
				nextTickMs += TICK_MS;
				for (const peer of this.#shuffled()) peer.tick();
			}
			for (const peer of this.#shuffled()) peer.send(STEP_MS);
			this.#nowMs += STEP_MS;
		}
		return this.#nowMs;
	}

	#connect(maxLinks: number): void {
		for (const [index, peer] of this.peers.entries()) {
			const others = this.peers.slice(index + 1);
			// Half of its links each peer makes itself; the others come to it.
			const isFull = this.peers.length <= maxLinks + 1;
			const wanted = isFull ? others.length : Math.ceil(maxLinks / 2);
			for (const other of isFull ? others : this.#someOf(peer, wanted)) {
				if (peer.links.length >= maxLinks && !isFull) break;
				if (other.links.length >= maxLinks && !isFull) continue;
				const [mine, theirs] = LinkEnd.connect(peer, other, 0);
				peer.joined(mine);
				other.joined(theirs);
			}
		}
		for (const peer of this.peers) for (const link of peer.links) peer.lookAt(link);
	}

	#someOf(peer: TimedPeer, count: number): readonly TimedPeer[] {
		const known = new Set([peer, ...peer.links.map(({ other }) => other.owner)]);
		const chosen: TimedPeer[] = [];
		for (let tries = 0; tries < count * 4 && chosen.length < count; tries++) {
			const other = this.peers[Math.floor(this.#random() * this.peers.length)];
			if (other === undefined || known.has(other)) continue;
			known.add(other);
			chosen.push(other);
		}
		return chosen;
	}

	#shuffled(): TimedPeer[] {
		const shuffled = [...this.peers];
		for (let at = shuffled.length - 1; at > 0; at--) {
			const from = Math.floor(this.#random() * (at + 1));
			const [a, b] = [shuffled[at], shuffled[from]];
			if (a === undefined || b === undefined) continue;
			shuffled[at] = b;
			shuffled[from] = a;
		}
		return shuffled;
	}
}

function uplinksOf(peers: readonly TimedPeer[]): number {
	return peers.reduce((total, { plan }) => total + plan.uploadBytesPerSecond, 0);
}
