/** Who looks at the details of which torrent: they are made for those alone. */
import type { Infohash } from '../primitives/infohash.js';
import type { TorrentDetail } from './snapshot.js';

type DetailListener = (detail: TorrentDetail | undefined) => void;

export class DetailWatches {
	readonly #detailOf: (infohash: Infohash) => TorrentDetail | undefined;
	readonly #infohashes = new Map<DetailListener, Infohash>();

	constructor(detailOf: (infohash: Infohash) => TorrentDetail | undefined) {
		this.#detailOf = detailOf;
	}

	/** Tells the listener now and with each `tell`; returns the way to stop. */
	add(infohash: Infohash, listener: DetailListener): () => void {
		// A listener of its own for each watch, so that one function may watch many torrents.
		const watch: DetailListener = (detail) => listener(detail);
		this.#infohashes.set(watch, infohash);
		watch(this.#detailOf(infohash));
		return () => {
			this.#infohashes.delete(watch);
		};
	}

	tell(): void {
		for (const [watch, infohash] of this.#infohashes) watch(this.#detailOf(infohash));
	}
}
