/**
 * What the screen itself costs: how long frames take, what the terminal is sent, how many frames
 * it was too slow for. Keeps the last frames only.
 */
import type { Clock } from '../primitives/clock.js';
import { EventLoopLag } from '../primitives/event-loop-lag.js';
import type { LagSummary } from '../primitives/lag-samples.js';

/** Frames the figures are made from; at fifteen a second, the last eight seconds at least. */
const KEPT_FRAMES = 128;

/** Older frames say nothing about now. */
const WINDOW_MS = 10_000;

/** Middle, slow and slowest of some times, in milliseconds. */
export interface Times {
	readonly p50Ms: number;
	readonly p99Ms: number;
	readonly maxMs: number;
}

export interface ScreenStats {
	/** Of the thread the screen is drawn in. */
	readonly eventLoopLag: LagSummary;
	/** Frames written since the start; one that changes nothing is not. */
	readonly frames: number;
	/** Frames replaced by a newer one before the terminal was ready for them. */
	readonly droppedFrames: number;
	/** A frame is being written to the terminal at this moment. */
	readonly isTerminalBusy: boolean;
	/** Making a frame, written or not, from the newest data to finished lines. */
	readonly frameTimes: Times;
	/** Until the terminal has taken a frame's bytes. */
	readonly writeTimes: Times;
	/** From a key until the terminal has taken its frame. */
	readonly keyTimes: Times;
	/** Over the last ten seconds. */
	readonly framesPerSecond: number;
	readonly bytesPerSecond: number;
	/** Since the start. */
	readonly writtenBytes: number;
}

/** A frame that was made; most of an idle screen show nothing new and are not written. */
interface MadeFrame {
	readonly atMs: number;
	readonly frameMs: number;
}

interface WrittenFrame {
	readonly atMs: number;
	readonly writeMs: number;
	/** Undefined when no key asked for the frame. */
	readonly keyMs: number | undefined;
	readonly bytes: number;
}

interface WriteUnderWay {
	readonly startedAtMs: number;
	readonly keyAtMs: number | undefined;
	readonly bytes: number;
}

/** Told of each step by the dashboard and the frame writer. */
export class ScreenMeter {
	readonly #clock: Clock;
	readonly #startedAtMs: number;
	readonly #lag = new EventLoopLag();
	readonly #made = new LastOnes<MadeFrame>();
	readonly #written = new LastOnes<WrittenFrame>();
	#frames = 0;
	#droppedFrames = 0;
	#writtenBytes = 0;
	#keyAtMs: number | undefined;
	#frameAtMs: number | undefined;
	#write: WriteUnderWay | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
		this.#startedAtMs = clock.now();
	}

	/** A key came that will be answered by a frame. */
	keyPressed(): void {
		this.#keyAtMs ??= this.#clock.now();
	}

	/** Something new is about to be drawn. */
	frameBegun(): void {
		this.#frameAtMs = this.#clock.now();
	}

	/** The frame is complete: it is written as soon as the terminal is ready. */
	frameMade(): void {
		if (this.#frameAtMs === undefined) return;
		const atMs = this.#clock.now();
		this.#made.add({ atMs, frameMs: atMs - this.#frameAtMs });
		this.#frameAtMs = undefined;
	}

	/** The frame is as what is shown already: nothing has to be written. */
	frameUnchanged(): void {
		this.#keyAtMs = undefined;
	}

	/** A frame gave way to a newer one. */
	frameDropped(): void {
		this.#droppedFrames++;
	}

	writeBegun(bytes: number): void {
		this.#write = { startedAtMs: this.#clock.now(), keyAtMs: this.#keyAtMs, bytes };
		this.#keyAtMs = undefined;
	}

	writeEnded(): void {
		const write = this.#write;
		if (write === undefined) return;
		this.#write = undefined;
		const atMs = this.#clock.now();
		this.#frames++;
		this.#writtenBytes += write.bytes;
		this.#written.add({
			atMs,
			writeMs: atMs - write.startedAtMs,
			keyMs: write.keyAtMs === undefined ? undefined : atMs - write.keyAtMs,
			bytes: write.bytes,
		});
	}

	stats(): ScreenStats {
		const nowMs = this.#clock.now();
		const sinceMs = nowMs - WINDOW_MS;
		const written = this.#written.since(sinceMs);
		// After a burst the kept frames reach back less far than the window does.
		const first = written.length === KEPT_FRAMES ? written[0] : undefined;
		const spanMs = nowMs - Math.max(sinceMs, first?.atMs ?? this.#startedAtMs);
		const perSecond = 1000 / Math.max(1000, spanMs);
		return {
			eventLoopLag: this.#lag.summary(nowMs),
			frames: this.#frames,
			droppedFrames: this.#droppedFrames,
			isTerminalBusy: this.#write !== undefined,
			frameTimes: timesOf(this.#made.since(sinceMs).map(({ frameMs }) => frameMs)),
			writeTimes: timesOf(written.map(({ writeMs }) => writeMs)),
			keyTimes: timesOf(written.flatMap(({ keyMs }) => keyMs ?? [])),
			framesPerSecond: written.length * perSecond,
			bytesPerSecond: written.reduce((sum, { bytes }) => sum + bytes, 0) * perSecond,
			writtenBytes: this.#writtenBytes,
		};
	}

	close(): void {
		this.#lag.close();
	}
}

/** The newest records, at most {@link KEPT_FRAMES}. */
class LastOnes<Kept extends { readonly atMs: number }> {
	readonly #records: Kept[] = [];

	add(record: Kept): void {
		if (this.#records.push(record) > KEPT_FRAMES) this.#records.shift();
	}

	/** Oldest first. */
	since(atMs: number): readonly Kept[] {
		return this.#records.filter((record) => record.atMs >= atMs);
	}
}

function timesOf(values: readonly number[]): Times {
	const sorted = values.toSorted((a, b) => a - b);
	const at = (share: number): number =>
		sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
	return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: sorted.at(-1) ?? 0 };
}
