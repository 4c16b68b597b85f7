/** How much room is left where downloads go, asked now and then. */
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../primitives/app-error.js';

/** How often it is asked: often while it shrinks. */
const BUSY_MS = 5000;
const IDLE_MS = 60_000;

/** Asked through the thread pool: starting a disk thread for it would cost an idle session more than all else. */
export class DiskSpace {
	#freeBytes: number | undefined;
	#askedAtMs = Number.NEGATIVE_INFINITY;
	/** A volume that does not answer is not asked again and again. */
	#isAsking = false;

	/** Undefined when unknown. */
	get freeBytes(): number | undefined {
		return this.#freeBytes;
	}

	/** Asks the system when it is time; the answer is there a moment later. */
	tick(nowMs: number, folder: string | undefined, isDownloading: boolean): void {
		const waitMs = isDownloading ? BUSY_MS : IDLE_MS;
		if (folder === undefined || this.#isAsking || nowMs - this.#askedAtMs < waitMs) return;
		this.#askedAtMs = nowMs;
		this.#isAsking = true;
		freeBytesAt(folder).then(
			(free) => this.#answered(free),
			() => this.#answered(undefined),
		);
	}

	#answered(freeBytes: number | undefined): void {
		this.#freeBytes = freeBytes;
		this.#isAsking = false;
	}
}

/** Bytes free for this user where `folder` is or would be made. */
async function freeBytesAt(folder: string): Promise<number> {
	for (let place = path.resolve(folder); ; place = path.dirname(place)) {
		try {
			// oxlint-disable-next-line no-await-in-loop -- the parent only when it is not there
			const volume = await statfs(place);
			return volume.bavail * volume.bsize;
		} catch (error) {
			if (errorCode(error) !== 'ENOENT' || path.dirname(place) === place) throw error;
		}
	}
}
