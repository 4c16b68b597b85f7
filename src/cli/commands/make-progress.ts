/** How far a torrent's making is: a bar on a terminal, plain lines or JSON objects otherwise. */
import { cleanText } from '../../primitives/clean-text.js';
import { RateMeter } from '../../primitives/rate-meter.js';
import type { MakeProgress } from '../../tools/make-torrent.js';
import type { CommandContext } from '../command-context.js';
import { formatDuration, formatPercent, formatRate, formatSize } from '../output/format.js';

/** Ten frames a second look alive and cost nothing. */
const BAR_INTERVAL_MS = 100;
const JSON_INTERVAL_MS = 1000;
const LINE_INTERVAL_MS = 5000;
const BAR_CELLS = 24;

/** `[######      ]  50.0 %  1.0 GB of 2.1 GB  1.9 GB/s  1 s left`. */
export function progressText(progress: MakeProgress, bytesPerSecond: number): string {
	const share = progress.hashedBytes / Math.max(1, progress.totalBytes);
	const filled = Math.floor(share * BAR_CELLS);
	const bar = `[${'#'.repeat(filled)}${' '.repeat(BAR_CELLS - filled)}]`;
	return `${bar} ${formatPercent(share)}  ${amountText(progress, bytesPerSecond)}`;
}

function amountText(progress: MakeProgress, bytesPerSecond: number): string {
	const { hashedBytes, totalBytes } = progress;
	const amount = `${formatSize(hashedBytes)} of ${formatSize(totalBytes)}`;
	if (bytesPerSecond <= 0) return amount;
	const left = formatDuration((totalBytes - hashedBytes) / bytesPerSecond);
	return `${amount}  ${formatRate(bytesPerSecond)}  ${left} left`;
}

/** Shows the progress of one torrent after the other. */
export class MakeProgressView {
	readonly #context: CommandContext;
	readonly #inputPath: string;
	readonly #rate = new RateMeter();
	#countedBytes = 0;
	#shownAtMs: number;
	#hasBar = false;

	constructor(context: CommandContext, inputPath: string) {
		this.#context = context;
		this.#inputPath = inputPath;
		this.#shownAtMs = context.clock.now();
	}

	show(progress: MakeProgress): void {
		const { clock, io, isDashboard, options } = this.#context;
		const nowMs = clock.now();
		this.#rate.add(progress.hashedBytes - this.#countedBytes, nowMs);
		this.#countedBytes = progress.hashedBytes;
		const intervalMs = isDashboard
			? BAR_INTERVAL_MS
			: options.isJson
				? JSON_INTERVAL_MS
				: LINE_INTERVAL_MS;
		if (nowMs - this.#shownAtMs < intervalMs) return;
		this.#shownAtMs = nowMs;
		const bytesPerSecond = Math.round(this.#rate.rate(nowMs));
		if (isDashboard) {
			// ASCII: as many characters as columns.
			const line = progressText(progress, bytesPerSecond).slice(0, Math.max(0, io.columns() - 1));
			io.stdout.write(`\r${line}\u001b[K`);
			this.#hasBar = true;
		} else if (options.isJson) {
			const time = new Date(clock.wallMs()).toISOString();
			const path = this.#inputPath;
			const object = { time, type: 'progress', path, ...progress, bytesPerSecond };
			io.stdout.write(`${JSON.stringify(object)}\n`);
		} else {
			const share = formatPercent(progress.hashedBytes / Math.max(1, progress.totalBytes));
			const line = `${this.#inputPath}: ${share}  ${amountText(progress, bytesPerSecond)}`;
			io.stderr.write(`btmany: ${cleanText(line)}\n`);
		}
	}

	/** Takes the bar away, so that the next line starts clean. */
	clear(): void {
		if (this.#hasBar) this.#context.io.stdout.write('\r\u001b[K');
		this.#hasBar = false;
	}
}
