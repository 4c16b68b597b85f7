/** Tries torrents again whose problem can go away by itself: space freed, volume back, path free. */
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, errorCode } from '../primitives/app-error.js';
import type { DiskPool } from '../storage/storage.js';
import type { Torrent } from '../torrent/torrent.js';

/** How often each is looked at. */
const RETRY_MS = 5000;

/** A problem that comes back at once is tried again less and less often, down to this. */
const MAX_RETRY_MS = 160_000;

/** Torrents looked at in one round: a thousand idle seeds cost no more than these. */
const LOOKS_PER_ROUND = 50;

/** Free space that makes going on worth a try, when less than that is missing altogether. */
const WORTH_TRYING_BYTES = 16 * 1024 * 1024;

export class Recovery {
	readonly #pool: DiskPool;
	readonly #retries = new WeakMap<
		Torrent,
		{ readonly waitMs: number; readonly nextAtMs: number }
	>();
	#nextAtMs = 0;
	#nextLook = 0;
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
		const waiting = torrents.filter(
			(torrent) =>
				torrent.problem?.resumesByItself === true &&
				nowMs >= (this.#retries.get(torrent)?.nextAtMs ?? 0),
		);
		this.#isBusy = true;
		Promise.all([this.#retryAll(waiting, nowMs, claimPath), this.#look(torrents)])
			.catch(() => {
				// A torrent that cannot be retried keeps its problem and is looked at again.
			})
			.finally(() => {
				this.#isBusy = false;
			});
	}

	/** A volume that is gone is not seen by files that are open: running torrents are looked at. */
	async #look(torrents: readonly Torrent[]): Promise<void> {
		const from = this.#nextLook < torrents.length ? this.#nextLook : 0;
		this.#nextLook = from + LOOKS_PER_ROUND;
		for (const torrent of torrents.slice(from, this.#nextLook)) {
			if (!torrent.isUp || !torrent.hasFiles) continue;
			// oxlint-disable-next-line no-await-in-loop -- one at a time keeps the disk calm
			if (await exists(torrent.savePath)) continue;
			const message = `${torrent.savePath} is gone: bring it or its volume back, or recheck to start over`;
			if (torrent.isUp) torrent.fail(new AppError('STORAGE_MISSING', message));
		}
	}

	async #retryAll(
		torrents: readonly Torrent[],
		nowMs: number,
		claimPath: (torrent: Torrent) => boolean,
	): Promise<void> {
		for (const torrent of torrents) {
			// oxlint-disable-next-line no-await-in-loop -- one at a time keeps the disk calm
			const isWorthTrying = await this.#isWorthTrying(torrent, claimPath).catch(() => false);
			if (!isWorthTrying) continue;
			const before = this.#retries.get(torrent);
			const cameBack = before !== undefined && nowMs < before.nextAtMs + before.waitMs;
			const waitMs = cameBack ? Math.min(MAX_RETRY_MS, before.waitMs * 2) : RETRY_MS;
			this.#retries.set(torrent, { waitMs, nextAtMs: nowMs + waitMs });
			// oxlint-disable-next-line no-await-in-loop
			await torrent.retry();
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
				const missing = torrent.pieces.wantedBytes - torrent.pieces.wantedDoneBytes;
				const free = await this.#pool.freeBytes(torrent.savePath);
				return free >= Math.min(missing, WORTH_TRYING_BYTES) && free > 0;
			}
			case 'STORAGE_MISSING':
				return torrent.isBack();
			default:
				return isWritable(torrent.savePath);
		}
	}
}

/** The file or folder itself, or where it would be made. */
async function isWritable(savePath: string): Promise<boolean> {
	for (const place of [savePath, path.dirname(savePath)]) {
		try {
			// oxlint-disable-next-line no-await-in-loop -- the second only when the first is not there
			await access(place, constants.W_OK);
			return true;
		} catch (error) {
			if (errorCode(error) !== 'ENOENT') return false;
		}
	}
	return false;
}

/** False only when it is known not to be there. */
async function exists(file: string): Promise<boolean> {
	return stat(file).then(
		() => true,
		(error: unknown) => errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR',
	);
}
