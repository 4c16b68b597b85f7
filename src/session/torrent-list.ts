/** The session's torrents in queue order. */
import type { Infohash } from '../primitives/infohash.js';
import type { Torrent } from '../torrent/torrent.js';
import { moveInQueue } from './queue.js';

export class TorrentList {
	readonly #byInfohash = new Map<Infohash, Torrent>();
	#order: readonly Infohash[] = [];

	get size(): number {
		return this.#byInfohash.size;
	}

	get(infohash: Infohash): Torrent | undefined {
		return this.#byInfohash.get(infohash);
	}

	/** In queue order. */
	all(): Torrent[] {
		const torrents: Torrent[] = [];
		for (const infohash of this.#order) {
			const torrent = this.#byInfohash.get(infohash);
			if (torrent !== undefined) torrents.push(torrent);
		}
		return torrents;
	}

	/** Behind the last one, or where it was in an earlier run. */
	add(torrent: Torrent): void {
		const { infohash, savedPosition } = torrent;
		const at = savedPosition === undefined ? -1 : this.#firstBehind(savedPosition);
		this.#byInfohash.set(infohash, torrent);
		this.#order =
			at === -1
				? [...this.#order, infohash]
				: [...this.#order.slice(0, at), infohash, ...this.#order.slice(at)];
	}

	delete(infohash: Infohash): void {
		this.#byInfohash.delete(infohash);
		this.#order = this.#order.filter((other) => other !== infohash);
	}

	/** @returns the torrents that have another place now */
	move(infohash: Infohash, position: number): Torrent[] {
		const before = this.#order;
		this.#order = moveInQueue(before, infohash, position);
		return this.all().filter((torrent, at) => torrent.infohash !== before[at]);
	}

	/** Index of the first torrent that stood behind a saved position; -1 when none did. */
	#firstBehind(savedPosition: number): number {
		return this.#order.findIndex((infohash) => {
			const other = this.#byInfohash.get(infohash)?.savedPosition;
			return other === undefined || other > savedPosition;
		});
	}
}
