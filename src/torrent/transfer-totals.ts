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

	/** Uploaded over downloaded, over `totalBytes` when it was never downloaded here. */
	ratio(totalBytes: number): number {
		const { downloadedBytes, uploadedBytes } = this.lifetime();
		const base = downloadedBytes > 0 ? downloadedBytes : totalBytes;
		return base === 0 ? 0 : uploadedBytes / base;
	}
}
