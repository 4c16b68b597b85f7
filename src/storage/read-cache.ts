/**
 * Payload on its way to peers: lines of 16 framed blocks in one shared array that disk threads fill.
 * A miss reads ahead; readers of the same line share one read; the longest unused line goes first.
 */
import { BLOCK_BYTES } from '../metainfo/piece-layout.js';
import { copyBytes } from '../primitives/bytes.js';
import {
	FRAME_BYTES,
	FRAME_HEAD_BYTES,
	LINE_BYTES,
	type LineSpan,
	type PayloadRange,
	type ReadLines,
} from './read-lines.js';
import type { BlocksLease, ReadCacheStats } from './storage.js';
import type { StorageError } from './storage-error.js';

/** Lines one miss fills: 1 MiB. */
const READ_AHEAD_LINES = 4;

/** What one miss asks of a disk thread: `lines` are filled in order with `ranges`, block by block. */
export interface LineRead {
	readonly ranges: readonly PayloadRange[];
	/** Of all ranges. */
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
	readonly block: number;
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
	keys: readonly number[];
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
				keys: [],
				lengthBytes: 0,
				waiters: [],
			});
	}

	/**
	 * The first of the blocks and those of the others that follow it in memory; at once if there.
	 * @param blocks - at least one; those that follow are read together with it when it is missing
	 */
	lease(torrent: CachedTorrent, blocks: readonly number[]): BlocksLease | Promise<BlocksLease> {
		const line = this.#pin(torrent, blocks);
		return line instanceof Promise
			? line.then((pinned) => this.#leaseOf(torrent, pinned, blocks))
			: this.#leaseOf(torrent, line, blocks);
	}

	/** Copies a range that starts in the block and ends inside it. */
	async copy(
		torrent: CachedTorrent,
		block: number,
		skipBytes: number,
		target: Uint8Array,
	): Promise<void> {
		const line = await this.#pin(torrent, [block]);
		const frame = torrent.lines.frameOf(line.keys, block);
		const from = line.index * LINE_BYTES + frame * FRAME_BYTES + FRAME_HEAD_BYTES + skipBytes;
		copyBytes(target, 0, this.#bytes.subarray(from, from + target.byteLength));
		this.#unpin(line);
	}

	/** Has the blocks read soon, if that does not push out what others use. */
	prefetch(torrent: CachedTorrent, blocks: readonly number[]): void {
		const { lines } = torrent;
		let missing = blocks.filter((block) => this.#lineAt(torrent, block) === undefined);
		while (missing.length > 0 && this.#readAheadLines() === READ_AHEAD_LINES) {
			this.#load(torrent, lines.spanOf(missing), undefined);
			const left = missing.filter((block) => this.#lineAt(torrent, block) === undefined);
			// The read failed at once.
			if (left.length === missing.length) return;
			missing = left;
		}
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

	#lineAt(torrent: CachedTorrent, block: number): Line | undefined {
		return this.#byTorrent.get(torrent.key)?.get(torrent.lines.keyOf(block));
	}

	/** The line of the first block, kept until `#unpin`. */
	#pin(torrent: CachedTorrent, blocks: readonly number[]): Line | Promise<Line> {
		const block = blocks[0] ?? 0;
		const line = this.#lineAt(torrent, block);
		if (line === undefined) this.#misses++;
		else this.#hits++;
		if (line !== undefined && !line.isLoading) return this.#keep(line);
		return new Promise((resolve, reject) => {
			const waiter: Waiter = { block, resolve, reject };
			if (line === undefined) this.#load(torrent, this.#missingSpan(torrent, blocks), waiter);
			else line.waiters.push(waiter);
		});
	}

	#missingSpan(torrent: CachedTorrent, blocks: readonly number[]): LineSpan {
		const missing = blocks.filter((block) => this.#lineAt(torrent, block) === undefined);
		return torrent.lines.spanOf(missing);
	}

	/** Fills a line, and those after it that are not there, in one read. */
	#load(torrent: CachedTorrent, span: LineSpan, waiter: Waiter | undefined): void {
		const first = this.#takeLine();
		if (first === undefined) {
			if (waiter !== undefined) this.#blocked.push(() => this.#retry(torrent, waiter));
			return;
		}
		if (waiter !== undefined) first.waiters.push(waiter);
		this.#place(first, torrent, span);
		const lines = [first];
		const ranges = [...span.ranges];
		let { lengthBytes } = span;
		for (let last = span; lines.length < this.#readAheadLines(); ) {
			const next = torrent.lines.after(last);
			if (next === undefined || this.#isPlaced(torrent, next)) break;
			const line = this.#takeLine();
			if (line === undefined) break;
			this.#place(line, torrent, next);
			lines.push(line);
			ranges.push(...next.ranges);
			lengthBytes += next.lengthBytes;
			last = next;
		}
		torrent.fetch(
			{ ranges: joined(ranges), lengthBytes, lines: lines.map((line) => line.index) },
			() => this.#loaded(lines),
			(error) => this.#failed(torrent, lines, error),
		);
	}

	#isPlaced(torrent: CachedTorrent, span: LineSpan): boolean {
		return this.#byTorrent.get(torrent.key)?.has(span.keys[0] ?? 0) === true;
	}

	/** Reading ahead must not push out what others are about to use. */
	#readAheadLines(): number {
		const available = this.#free.length + this.#idle.size;
		return available * 4 > this.#lineCount ? READ_AHEAD_LINES : 1;
	}

	#retry(torrent: CachedTorrent, waiter: Waiter): void {
		const line = this.#lineAt(torrent, waiter.block);
		if (line === undefined) this.#load(torrent, torrent.lines.spanOf([waiter.block]), waiter);
		else if (line.isLoading) line.waiters.push(waiter);
		else waiter.resolve(this.#keep(line));
	}

	#takeLine(): Line | undefined {
		const free = this.#free.pop();
		if (free !== undefined) return free;
		for (const line of this.#idle) {
			this.#idle.delete(line);
			this.#unplace(line);
			return line;
		}
		return undefined;
	}

	#place(line: Line, torrent: CachedTorrent, span: LineSpan): void {
		line.isLoading = true;
		line.isDropped = false;
		line.torrentKey = torrent.key;
		line.keys = span.keys;
		line.lengthBytes = span.lengthBytes;
		let lines = this.#byTorrent.get(torrent.key);
		if (lines === undefined) {
			lines = new Map();
			this.#byTorrent.set(torrent.key, lines);
		}
		for (const key of span.keys) lines.set(key, line);
	}

	#unplace(line: Line): void {
		const lines = this.#byTorrent.get(line.torrentKey);
		for (const key of line.keys) lines?.delete(key);
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

	#failed(torrent: CachedTorrent, lines: readonly Line[], error: StorageError): void {
		const alone: Waiter[] = [];
		for (const line of lines) {
			line.isLoading = false;
			const waiters = line.waiters;
			line.waiters = [];
			if (!line.isDropped) this.#unplace(line);
			this.#free.push(line);
			// The failure may be that of another piece: who waits for this one gets its own.
			if (line.keys.length > 1) alone.push(...waiters);
			else for (const waiter of waiters) waiter.reject(error);
		}
		for (const waiter of alone) this.#retry(torrent, waiter);
		this.#unblock();
	}

	/**
	 * The frames themselves, or, when most lines are kept by slow readers, a copy of them:
	 * peers that do not read what they asked for cannot keep the cache from the others.
	 */
	#leaseOf(torrent: CachedTorrent, line: Line, blocks: readonly number[]): BlocksLease {
		const frame = torrent.lines.frameOf(line.keys, blocks[0] ?? 0);
		const most = Math.min(blocks.length, Math.ceil(line.lengthBytes / BLOCK_BYTES) - frame);
		let blockCount = 1;
		while (blockCount < most && torrent.lines.follows(line.keys, frame, blocks, blockCount))
			blockCount++;
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

/** Neighbours as one: fewer reads. */
function joined(ranges: readonly PayloadRange[]): PayloadRange[] {
	const all: PayloadRange[] = [];
	for (const range of ranges) {
		const last = all.at(-1);
		const isNext = last !== undefined && last.offsetBytes + last.lengthBytes === range.offsetBytes;
		if (isNext)
			all[all.length - 1] = { ...last, lengthBytes: last.lengthBytes + range.lengthBytes };
		else all.push(range);
	}
	return all;
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
