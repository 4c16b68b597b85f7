/**
 * Which pieces one torrent has and wants. The picker, which knows how to get the missing ones, is
 * made when peers are to be asked or told: until then a torrent is a bitfield and two numbers.
 */
import { type PieceLayout, pieceBytes } from '../metainfo/piece-layout.js';
import { PiecePicker } from '../piece-picker/piece-picker.js';
import { Bitfield } from '../primitives/bitfield.js';
import type { Random } from '../primitives/clock.js';
import type { BlockSource } from './block-source.js';

export class TorrentPieces {
	readonly #layout: PieceLayout;
	readonly #random: Random;
	/** While there is no picker. Shared with whoever gave it: never changed in place. */
	#have: Bitfield;
	#picker: PiecePicker<BlockSource> | undefined;
	/** One a piece; undefined while all are normal. */
	#priorities: Uint8Array | undefined;
	#isSequential = false;
	#wantedBytes = 0;
	#wantedDoneBytes = 0;

	constructor(layout: PieceLayout, random: Random) {
		this.#layout = layout;
		this.#random = random;
		this.#have = new Bitfield(layout.pieceCount);
		this.#count();
	}

	/** Verified pieces; to be looked at only. */
	get have(): Bitfield {
		return this.#picker?.have ?? this.#have;
	}

	/** All wanted pieces are verified. */
	get isComplete(): boolean {
		return this.#picker?.isComplete ?? this.#wantedDoneBytes === this.#wantedBytes;
	}

	/** Bytes of the pieces that are not off. */
	get wantedBytes(): number {
		return this.#picker?.wantedBytes() ?? this.#wantedBytes;
	}

	/** Verified bytes of the pieces that are not off. */
	get wantedDoneBytes(): number {
		return this.#picker?.wantedDoneBytes() ?? this.#wantedDoneBytes;
	}

	/** Copies of the torrent among connected peers. */
	get distributedCopies(): number {
		return this.#picker?.distributedCopies() ?? 0;
	}

	/** The picker of the activity that begins; the same one until `letGo`. */
	picker(): PiecePicker<BlockSource> {
		if (this.#picker !== undefined) return this.#picker;
		const picker = new PiecePicker<BlockSource>({ layout: this.#layout, random: this.#random });
		picker.setSequential(this.#isSequential);
		if (this.#priorities !== undefined) picker.setPriorities(this.#priorities);
		picker.restore(this.#have);
		this.#picker = picker;
		return picker;
	}

	/** The activity is over: what was verified stays. */
	letGo(): void {
		const picker = this.#picker;
		if (picker === undefined) return;
		this.#have = picker.have;
		this.#picker = undefined;
		this.#count();
	}

	/** What a check or a resume record says we have. @param have - not changed from now on */
	restore(have: Bitfield): void {
		this.#have = have;
		this.#picker?.restore(have);
		this.#count();
	}

	/** @param priorities - one `PickPriority` a piece */
	setPriorities(priorities: Uint8Array): void {
		this.#priorities = priorities;
		this.#picker?.setPriorities(priorities);
		this.#count();
	}

	setSequential(isSequential: boolean): void {
		this.#isSequential = isSequential;
		this.#picker?.setSequential(isSequential);
	}

	/** We had the piece and the disk lost it. */
	pieceLost(piece: number): void {
		if (this.#picker !== undefined) this.#picker.pieceLost(piece);
		else {
			this.#have = this.#have.clone();
			this.#have.clear(piece);
			this.#count();
		}
	}

	#count(): void {
		if (this.#picker !== undefined) return;
		const { pieceCount, totalBytes } = this.#layout;
		if (this.#priorities === undefined && this.#have.isFull) {
			this.#wantedBytes = totalBytes;
			this.#wantedDoneBytes = totalBytes;
			return;
		}
		this.#wantedBytes = 0;
		this.#wantedDoneBytes = 0;
		for (let piece = 0; piece < pieceCount; piece++) {
			if (this.#priorities?.[piece] === 0) continue;
			const bytes = pieceBytes(this.#layout, piece);
			this.#wantedBytes += bytes;
			if (this.#have.has(piece)) this.#wantedDoneBytes += bytes;
		}
	}
}
