/** Tries torrents again whose problem can go away by itself: space freed, volume back, path free. */
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DiskPool } from '../storage/storage.js';
import type { Torrent } from '../torrent/torrent.js';

/** How often each is looked at. */
const RETRY_MS = 5000;

/** Free space that makes going on worth a try, when less than that is missing altogether. */
const WORTH_TRYING_BYTES = 16 * 1024 * 1024;

export class Recovery {
	readonly #pool: DiskPool;
	#nextAtMs = 0;
	#isBusy = false;

	constructor(pool: DiskPool) {
		this.#pool = pool;
	}

	/** @param claimPath - true when nobody else writes where this torrent does any more */
	tick(
		torrents: readonly Torrent[],
		nowMs: number,
		claimPath: (torrent: Torrent) => boolean,
	): void {
		if (nowMs < this.#nextAtMs || this.#isBusy) return;
		this.#nextAtMs = nowMs + RETRY_MS;
		const waiting = torrents.filter((torrent) => torrent.problem?.resumesByItself === true);
		if (waiting.length === 0) return;
		this.#isBusy = true;
		this.#retryAll(waiting, claimPath)
			.catch(() => {
				// A torrent that cannot be retried keeps its problem and is looked at again.
			})
			.finally(() => {
				this.#isBusy = false;
			});
	}

	async #retryAll(
		torrents: readonly Torrent[],
		claimPath: (torrent: Torrent) => boolean,
	): Promise<void> {
		for (const torrent of torrents) {
			// oxlint-disable-next-line no-await-in-loop -- one at a time keeps the disk calm
			if (await this.#isWorthTrying(torrent, claimPath)) await torrent.retry();
		}
	}

	async #isWorthTrying(
		torrent: Torrent,
		claimPath: (torrent: Torrent) => boolean,
	): Promise<boolean> {
		const code = torrent.problem?.code ?? '';
		switch (code) {
			case 'TORRENT_PATH_TAKEN':
				return claimPath(torrent);
			case 'STORAGE_DISK_FULL': {
				const missing = torrent.picker.wantedBytes() - torrent.picker.wantedDoneBytes();
				const free = await this.#pool.freeBytes(torrent.savePath);
				return free >= Math.min(missing, WORTH_TRYING_BYTES) && free > 0;
			}
			case 'STORAGE_MISSING':
				return exists(torrent.savePath);
			default:
				return isWritable(path.dirname(torrent.savePath));
		}
	}
}

async function exists(file: string): Promise<boolean> {
	return stat(file).then(
		() => true,
		() => false,
	);
}

async function isWritable(folder: string): Promise<boolean> {
	return access(folder, constants.W_OK).then(
		() => true,
		() => false,
	);
}
