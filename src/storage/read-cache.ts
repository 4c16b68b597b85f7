/**
 * Payload on its way to peers: lines of 16 framed blocks in one shared array that disk threads fill.
 * A miss reads ahead; readers of the same line share one read; the longest unused line goes first.
 */
import { BLOCK_BYTES } from '../metainfo/piece-layout.js';
import { copyBytes } from '../primitives/bytes.js';
import {
	blockViews,
	FRAME_BYTES,
	FRAME_HEAD_BYTES,
	LINE_BYTES,
	type LineSpan,
	type ReadLines,
	type WantedBlocks,
} from './read-lines.js';
import type { BlocksLease, ReadCacheStats } from './storage.js';
import type { StorageError } from './storage-error.js';

/** Lines one miss fills: 1 MiB. */
const READ_AHEAD_LINES = 4;

/** What one miss asks of a disk thread: `lines` are filled in order from `offsetBytes` on. */
export interface LineRead {
	readonly offsetBytes: number;
	readonly lengthBytes: number;
	readonly lines: readonly number[];
}

/** A torrent as the cache sees it. */
export interface CachedTorrent {
	readonly key: number;
	readonly lines: ReadLines;
	/** Calls exactly one of the two callbacks, later. */
	fetch(read: LineRead, done: () => void, failed: (error: StorageError) => void): void;
}

interface Waiter {
	resolve(line: Line): void;
	reject(error: StorageError): void;
}

interface Line {
	readonly index: number;
	/** Readers that use it now. */
	pins: number;
	/** Those of them that keep it for as long as a peer takes. */
	leases: number;
	isLoading: boolean;
	/** Its torrent was closed: free as soon as nobody uses it. */
	isDropped: boolean;
	torrentKey: number;
	place: number;
	lengthBytes: number;
	waiters: Waiter[];
}

export class ReadCache {
	readonly buffer: SharedArrayBuffer;
	readonly #bytes: Uint8Array;
	readonly #lineCount: number;
	readonly #free: Line[] = [];
	/** Filled and unused, longest unused first. */
	readonly #idle = new Set<Line>();
	readonly #byTorrent = new Map<number, Map<number, Line>>();
	/** Reads for which no line was left. */
	#blocked: (() => void)[] = [];
	/** Lines with leases. */
	#leased = 0;
	#hits = 0;
	#misses = 0;

	/** @param bytes - rounded down to whole lines, at least two read-aheads */
	constructor(bytes: number) {
		this.#lineCount = Math.max(READ_AHEAD_LINES * 2, Math.floor(bytes / LINE_BYTES));
		this.buffer = new SharedArrayBuffer(this.#lineCount * LINE_BYTES);
		this.#bytes = Buffer.from(this.buffer);
		for (let index = this.#lineCount - 1; index >= 0; index--)
			this.#free.push({
				index,
				pins: 0,
				leases: 0,
				isLoading: false,
				isDropped: false,
				torrentKey: -1,
				place: -1,
				lengthBytes: 0,
				waiters: [],
			});
	}

