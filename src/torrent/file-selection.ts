/** Which files of a torrent are wanted and how much: file priorities, and what they mean for pieces. */
import type { Metainfo } from '../metainfo/metainfo.js';
import { filePieces } from '../metainfo/piece-layout.js';
import type { PickPriority } from '../piece-picker/piece-picker.js';
import { FILE_PRIORITIES, type FilePriority } from './torrent-snapshot.js';

export class FileSelection {
	readonly #metainfo: Metainfo;
	readonly #priorities: FilePriority[];

	/** @param saved - of an earlier run, in file order; ignored when the count does not fit */
	constructor(metainfo: Metainfo, saved: readonly FilePriority[] | undefined) {
		this.#metainfo = metainfo;
		this.#priorities =
			saved !== undefined && saved.length === metainfo.files.length
				? [...saved]
				: metainfo.files.map(() => 'normal');
	}

	get priorities(): readonly FilePriority[] {
		return this.#priorities;
	}

	/** True when every file is wanted the same. */
	get isEverything(): boolean {
		return this.#priorities.every((priority) => priority === 'normal');
	}

	priority(fileIndex: number): FilePriority {
		return this.#priorities[fileIndex] ?? 'normal';
	}

	/** False when there is no such file. */
	setPriority(fileIndex: number, priority: FilePriority): boolean {
		const file = this.#metainfo.files[fileIndex];
		if (file === undefined || file.isPadding) return false;
		this.#priorities[fileIndex] = priority;
		return true;
	}

	/** Indexes of the files to create. */
	wantedFiles(): number[] {
		return this.#metainfo.files
			.map((_file, index) => index)
			.filter((index) => this.priority(index) !== 'off' && !this.#metainfo.files[index]?.isPadding);
	}

	/** One for each piece: the highest of the files it holds a part of; padding counts for nothing. */
	piecePriorities(): Uint8Array {
		const pieces = new Uint8Array(this.#metainfo.pieceCount);
		for (const [index, file] of this.#metainfo.files.entries()) {
			const span = filePieces(this.#metainfo, index);
			if (span === undefined || file.isPadding) continue;
			const level = pickPriority(this.priority(index));
			for (let piece = span.first; piece <= span.last; piece++) {
				if ((pieces[piece] ?? 0) < level) pieces[piece] = level;
			}
		}
		return pieces;
	}
}

function pickPriority(priority: FilePriority): PickPriority {
	const level = FILE_PRIORITIES.indexOf(priority);
	return level === 0 || level === 1 || level === 3 ? level : 2;
}
