/**
 * Turns whole frames into the least the terminal has to be told: only changed lines, each at its
 * absolute place, one write per frame, shown at once where the terminal can (DEC mode 2026).
 */

/** Writes UTF-8 text and calls back when the terminal took it; the next frame waits for that. */
export type FrameSink = (bytes: Uint8Array, done: () => void) => void;

/** Hears what becomes of each frame. */
export interface FrameObserver {
	/** A frame came. */
	frameMade(): void;
	/** It shows what is on the terminal already. */
	frameUnchanged(): void;
	/** A newer one took its place before the terminal was ready. */
	frameDropped(): void;
	writeBegun(bytes: number): void;
	writeEnded(): void;
}

const BEGIN = '\x1b[?2026h';
const END = '\x1b[?2026l';
const RESET = '\x1b[0m';

export class FrameWriter {
	readonly #sink: FrameSink;
	readonly #observer: FrameObserver | undefined;
	#rows: number;
	#shown: readonly string[] = [];
	#pending: readonly string[] | undefined;
	#isWhole = true;
	#isBusy = false;
	#isStopped = false;
	#waiting: (() => void)[] = [];

	/** @param rows - height of the terminal; what a frame has below is not drawn */
	constructor(sink: FrameSink, rows: number, observer?: FrameObserver) {
		this.#sink = sink;
		this.#rows = rows;
		this.#observer = observer;
	}

	/** Shows a frame, a text a line. While the terminal is slow, only the newest waits. */
	paint(lines: readonly string[]): void {
		this.#observer?.frameMade();
		if (this.#isBusy && this.#pending !== undefined) this.#observer?.frameDropped();
		this.#pending = lines;
		this.#write();
	}

	/** Forgets what the terminal shows: the next frame is written whole. */
	invalidate(rows: number = this.#rows): void {
		this.#rows = rows;
		this.#isWhole = true;
	}

	/** Writes the newest frame again, whole. */
	repaint(): void {
		this.invalidate();
		this.#pending ??= this.#shown;
		this.#write();
	}

	/** Drops frames from now on, also one that waits. */
	stop(): void {
		this.#isStopped = true;
		this.#pending = undefined;
	}

	/** Takes frames again after {@link stop}. */
	resume(): void {
		this.#isStopped = false;
	}

	/** Resolves when nothing is being written. */
	idle(): Promise<void> {
		if (!this.#isBusy) return Promise.resolve();
		return new Promise((resolve) => {
			this.#waiting.push(resolve);
		});
	}

	#write(): void {
		if (this.#isBusy || this.#isStopped || this.#pending === undefined) return;
		const lines =
			this.#pending.length > this.#rows ? this.#pending.slice(0, this.#rows) : this.#pending;
		this.#pending = undefined;
		const text = this.#difference(lines);
		this.#shown = lines;
		this.#isWhole = false;
		if (text === '') {
			this.#observer?.frameUnchanged();
			return;
		}
		this.#isBusy = true;
		const bytes = Buffer.from(BEGIN + text + END);
		this.#observer?.writeBegun(bytes.byteLength);
		this.#sink(bytes, () => {
			this.#isBusy = false;
			this.#observer?.writeEnded();
			for (const resolve of this.#waiting.splice(0)) resolve();
			this.#write();
		});
	}

	/** Erases a line before writing it: after a full line the cursor stands on its last column. */
	#difference(lines: readonly string[]): string {
		let text = this.#isWhole ? `${RESET}\x1b[2J` : '';
		const count = Math.max(lines.length, this.#isWhole ? 0 : this.#shown.length);
		for (let index = 0; index < count; index++) {
			const line = lines[index] ?? '';
			const before = this.#isWhole ? '' : (this.#shown[index] ?? '');
			if (line === before) continue;
			const erase = this.#isWhole ? '' : '\x1b[2K';
			text += `\x1b[${index + 1};1H${erase}${line}${RESET}`;
		}
		return text;
	}
}