	/** The first of the wanted blocks and those of the others that are in its line; at once if there. */
	lease(torrent: CachedTorrent, wanted: WantedBlocks): BlocksLease | Promise<BlocksLease> {
		const span = this.#spanOf(torrent, wanted);
		const frame = torrent.lines.frameOf(span, wanted.piece, wanted.block);
		const line = this.#pin(torrent, span);
		return line instanceof Promise
			? line.then((pinned) => this.#leaseOf(pinned, frame, wanted.blocks))
			: this.#leaseOf(line, frame, wanted.blocks);
	}

	/** Copies a range that starts in the wanted block and ends inside its line. */
	async copy(
		torrent: CachedTorrent,
		wanted: WantedBlocks,
		skipBytes: number,
		target: Uint8Array,
	): Promise<void> {
		const span = this.#spanOf(torrent, wanted);
		const frame = torrent.lines.frameOf(span, wanted.piece, wanted.block);
		const line = await this.#pin(torrent, span);
		let at = 0;
		let skip = frame * BLOCK_BYTES + skipBytes;
		for (const view of blockViews(this.#bytes, [line.index], line.lengthBytes)) {
			const part = view.subarray(skip, skip + target.byteLength - at);
			skip = Math.max(0, skip - view.byteLength);
			copyBytes(target, at, part);
			at += part.byteLength;
		}
		this.#unpin(line);
	}

	/** Has the wanted block's line filled soon, if that does not push out what others use. */
	prefetch(torrent: CachedTorrent, wanted: WantedBlocks): void {
		if (this.#readAheadLines() < READ_AHEAD_LINES) return;
		const span = this.#spanOf(torrent, wanted);
		if (this.#lineAt(torrent, span) === undefined) this.#load(torrent, span, undefined);
	}

	stats(): ReadCacheStats {
		return {
			bytes: this.#lineCount * LINE_BYTES,
			usedBytes: (this.#lineCount - this.#free.length) * LINE_BYTES,
			pinnedBytes: this.#leased * LINE_BYTES,
			hits: this.#hits,
			misses: this.#misses,
		};
	}

	/** Drops a closed torrent's lines; leases on them stay valid. */
	forget(key: number): void {
		const lines = this.#byTorrent.get(key);
		this.#byTorrent.delete(key);
		for (const line of lines?.values() ?? []) {
			line.isDropped = true;
			if (this.#idle.delete(line)) this.#free.push(line);
		}
		this.#unblock();
	}

	/** A line of several small pieces serves also those who want one of them, when it is there. */
	#spanOf(torrent: CachedTorrent, wanted: WantedBlocks): LineSpan {
		const group = torrent.lines.groupOf(wanted);
		if (group !== undefined && this.#lineAt(torrent, group) !== undefined) return group;
		return torrent.lines.spanOf(wanted);
	}

	#lineAt(torrent: CachedTorrent, span: LineSpan): Line | undefined {
		return this.#byTorrent.get(torrent.key)?.get(span.place);
	}

	/** The line, kept until `#unpin`. */
	#pin(torrent: CachedTorrent, span: LineSpan): Line | Promise<Line> {
		const line = this.#lineAt(torrent, span);
		if (line === undefined) this.#misses++;
		else this.#hits++;
		if (line !== undefined && !line.isLoading) return this.#keep(line);
		return new Promise((resolve, reject) => {
			const waiter: Waiter = { resolve, reject };
			if (line === undefined) this.#load(torrent, span, waiter);
			else line.waiters.push(waiter);
		});
	}

	/** Fills a line, and those after it that are not there, in one read. */
	#load(torrent: CachedTorrent, span: LineSpan, waiter: Waiter | undefined): void {
		const first = this.#takeLine();
		if (first === undefined) {
			if (waiter !== undefined) this.#blocked.push(() => this.#retry(torrent, span, waiter));
			return;
		}
		if (waiter !== undefined) first.waiters.push(waiter);
		this.#place(first, torrent, span);
		const lines = [first];
		let lengthBytes = span.lengthBytes;
		let last = span;
		while (last.hasNext && lines.length < this.#readAheadLines()) {
			const next = torrent.lines.after(last);
			if (this.#lineAt(torrent, next) !== undefined) break;
			const line = this.#takeLine();
			if (line === undefined) break;
			this.#place(line, torrent, next);
			lines.push(line);
			lengthBytes += next.lengthBytes;
			last = next;
		}
		torrent.fetch(
			{ offsetBytes: span.offsetBytes, lengthBytes, lines: lines.map((line) => line.index) },
			() => this.#loaded(lines),
			(error) => this.#failed(lines, error),
		);
	}

	/** Reading ahead must not push out what others are about to use. */
	#readAheadLines(): number {
		const available = this.#free.length + this.#idle.size;
		return available * 4 > this.#lineCount ? READ_AHEAD_LINES : 1;
	}

	#retry(torrent: CachedTorrent, span: LineSpan, waiter: Waiter): void {
		const line = this.#lineAt(torrent, span);
		if (line === undefined) this.#load(torrent, span, waiter);
		else if (line.isLoading) line.waiters.push(waiter);
		else waiter.resolve(this.#keep(line));
	}

	#takeLine(): Line | undefined {
		const free = this.#free.pop();
		if (free !== undefined) return free;
		for (const line of this.#idle) {
			this.#idle.delete(line);
			this.#byTorrent.get(line.torrentKey)?.delete(line.place);
			return line;
		}
		return undefined;
	}

	#place(line: Line, torrent: CachedTorrent, span: LineSpan): void {
		line.isLoading = true;
		line.isDropped = false;
		line.torrentKey = torrent.key;
		line.place = span.place;
		line.lengthBytes = span.lengthBytes;
		let lines = this.#byTorrent.get(torrent.key);
		if (lines === undefined) {
			lines = new Map();
			this.#byTorrent.set(torrent.key, lines);
		}
		lines.set(line.place, line);
	}

	#loaded(lines: readonly Line[]): void {
		for (const line of lines) {
			line.isLoading = false;
			const waiters = line.waiters;
			line.waiters = [];
			for (const waiter of waiters) waiter.resolve(this.#keep(line));
			if (line.pins === 0) this.#rest(line);
		}
		this.#unblock();
	}

	#failed(lines: readonly Line[], error: StorageError): void {
		for (const line of lines) {
			line.isLoading = false;
			const waiters = line.waiters;
			line.waiters = [];
			if (!line.isDropped) this.#byTorrent.get(line.torrentKey)?.delete(line.place);
			this.#free.push(line);
			for (const waiter of waiters) waiter.reject(error);
		}
		this.#unblock();
	}

