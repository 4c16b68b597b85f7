/** Keeps what is remembered between runs up to date on disk: resume records and seeding times. */
import path from 'node:path';
import { errorMessage } from '../primitives/app-error.js';
import type { Infohash } from '../primitives/infohash.js';
import type { ResumeRecord } from '../state/resume-record.js';
import { ResumeStore } from '../state/resume-store.js';
import { loadSeedingTimes, saveSeedingTimes } from '../state/seeding-times.js';
import type { Torrent } from '../torrent/torrent.js';
import type { TorrentList } from './torrent-list.js';

/** Verified data is synced and recorded this often: what a crash can cost at most. */
const SAVE_MS = 5000;

/** Seeding times grow all the time; a crash may cost this much of them. */
const SEEDING_SAVE_MS = 10 * 60_000;

/** Torrents synced and saved at once: the disk stays calm, and one slow file does not stop the rest. */
const SAVES_AT_ONCE = 4;

export class RecordKeeper {
	readonly #torrents: TorrentList;
	readonly #store: ResumeStore;
	readonly #seedingFile: string;
	readonly #onProblem: (message: string) => void;
	readonly #dirty = new Set<Torrent>();
	#seedingMsBefore = new Map<Infohash, number>();
	#isSaving = false;
	/** Told once, not every few seconds. */
	#problem: string | undefined;
	#nextSaveMs = 0;
	#nextSeedingSaveMs = Number.POSITIVE_INFINITY;

	constructor(torrents: TorrentList, stateDir: string, onProblem: (message: string) => void) {
		this.#torrents = torrents;
		this.#store = new ResumeStore(path.join(stateDir, 'resume'));
		this.#seedingFile = path.join(stateDir, 'seeding-times');
		this.#onProblem = onProblem;
	}

	/** Before the first torrent is added. */
	async open(nowMs: number): Promise<void> {
		this.#seedingMsBefore = await loadSeedingTimes(this.#seedingFile);
		this.#nextSeedingSaveMs = nowMs + SEEDING_SAVE_MS;
	}

	load(infohash: Infohash): Promise<ResumeRecord | undefined> {
		return this.#store.load(infohash);
	}

	/** Of earlier runs. */
	seedingMs(infohash: Infohash): number {
		return this.#seedingMsBefore.get(infohash) ?? 0;
	}

	/** The torrent's record is out of date. */
	touched(torrent: Torrent): void {
		this.#dirty.add(torrent);
	}

	/** Once a second. */
	tick(nowMs: number): void {
		if (nowMs >= this.#nextSaveMs && this.#dirty.size > 0 && !this.#isSaving) {
			this.#nextSaveMs = nowMs + SAVE_MS;
			this.#isSaving = true;
			void this.#saveDirty().finally(() => {
				this.#isSaving = false;
			});
		}
		if (nowMs >= this.#nextSeedingSaveMs) {
			this.#nextSeedingSaveMs = nowMs + SEEDING_SAVE_MS;
			void this.#saveSeedingTimes(nowMs);
		}
	}

	/** What cannot be saved now is saved as soon as the state folder takes it; the data goes on. */
	async save(torrent: Torrent): Promise<void> {
		this.#dirty.delete(torrent);
		try {
			await this.#store.save(await torrent.flush(this.#torrents.positionOf(torrent)));
			this.#problem = undefined;
		} catch (error) {
			torrent.touch();
			this.#tell(error);
		}
	}

	/** Stops a torrent and keeps its last record. @param position - in the queue, while it was there */
	async close(torrent: Torrent, position: number): Promise<void> {
		const record = await torrent.close(position);
		this.#dirty.delete(torrent);
		if (record !== undefined) await this.#store.save(record);
	}

	/** Closes all torrents; resolves when everything is on the device. Never rejects. */
	async closeAll(nowMs: number): Promise<void> {
		await this.#saveSeedingTimes(nowMs);
		const closing = this.#torrents.all().map((torrent, position) => this.close(torrent, position));
		await Promise.allSettled(closing);
		await this.#store.flush();
	}

	/** Never rejects. */
	async #saveDirty(): Promise<void> {
		const queue = [...this.#dirty];
		this.#dirty.clear();
		const saveSome = async (): Promise<void> => {
			for (let torrent = queue.pop(); torrent !== undefined; torrent = queue.pop()) {
				if (!torrent.isDirty || this.#torrents.get(torrent.infohash) !== torrent) continue;
				// oxlint-disable-next-line no-await-in-loop -- a few at a time keep the disk calm
				await this.save(torrent);
			}
		};
		await Promise.all(Array.from({ length: SAVES_AT_ONCE }, saveSome));
	}

	/** Never rejects. */
	async #saveSeedingTimes(nowMs: number): Promise<void> {
		const times = new Map<Infohash, number>();
		for (const torrent of this.#torrents.all()) {
			const seedingMs = Math.round(torrent.seedingMs(nowMs));
			if (seedingMs > 0) times.set(torrent.infohash, seedingMs);
		}
		if (times.size === 0) return;
		await saveSeedingTimes(this.#seedingFile, times).catch((error: unknown) => this.#tell(error));
	}

	#tell(error: unknown): void {
		const message = `cannot save progress: ${errorMessage(error)}`;
		if (message !== this.#problem) this.#onProblem(message);
		this.#problem = message;
	}
}
