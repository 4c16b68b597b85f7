/** What one torrent moved in its life, and how fast it moves now. */
import { RateMeter } from '../primitives/rate-meter.js';

export interface LifetimeTotals {
	readonly downloadedBytes: number;
	readonly uploadedBytes: number;
	readonly wastedBytes: number;
}

export class TransferTotals {
	readonly download: RateMeter = new RateMeter();
	readonly upload: RateMeter = new RateMeter();
	#wastedBytes = 0;
	#before: LifetimeTotals = { downloadedBytes: 0, uploadedBytes: 0, wastedBytes: 0 };

	/** What earlier runs of the program moved. */
	restore(before: LifetimeTotals): void {
		this.#before = before;
	}

	waste(bytes: number): void {
		this.#wastedBytes += bytes;
	}

	/** True when payload moved in this run. */
	get hasMoved(): boolean {
		return this.download.totalBytes + this.upload.totalBytes + this.#wastedBytes > 0;
	}

	/** Payload of this run, as trackers want it. */
	get sessionDownloadedBytes(): number {
		return this.download.totalBytes;
	}

	get sessionUploadedBytes(): number {
		return this.upload.totalBytes;
	}

	lifetime(): LifetimeTotals {
		return {
			downloadedBytes: this.#before.downloadedBytes + this.download.totalBytes,
			uploadedBytes: this.#before.uploadedBytes + this.upload.totalBytes,
			wastedBytes: this.#before.wastedBytes + this.#wastedBytes,
		};
	}

	/** See `shareRatio`. */
	ratio(totalBytes: number): number {
		const { downloadedBytes, uploadedBytes } = this.lifetime();
		return shareRatio(uploadedBytes, downloadedBytes, totalBytes);
	}
}

/**
 * Uploaded over downloaded bytes; over the size when nothing was downloaded,
 * so that data found on disk does not count as a ratio without end. 0 when there is nothing.
 */
export function shareRatio(
	uploadedBytes: number,
	downloadedBytes: number,
	totalBytes: number,
): number {
	const base = downloadedBytes > 0 ? downloadedBytes : totalBytes;
	return base > 0 ? uploadedBytes / base : 0;
}
