/** Keeps a torrent's resume record true: what must be synced before, and whether it must be saved. */
import { errorCode } from '../primitives/app-error.js';
import type { ResumeRecord } from '../state/resume-record.js';
import type { TorrentStorage } from '../storage/storage.js';
import type { PayloadCheck } from './payload-check.js';
import type { TorrentPieces } from './torrent-pieces.js';

export interface TorrentSaverPorts {
	readonly storage: TorrentStorage;
	readonly check: PayloadCheck;
	readonly pieces: TorrentPieces;
	/** Blocks of unfinished pieces may be written at any time. */
	isDownloading(): boolean;
	/** The record as it is now. */
	record(queuePosition: number): ResumeRecord;
	/** A record was made in an earlier run. */
	readonly hasRecord: boolean;
	onDirty(): void;
	onError(error: unknown): void;
}

export class TorrentSaver {
	readonly #ports: TorrentSaverPorts;
	#isDirty = false;
	/** There is a record, older or newer. */
	#hasRecord: boolean;
	/** Files were written since the last sync. */
	#isUnsynced = false;
	#flushing: Promise<unknown> | undefined;

	constructor(ports: TorrentSaverPorts) {
		this.#ports = ports;
		this.#hasRecord = ports.hasRecord;
	}

	/** True when something happened that the resume record should know. */
	get isDirty(): boolean {
		return this.#isDirty;
	}

	/** True when the record saved last does not describe what is on disk. */
	get needsFlush(): boolean {
		return this.#isDirty || this.#isUnsynced || !this.#hasRecord;
	}

	touch(): void {
		if (this.#isDirty) return;
		this.#isDirty = true;
		this.#ports.onDirty();
	}

	/** Payload was written: it counts only after a sync. */
	wrote(): void {
		this.#isUnsynced = true;
		this.touch();
	}

	/** Verified data is on the device when this resolves; what it returns describes it. */
	flush(queuePosition: number): Promise<ResumeRecord> {
		const flushed = (this.#flushing ?? Promise.resolve()).then(async () => {
			this.#isDirty = false;
			await this.#sync();
			this.#hasRecord = true;
			return this.#ports.record(queuePosition);
		});
		this.#flushing = flushed;
		const forget = (): void => {
			if (this.#flushing === flushed) this.#flushing = undefined;
		};
		flushed.then(forget, forget);
		return flushed;
	}

	/** Files that were not written since the last time keep their stamps: a change is not ours. */
	async #sync(): Promise<void> {
		const { check, pieces, storage } = this.#ports;
		if (!this.#isUnsynced || check.isNeeded) return;
		const have = pieces.have.clone();
		this.#isUnsynced = this.#ports.isDownloading();
		try {
			check.synced(have, await storage.sync());
		} catch (error) {
			this.#isUnsynced = true;
			if (errorCode(error) === 'STORAGE_CLOSED') return;
			// A check that was asked for meanwhile finds out what is left.
			if (!check.isNeeded) this.#ports.onError(error);
		}
	}
}
