/**
 * What of a torrent's payload the disk holds: trusts the resume record where files did not change,
 * hashes the rest, and refuses to take over files that are somebody else's.
 */
import type { Metainfo } from '../metainfo/metainfo.js';
import type { PiecePicker } from '../piece-picker/piece-picker.js';
import { AppError } from '../primitives/app-error.js';
import { Bitfield } from '../primitives/bitfield.js';
import { changedPieces } from '../state/changed-pieces.js';
import type { ResumeRecord } from '../state/resume-record.js';
import type { FileStamp, TorrentStorage } from '../storage/storage.js';
import { foreignData } from './foreign-data.js';
import type { Peer } from './peer.js';

export interface PayloadCheckOptions {
	readonly metainfo: Metainfo;
	readonly storage: TorrentStorage;
	readonly picker: PiecePicker<Peer>;
	readonly record: ResumeRecord | undefined;
	/** For messages: the file or folder people look for. */
	readonly savePath: string;
}

export class PayloadCheck {
	readonly #options: PayloadCheckOptions;
	/** Pieces to hash before the torrent may run; undefined when what it has is known. */
	#toCheck: readonly number[] | 'all' | undefined;
	#stamps: readonly FileStamp[] = [];
	#checkedPieces = 0;
	#abort: AbortController | undefined;

	constructor(options: PayloadCheckOptions) {
		this.#options = options;
	}

	get isNeeded(): boolean {
		return this.#toCheck !== undefined;
	}

	/** The files as they were when last looked at. */
	get stamps(): readonly FileStamp[] {
		return this.#stamps;
	}

	/** The volume the payload is on, by its device number. */
	get device(): number {
		return this.#stamps[0]?.device ?? 0;
	}

	/** True when some file was not there when last looked. */
	get hasMissingFiles(): boolean {
		return this.#stamps.some((stamp) => !stamp.exists);
	}

	/** From 0 to 1: of the check in progress. */
	get progress(): number {
		const toCheck = this.#toCheck;
		const isAll = toCheck === undefined || toCheck === 'all';
		const total = isAll ? this.#options.metainfo.pieceCount : toCheck.length;
		return Math.min(1, this.#checkedPieces / Math.max(1, total));
	}

	/** Everything must be hashed before the torrent may run again. */
	demandAll(): void {
		this.#toCheck = 'all';
	}

	/** After a sync: the stamps that describe what is on the device now. */
	synced(stamps: readonly FileStamp[]): void {
		this.#stamps = stamps;
	}

	/**
	 * Finds out without hashing what may be trusted.
	 * @param isForced - missing data is not waited for
	 * @returns why the torrent cannot run, or undefined
	 */
	async load(isForced: boolean): Promise<AppError | undefined> {
		const { record, metainfo, picker, storage, savePath } = this.#options;
		this.#stamps = await storage.stat();
		const hasData = this.#stamps.some((stamp) => stamp.exists && stamp.sizeBytes > 0);
		if (record === undefined) {
			this.#toCheck = hasData ? 'all' : undefined;
			return undefined;
		}
		if (record.have.count > 0 && !hasData && metainfo.totalBytes > 0 && !isForced) {
			return new AppError(
				'STORAGE_MISSING',
				`${savePath} is gone, it held ${record.have.count} verified pieces: bring it back, or recheck to start over`,
			);
		}
		const { have, recheck } = changedPieces(record.have, record.stamps, this.#stamps, metainfo);
		picker.restore(have);
		this.#toCheck = recheck.length > 0 && hasData ? recheck : undefined;
		return undefined;
	}

	/**
	 * Hashes what must be and tells the picker what is there.
	 * @returns why the files may not be written to (unless `isForced`), undefined when all is well,
	 * `'aborted'` after `abort`
	 */
	async run(isForced: boolean): Promise<AppError | 'aborted' | undefined> {
		const { metainfo, picker, storage } = this.#options;
		const abort = new AbortController();
		this.#abort = abort;
		const toCheck = this.#toCheck ?? 'all';
		this.#checkedPieces = 0;
		if (toCheck === 'all') picker.restore(new Bitfield(metainfo.pieceCount));
		const found = await storage
			.verify({
				...(toCheck === 'all' ? {} : { pieces: toCheck }),
				signal: abort.signal,
				onPiece: () => {
					this.#checkedPieces++;
				},
			})
			.catch((error: unknown) => {
				if (abort.signal.aborted) return undefined;
				throw error;
			});
		if (found === undefined || abort.signal.aborted) return 'aborted';
		const have = picker.have.clone();
		for (let piece = 0; piece < found.length; piece++) if (found.has(piece)) have.set(piece);
		this.#stamps = await storage.stat();
		picker.restore(have);
		this.#toCheck = undefined;
		if (isForced) return undefined;
		const altered = toCheck === 'all' ? undefined : this.#alteredData(toCheck, found);
		return altered ?? this.#foreignData(have);
	}

	abort(): void {
		this.#abort?.abort();
	}

	/** Pieces that were verified and synced cannot go bad by a crash: somebody changed the file. */
	#alteredData(checked: readonly number[], found: Bitfield): AppError | undefined {
		const { record, savePath } = this.#options;
		const lost = checked.filter((piece) => record?.have.has(piece) === true && !found.has(piece));
		if (lost.length === 0) return undefined;
		return new AppError(
			'STORAGE_CHANGED',
			`${savePath} was changed by another program (${lost.length} verified pieces differ): nothing was overwritten; force or recheck to download them again`,
		);
	}

	/** Files of a torrent that has begun here are ours as long as they are not longer than it says. */
	#foreignData(have: Bitfield): AppError | undefined {
		const { record, metainfo, storage } = this.#options;
		const hasBegun = record !== undefined && record.stamps.some((stamp) => stamp.exists);
		return foreignData(metainfo, storage.target.files, this.#stamps, have, (index) => {
			const sizeBytes = this.#stamps[index]?.sizeBytes ?? 0;
			return hasBegun && sizeBytes <= (metainfo.files[index]?.lengthBytes ?? 0);
		});
	}
}
