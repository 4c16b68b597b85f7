/**
 * Payload on its way to peers: lines of 256 KiB in one shared array that disk threads fill.
 * A miss reads ahead; readers of the same line share one read; the longest unused line goes first.
 */
import { READ_LINE_BYTES } from './disk-messages.js';
import type { ReadLease } from './storage.js';
import type { StorageError } from './storage-error.js';

/** Lines one miss fills: 1 MiB, never past the end of the piece. */
const READ_AHEAD_LINES = 4;

/** What one miss asks of a disk thread: `lines` are filled in order from `offsetBytes` on. */
export interface LineRead {
	readonly piece: number;
	readonly offsetBytes: number;
	readonly lengthBytes: number;
	readonly lines: readonly number[];
}

/** A torrent as the cache sees it. */
export interface CachedTorrent {
	readonly key: number;
	pieceBytes(piece: number): number;
	/** Calls exactly one of the two callbacks, later. */
	fetch(read: LineRead, done: () => void, failed: (error: StorageError) => void): void;
}

interface Waiter {
	readonly offsetBytes: number;
	readonly lengthBytes: number;
	readonly resolve: (lease: ReadLease) => void;
	readonly reject: (error: StorageError) => void;
}

interface Line {
	readonly index: number;
	/** Leases on it. */
	pins: number;
	isLoading: boolean;
	/** Its torrent was closed: free as soon as nobody uses it. */
	isDropped: boolean;
	torrentKey: number;
	/** Number of the line within the torrent. */
	place: number;
	waiters: Waiter[];
}

export class ReadCache {
	readonly buffer: SharedArrayBuffer;
	readonly #lineCount: number;
	readonly #free: Line[] = [];
	/** Filled and unused, longest unused first. */
	readonly #idle = new Set<Line>();
	readonly #byTorrent = new Map<number, Map<number, Line>>();
	/** Reads for which no line was left. */
	#blocked: (() => void)[] = [];
	#pinned = 0;

	/** @param bytes - rounded down to whole lines, at least two read-aheads */
	constructor(bytes: number) {
		this.#lineCount = Math.max(READ_AHEAD_LINES * 2, Math.floor(bytes / READ_LINE_BYTES));
		this.buffer = new SharedArrayBuffer(this.#lineCount * READ_LINE_BYTES);
		for (let index = this.#lineCount - 1; index >= 0; index--)
			this.#free.push({
				index,
				pins: 0,
				isLoading: false,
				isDropped: false,
				torrentKey: -1,
				place: -1,
				waiters: [],
			});
	}

	/** A range inside one piece; the caller has checked it. */
	read(
		torrent: CachedTorrent,
		piece: number,
		offsetBytes: number,
		lengthBytes: number,
	): Promise<ReadLease> {
		const inLine = offsetBytes % READ_LINE_BYTES;
		const firstBytes = READ_LINE_BYTES - inLine;
		if (lengthBytes > firstBytes) return this.#readAcross(torrent, piece, offsetBytes, lengthBytes);
		const line = this.#lineAt(torrent, piece, offsetBytes);
		if (line !== undefined && !line.isLoading)
			return Promise.resolve(this.#lease(line, inLine, lengthBytes));
		return new Promise((resolve, reject) => {
			const waiter: Waiter = { offsetBytes: inLine, lengthBytes, resolve, reject };
			if (line === undefined) this.#load(torrent, piece, offsetBytes, waiter);
			else line.waiters.push(waiter);
		});
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

	/** A range over a line's end (requests need not be aligned): both parts, copied together. */
	async #readAcross(
		torrent: CachedTorrent,
		piece: number,
		offsetBytes: number,
		lengthBytes: number,
	): Promise<ReadLease> {
		const bytes = Buffer.allocUnsafeSlow(lengthBytes);
		for (let done = 0; done < lengthBytes; ) {
			const at = offsetBytes + done;
			const length = Math.min(lengthBytes - done, READ_LINE_BYTES - (at % READ_LINE_BYTES));
			const lease = await this.read(torrent, piece, at, length);
			bytes.set(lease.bytes, done);
			lease.release();
			done += length;
		}
		return { bytes, release() {} };
	}

	#lineAt(torrent: CachedTorrent, piece: number, offsetBytes: number): Line | undefined {
		return this.#byTorrent.get(torrent.key)?.get(placeOf(torrent, piece, offsetBytes));
	}