	/**
	 * The frames themselves, or, when most lines are kept by slow readers, a copy of them:
	 * peers that do not read what they asked for cannot keep the cache from the others.
	 */
	#leaseOf(line: Line, frame: number, maxBlocks: number): BlocksLease {
		const left = Math.ceil(line.lengthBytes / BLOCK_BYTES) - frame;
		const blockCount = Math.min(maxBlocks, left);
		const payloadEnd = Math.min((frame + blockCount) * BLOCK_BYTES, line.lengthBytes);
		const lengthBytes = payloadEnd - frame * BLOCK_BYTES + blockCount * FRAME_HEAD_BYTES;
		const from = line.index * LINE_BYTES + frame * FRAME_BYTES;
		const frames = Buffer.from(this.buffer, from, lengthBytes);
		if (line.leases > 0 || this.#leased * 4 < this.#lineCount * 3) {
			if (line.leases++ === 0) this.#leased++;
			return new LineLease(frames, blockCount, () => {
				if (--line.leases === 0) this.#leased--;
				this.#unpin(line);
			});
		}
		const copy = Buffer.allocUnsafeSlow(lengthBytes);
		copyBytes(copy, 0, frames);
		this.#unpin(line);
		return { frames: copy, blockCount, release() {} };
	}

	#keep(line: Line): Line {
		if (line.pins++ === 0) this.#idle.delete(line);
		return line;
	}

	#unpin(line: Line): void {
		if (--line.pins > 0) return;
		this.#rest(line);
		this.#unblock();
	}

	#rest(line: Line): void {
		if (line.isDropped) this.#free.push(line);
		else this.#idle.add(line);
	}

	#unblock(): void {
		while (this.#blocked.length > 0 && this.#free.length + this.#idle.size > 0)
			this.#blocked.shift()?.();
	}
}

/** Releasing twice does nothing the second time. */
class LineLease implements BlocksLease {
	readonly frames: Uint8Array;
	readonly blockCount: number;
	#unpin: (() => void) | undefined;

	constructor(frames: Uint8Array, blockCount: number, unpin: () => void) {
		this.frames = frames;
		this.blockCount = blockCount;
		this.#unpin = unpin;
	}

	release(): void {
		const unpin = this.#unpin;
		this.#unpin = undefined;
		unpin?.();
	}
}
