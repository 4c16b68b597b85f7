/** The last things worth telling a person, for the dashboard's log and headless lines. */
import type { Infohash } from '../primitives/infohash.js';
import type { Notice } from './snapshot.js';

/** Older ones are in the log file. */
const KEPT = 200;

export class Notices {
	#list: readonly Notice[] = [];
	#nextId = 1;

	get list(): readonly Notice[] {
		return this.#list;
	}

	/** Text must be clean already. */
	add(notice: {
		readonly atMs: number;
		readonly level: Notice['level'];
		readonly area: string;
		readonly message: string;
		readonly infohash: Infohash | undefined;
	}): void {
		const list = this.#list.length >= KEPT ? this.#list.slice(1 - KEPT) : this.#list;
		this.#list = [...list, { id: this.#nextId++, ...notice }];
	}
}
