/** The session's torrents in queue order. */
import type { Infohash } from '../primitives/infohash.js';
import type { Torrent } from '../torrent/torrent.js';
import { moveInQueue } from './queue.js';

export class TorrentList {
	readonly #byInfohash = new Map<Infohash, Torrent>();
	#order: Torrent[] = [];
	/** Made when somebody asks, thrown away when places change. */
	#positions: Map<Torrent, number> | undefined;
	/** False once somebody was moved by hand: saved places no longer ascend. */
	#isBySavedPosition = true;
	#revision = 0;

	get size(): number {
		return this.#byInfohash.size;
	}

	/** Another number whenever a torrent came, went or moved. */
	get revision(): number {
		return this.#revision;
	}

	get(infohash: Infohash): Torrent | undefined {
		return this.#byInfohash.get(infohash);
	}

	/** In queue order; good until the list changes. */
	all(): readonly Torrent[] {
		return this.#order;
	}

	/** Place in the queue, from 0; -1 when it is not here. */
	positionOf(torrent: Torrent): number {
		if (this.#positions === undefined) {
			this.#positions = new Map();
			for (const [position, each] of this.#order.entries()) this.#positions.set(each, position);
		}
		return this.#positions.get(torrent) ?? -1;
	}

	/** Behind the last one, or where it was in an earlier run. */
	add(torrent: Torrent): void {
		const { infohash, savedPosition } = torrent;
		const end = this.#order.length;
		const at = savedPosition === undefined ? end : this.#firstBehind(savedPosition);
		this.#byInfohash.set(infohash, torrent);
		this.#revision++;
		if (at === end) {
			this.#order.push(torrent);
			this.#positions?.set(torrent, end);
			return;
		}
		this.#order = this.#order.toSpliced(at, 0, torrent);
		this.#positions = undefined;
	}

	delete(infohash: Infohash): void {
		if (!this.#byInfohash.delete(infohash)) return;
		this.#setOrder(this.#order.filter((other) => other.infohash !== infohash));
	}

	/** @returns the torrents that have another place now */
	move(infohash: Infohash, position: number): Torrent[] {
		const before = this.#order;
		const order = moveInQueue(
			before.map((torrent) => torrent.infohash),
			infohash,
			position,
		);
		this.#setOrder(order.flatMap((each) => this.#byInfohash.get(each) ?? []));
		this.#isBySavedPosition = false;
		return this.#order.filter((torrent, at) => torrent !== before[at]);
	}

	#setOrder(order: Torrent[]): void {
		this.#order = order;
		this.#positions = undefined;
		this.#revision++;
	}

	/** Index of the first torrent that stood behind a saved position; the end when none did. */
	#firstBehind(savedPosition: number): number {
		const isBehind = (torrent: Torrent | undefined): boolean =>
			torrent?.savedPosition === undefined || torrent.savedPosition > savedPosition;
		if (!this.#isBySavedPosition) {
			const found = this.#order.findIndex(isBehind);
			return found === -1 ? this.#order.length : found;
		}
		let low = 0;
		let high = this.#order.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (isBehind(this.#order[middle])) high = middle;
			else low = middle + 1;
		}
		return low;
	}
}