	/** Fills the line at `offsetBytes`, and those after it that are not there, in one read. */
	#load(torrent: CachedTorrent, piece: number, offsetBytes: number, waiter: Waiter): void {
		const first = this.#takeLine();
		if (first === undefined) {
			this.#blocked.push(() => this.#retry(torrent, piece, offsetBytes, waiter));
			return;
		}
		first.waiters.push(waiter);
		const lines = [first];
		const start = offsetBytes - (offsetBytes % READ_LINE_BYTES);
		const end = torrent.pieceBytes(piece);
		this.#place(first, torrent, piece, start);
		let next = start + READ_LINE_BYTES;
		while (lines.length < this.#readAheadLines() && next < end) {
			if (this.#lineAt(torrent, piece, next) !== undefined) break;
			const line = this.#takeLine();
			if (line === undefined) break;
			this.#place(line, torrent, piece, next);
			lines.push(line);
			next += READ_LINE_BYTES;
		}
		torrent.fetch(
			{
				piece,
				offsetBytes: start,
				lengthBytes: Math.min(next, end) - start,
				lines: lines.map((line) => line.index),
			},
			() => this.#loaded(lines),
			(error) => this.#failed(lines, error),
		);
	}

	/** Reading ahead must not push out what others are about to use. */
	#readAheadLines(): number {
		const available = this.#free.length + this.#idle.size;
		return available * 4 > this.#lineCount ? READ_AHEAD_LINES : 1;
	}

	#retry(torrent: CachedTorrent, piece: number, offsetBytes: number, waiter: Waiter): void {
		const line = this.#lineAt(torrent, piece, offsetBytes);
		if (line === undefined) this.#load(torrent, piece, offsetBytes, waiter);
		else if (line.isLoading) line.waiters.push(waiter);
		else waiter.resolve(this.#lease(line, waiter.offsetBytes, waiter.lengthBytes));
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

	#place(line: Line, torrent: CachedTorrent, piece: number, offsetBytes: number): void {
		line.isLoading = true;
		line.isDropped = false;
		line.torrentKey = torrent.key;
		line.place = placeOf(torrent, piece, offsetBytes);
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
			for (const { offsetBytes, lengthBytes, resolve } of waiters)
				resolve(this.#lease(line, offsetBytes, lengthBytes));
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
			for (const { reject } of waiters) reject(error);
		}
		this.#unblock();
	}

	/**
	 * Pins the line, or, when most lines are pinned by slow readers, copies the bytes out:
	 * peers that do not read what they asked for cannot keep the cache from the others.
	 */
	#lease(line: Line, offsetBytes: number, lengthBytes: number): ReadLease {
		const from = line.index * READ_LINE_BYTES + offsetBytes;
		const bytes = Buffer.from(this.buffer, from, lengthBytes);
		if (line.pins === 0 && this.#pinned * 4 >= this.#lineCount * 3) {
			this.#touch(line);
			const copy = Buffer.allocUnsafeSlow(lengthBytes);
			copy.set(bytes);
			return { bytes: copy, release() {} };
		}
		if (line.pins++ === 0) {
			this.#pinned++;
			this.#idle.delete(line);
		}
		return new LineLease(bytes, () => this.#unpin(line));
	}

	#touch(line: Line): void {
		if (this.#idle.delete(line)) this.#idle.add(line);
	}

	#unpin(line: Line): void {
		if (--line.pins > 0) return;
		this.#pinned--;
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
class LineLease implements ReadLease {
	readonly bytes: Uint8Array;
	#unpin: (() => void) | undefined;

	constructor(bytes: Uint8Array, unpin: () => void) {
		this.bytes = bytes;
		this.#unpin = unpin;
	}

	release(): void {
		const unpin = this.#unpin;
		this.#unpin = undefined;
		unpin?.();
	}
}

/** A piece's lines have numbers of their own, so that no line holds two pieces. */
function placeOf(torrent: CachedTorrent, piece: number, offsetBytes: number): number {
	const linesPerPiece = Math.ceil(torrent.pieceBytes(0) / READ_LINE_BYTES);
	return piece * linesPerPiece + Math.floor(offsetBytes / READ_LINE_BYTES);
}
