/**
 * What of a torrent's payload the disk holds: trusts the resume record where files did not change,
 * hashes the rest, and refuses to take over files that are somebody else's.
 */
import type { Metainfo } from '../metainfo/metainfo.js';
import { AppError } from '../primitives/app-error.js';
import { Bitfield } from '../primitives/bitfield.js';
import { changedPieces } from '../state/changed-pieces.js';
import type { RecordedStamp, ResumeRecord } from '../state/resume-record.js';
import type { FileStamp, TorrentStorage } from '../storage/storage.js';
import { foreignData } from './foreign-data.js';
import type { TorrentPieces } from './torrent-pieces.js';

export interface PayloadCheckOptions {
	readonly metainfo: Metainfo;
	readonly storage: TorrentStorage;
	readonly pieces: TorrentPieces;
	/** For messages: the file or folder people look for. */
	readonly savePath: string;
}

/** Pieces that are verified and on the device, and how the files looked then. */
export interface KnownPayload {
	readonly have: Bitfield;
	readonly stamps: readonly RecordedStamp[];
}

export class PayloadCheck {
	readonly #options: PayloadCheckOptions;
	/** What a look at the files is compared with; undefined while nothing was ever known. */
	#known: KnownPayload | undefined;
	#isLoaded = false;
	/** Pieces to hash before the torrent may run; undefined when what it has is known. */
	#toCheck: readonly number[] | 'all' | undefined;
	#stamps: readonly FileStamp[] = [];
	#checkedPieces = 0;
	#abort: AbortController | undefined;

	constructor(options: PayloadCheckOptions, record: ResumeRecord | undefined) {
		this.#options = options;
		this.#known = record && { have: record.have, stamps: record.stamps };
	}

	/** False until the disk was looked at: the torrent may do nothing before. */
	get isLoaded(): boolean {
		return this.#isLoaded;
	}

	get isNeeded(): boolean {
		return this.#toCheck !== undefined;
	}

	/** True when files of this torrent were written before, so that what is there is ours. */
	get hasBegun(): boolean {
		return this.#known?.stamps.some((stamp) => stamp.exists) ?? false;
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
		this.#isLoaded = true;
	}

	/** After a sync: these pieces are on the device, and these stamps describe it. */
	synced(have: Bitfield, stamps: readonly FileStamp[]): void {
		this.#stamps = stamps;
		this.#known = { have, stamps };
	}

	/** What the resume record may say; files still to be hashed never look unchanged in it. */
	recordable(): KnownPayload {
		const known = this.#known ?? {
			have: new Bitfield(this.#options.metainfo.pieceCount),
			stamps: [],
		};
		if (this.#toCheck !== 'all') return known;
		return { ...known, stamps: known.stamps.map((stamp) => ({ ...stamp, mtimeMs: 0 })) };
	}

	/** True when data that was missing can be looked at again. */
	async isBack(): Promise<boolean> {
		const isHere = hasData(await this.#options.storage.stat());
		return isHere || (this.#known?.have.count ?? 0) === 0;
	}

	/**
	 * Finds out without hashing what may be trusted; also done again when a problem may be over.
	 * @returns why the torrent cannot run, or undefined
	 */
	async load(): Promise<AppError | undefined> {
		const { metainfo, pieces, storage, savePath } = this.#options;
		this.#isLoaded = false;
		const stamps = await storage.stat();
		this.#stamps = stamps;
		this.#isLoaded = true;
		const isHere = hasData(stamps);
		const known = this.#known;
		if (known === undefined) {
			pieces.restore(new Bitfield(metainfo.pieceCount));
			this.#toCheck = isHere ? 'all' : undefined;
			return undefined;
		}
		if (known.have.count > 0 && !isHere) {
			return new AppError(
				'STORAGE_MISSING',
				`${savePath} is gone, it held ${known.have.count} verified pieces: bring it back, or recheck to start over`,
			);
		}
		const { have, recheck } = changedPieces(known.have, known.stamps, stamps, metainfo);
		pieces.restore(have);
		this.#toCheck = recheck.length > 0 && isHere ? recheck : undefined;
		if (this.#toCheck === undefined) this.#known = { have, stamps };
		return undefined;
	}

	/**
	 * Hashes what must be and tells the pieces what is there.
	 * @returns why the files may not be written to (unless `isForced`), undefined when all is well,
	 * `'aborted'` after `abort`
	 */
	async run(isForced: boolean): Promise<AppError | 'aborted' | undefined> {
		const { metainfo, pieces, storage } = this.#options;
		const abort = new AbortController();
		this.#abort = abort;
		const toCheck = this.#toCheck ?? 'all';
		this.#checkedPieces = 0;
		if (toCheck === 'all') pieces.restore(new Bitfield(metainfo.pieceCount));
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
		const have = pieces.have.clone();
		for (let piece = 0; piece < found.length; piece++) if (found.has(piece)) have.set(piece);
		const stamps = await storage.stat();
		this.#stamps = stamps;
		pieces.restore(have);
		if (!isForced) {
			const altered = toCheck === 'all' ? undefined : this.#alteredData(toCheck, found);
			const refusal = altered ?? this.#foreignData(have);
			// What was refused is never taken for known: a restart must ask the same question.
			if (refusal !== undefined) return refusal;
		}
		this.#toCheck = undefined;
		this.#known = { have, stamps };
		return undefined;
	}

	abort(): void {
		this.#abort?.abort();
	}

	/** Pieces that were verified and synced cannot go bad by a crash: somebody changed the file. */
	#alteredData(checked: readonly number[], found: Bitfield): AppError | undefined {
		const { savePath } = this.#options;
		const known = this.#known?.have;
		const lost = checked.filter((piece) => known?.has(piece) === true && !found.has(piece));
		if (lost.length === 0) return undefined;
		return new AppError(
			'STORAGE_CHANGED',
			`${savePath} was changed by another program (${lost.length} verified pieces differ): nothing was overwritten; recheck (v in the dashboard) to download them again`,
		);
	}

	/** Files that were there when we wrote last are ours, unless they are longer than they should be. */
	#foreignData(have: Bitfield): AppError | undefined {
		const { metainfo, storage } = this.#options;
		return foreignData(metainfo, storage.target.files, this.#stamps, have, (index) => {
			const sizeBytes = this.#stamps[index]?.sizeBytes ?? 0;
			const wasHere = this.#known?.stamps[index]?.exists === true;
			return wasHere && sizeBytes <= (metainfo.files[index]?.lengthBytes ?? 0);
		});
	}
}

function hasData(stamps: readonly FileStamp[]): boolean {
	return stamps.some((stamp) => stamp.exists && stamp.sizeBytes > 0);
}
