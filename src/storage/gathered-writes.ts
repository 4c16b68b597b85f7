/**
 * Checked pieces on their way to the disk, in a disk thread: small ones that are neighbours in the
 * payload are written with one call.
 */
import { type DiskAccess, writePayload } from './payload-io.js';
import type { Segment } from './piece-writer.js';
import type { ThreadTorrent } from './thread-torrent.js';

/** As much is written at a time; what was just hashed is then still in the core's own cache. */
const GATHER_BYTES = 256 * 1024;

/** A piece whose hash was right. */
export interface CheckedWrite {
	readonly jobId: number;
	readonly blockHashes: Uint8Array | undefined;
	readonly segments: readonly Segment[];
}

export interface GatheredWritesPorts {
	/** Every byte of it was taken by the operating system. */
	onWritten(write: CheckedWrite): void;
	onFailed(write: CheckedWrite, error: unknown): void;
}

export class GatheredWrites {
	readonly #disk: DiskAccess;
	readonly #ports: GatheredWritesPorts;
	#writes: CheckedWrite[] = [];
	/** One range of the payload. */
	#torrent: ThreadTorrent | undefined;
	#startBytes = 0;
	#endBytes = 0;
	#views: Uint8Array[] = [];

	constructor(disk: DiskAccess, ports: GatheredWritesPorts) {
		this.#disk = disk;
		this.#ports = ports;
	}

	/** Takes a piece over; it is written now, or with those that follow it. */
	add(torrent: ThreadTorrent, write: CheckedWrite): void {
		const [segment] = write.segments;
		if (write.segments.length !== 1 || segment?.views === undefined) {
			this.flush();
			this.#writeParts(torrent, write);
			return;
		}
		if (this.#torrent !== torrent || this.#endBytes !== segment.offsetBytes) this.flush();
		if (this.#writes.length === 0) this.#startBytes = segment.offsetBytes;
		this.#torrent = torrent;
		this.#endBytes = segment.offsetBytes + segment.lengthBytes;
		this.#writes.push(write);
		for (const view of segment.views) this.#views.push(view);
		if (this.#endBytes - this.#startBytes >= GATHER_BYTES) this.flush();
	}

	/** Writes what was gathered and tells how that went. */
	flush(): void {
		const torrent = this.#torrent;
		if (torrent === undefined) return;
		const writes = this.#writes;
		const views = this.#views;
		this.#torrent = undefined;
		this.#writes = [];
		this.#views = [];
		try {
			writePayload(this.#disk, torrent, this.#startBytes, views);
		} catch (error) {
			for (const write of writes) this.#ports.onFailed(write, error);
			return;
		}
		for (const write of writes) this.#ports.onWritten(write);
	}

	/** Some blocks of the piece were spilled: they are on the disk already. */
	#writeParts(torrent: ThreadTorrent, write: CheckedWrite): void {
		try {
			for (const { offsetBytes, views } of write.segments) {
				if (views !== undefined) writePayload(this.#disk, torrent, offsetBytes, views);
			}
		} catch (error) {
			this.#ports.onFailed(write, error);
			return;
		}
		this.#ports.onWritten(write);
	}
}
