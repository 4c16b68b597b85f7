/**
 * The dashboard without a screen: takes keys, sizes and the session's publications, keeps one
 * immutable model, and says when there is a new one to draw. Draws at most 15 times a second, a few keys at once.
 */
import { errorMessage } from '../primitives/app-error.js';
import type { Clock } from '../primitives/clock.js';
import type { Infohash } from '../primitives/infohash.js';
import type { SessionApi, SessionCommand } from '../session/session-api.js';
import type { SessionSnapshot, TorrentSnapshot } from '../session/snapshot.js';
import type { Size } from './layout.js';
import type { ScreenMeter } from './screen-meter.js';
import type { ScreenModel } from './screen-model.js';
import { renderScreen } from './screens/screen.js';
import type { Surface } from './surface.js';
import type { Theme } from './theme.js';
import { MESSAGE_MS, reduceKey, type ViewEffect } from './view-actions.js';
import {
	initialView,
	selectedTorrent,
	type ViewState,
	withData,
	withMessage,
	withSize,
} from './view-state.js';

/** Shortest time between two frames while keys come without end. */
const FRAME_MS = 1000 / 15;
/** Shortest time between two frames of a few keys: an answer must not wait for the last one's turn. */
const QUICK_FRAME_MS = 1000 / 60;
/** Frames that may come that quickly; each comes back after a time of {@link FRAME_MS} without a frame. */
const QUICK_FRAMES = 5;
/** Numbers that change faster than this cannot be read. */
const REFRESH_MS = 1000;
/** After a key that did something, its effect is shown as soon as it is published. */
const EAGER_MS = 2000;

export interface DashboardOptions {
	readonly session: SessionApi;
	readonly title: string;
	readonly theme: Theme;
	readonly clock: Clock;
	readonly size: Size;
	/** Told of keys and frames, asked for the debug page. */
	readonly meter: ScreenMeter;
	/** Effects that concern the terminal or the end of the program. */
	readonly onEffect: (effect: Exclude<ViewEffect, { type: 'command' }>) => void;
}

export class Dashboard implements Surface {
	readonly #options: DashboardOptions;
	readonly #listeners = new Set<() => void>();
	#model: ScreenModel;
	#published: ScreenModel;
	#cancelFrame: (() => void) | undefined;
	#frameAtMs = Number.NEGATIVE_INFINITY;
	#quickFrames = QUICK_FRAMES;
	#refreshedAtMs = Number.NEGATIVE_INFINITY;
	#eagerUntilMs = Number.NEGATIVE_INFINITY;
	#watched: Infohash | undefined;
	#stopWatching: (() => void) | undefined;
	#undo: (() => void)[] = [];

	constructor(options: DashboardOptions) {
		this.#options = options;
		const snapshot = options.session.getSnapshot();
		this.#model = {
			view: initialView(options.size),
			theme: options.theme,
			title: options.title,
			utcOffsetMinutes: 0,
			snapshot,
			torrents: new Map(),
			detail: undefined,
			nowMs: options.clock.now(),
			screen: options.meter.stats(),
		};
		this.#refresh();
		this.#published = this.#model;
	}

	/** The model of the newest frame. */
	readonly getModel = (): ScreenModel => this.#published;

	draw(): readonly string[] {
		const { columns, rows } = this.#published.view.size;
		return renderScreen(this.#published, columns, rows);
	}

	/** Calls back when there is a new frame; returns the way to stop. */
	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	start(): void {
		const { session, clock } = this.#options;
		this.#undo.push(session.subscribe(() => this.#onPublication()));
		// Countdowns and the clock go on when the session has nothing to say.
		this.#undo.push(clock.every(REFRESH_MS, () => this.#tick()));
	}

	stop(): void {
		for (const undo of this.#undo.splice(0)) undo();
		this.#cancelFrame?.();
		this.#stopWatching?.();
		this.#stopWatching = undefined;
		this.#listeners.clear();
	}

	/** Keys in the order they were pressed; they share a frame. */
	press(keys: readonly string[]): void {
		this.#options.meter.keyPressed();
		for (const key of keys) {
			const data = { ...this.#model, nowMs: this.#options.clock.now() };
			const { view, effect } = reduceKey(this.#model.view, key, data);
			this.#setView(view);
			if (effect?.type === 'command') void this.send(effect.command, effect.done);
			else if (effect !== undefined) this.#options.onEffect(effect);
		}
		this.#requestFrame();
	}

	resize(size: Size): void {
		this.#setView(withSize(this.#model.view, size));
		this.#draw();
	}

	/** Sends a command and says what came of it; never rejects. */
	async send(command: SessionCommand, done: string): Promise<void> {
		const { session, clock } = this.#options;
		let text = done;
		let level: 'info' | 'error' = 'info';
		try {
			const result = await session.dispatch(command);
			if (!result.ok) [text, level] = [result.message, 'error'];
		} catch (error) {
			[text, level] = [errorMessage(error), 'error'];
		}
		this.#eagerUntilMs = clock.now() + EAGER_MS;
		this.say(text, level);
	}

	/** Shows a sentence on the message line for a while. */
	say(text: string, level: 'info' | 'error' = 'info'): void {
		const untilMs = this.#options.clock.now() + MESSAGE_MS;
		this.#setView(withMessage(this.#model.view, { text, level, untilMs }));
		this.#refresh();
		this.#requestFrame();
	}

	#onPublication(): void {
		const nowMs = this.#options.clock.now();
		if (nowMs >= this.#eagerUntilMs && nowMs - this.#refreshedAtMs < REFRESH_MS * 0.95) return;
		this.#refresh();
		this.#requestFrame();
	}

	#tick(): void {
		if (this.#options.clock.now() - this.#refreshedAtMs < REFRESH_MS / 2) return;
		this.#refresh();
		this.#requestFrame();
	}

	/** Takes the session's newest snapshot. */
	#refresh(): void {
		const { session, clock, meter } = this.#options;
		const nowMs = clock.now();
		const snapshot = session.getSnapshot();
		const torrents =
			snapshot.torrents === this.#model.snapshot.torrents && this.#model.torrents.size > 0
				? this.#model.torrents
				: mapTorrents(snapshot);
		this.#refreshedAtMs = nowMs;
		const utcOffsetMinutes = -new Date(snapshot.atMs).getTimezoneOffset();
		const screen = meter.stats();
		this.#model = { ...this.#model, snapshot, torrents, nowMs, utcOffsetMinutes, screen };
		this.#setView(withData(this.#model.view, this.#model));
	}

	#setView(view: ViewState): void {
		this.#model = { ...this.#model, view };
		this.#watchSelected();
	}

	/** Details are made only for the torrent somebody looks at. */
	#watchSelected(): void {
		const { view } = this.#model;
		const wanted = view.hasDetails ? selectedTorrent(view, this.#model)?.infohash : undefined;
		if (wanted === this.#watched) return;
		this.#stopWatching?.();
		this.#stopWatching = undefined;
		this.#watched = wanted;
		this.#model = { ...this.#model, detail: undefined };
		if (wanted === undefined) return;
		this.#stopWatching = this.#options.session.watchDetail(wanted, (detail) => {
			if (this.#watched !== wanted) return;
			const isFirst = this.#model.detail === undefined;
			this.#model = { ...this.#model, detail };
			if (isFirst && detail !== undefined) this.#requestFrame();
		});
	}

	#requestFrame(): void {
		if (this.#cancelFrame !== undefined) return;
		const { clock } = this.#options;
		const gapMs = this.#quickFrames >= 1 ? QUICK_FRAME_MS : FRAME_MS;
		const waitMs = this.#frameAtMs + gapMs - clock.now();
		if (waitMs <= 0) {
			this.#draw();
			return;
		}
		this.#cancelFrame = clock.after(waitMs, () => this.#draw());
	}

	#draw(): void {
		this.#cancelFrame?.();
		this.#cancelFrame = undefined;
		const nowMs = this.#options.clock.now();
		const rested = (nowMs - this.#frameAtMs) / FRAME_MS - 1;
		this.#quickFrames = Math.min(QUICK_FRAMES, Math.max(0, this.#quickFrames + rested));
		this.#frameAtMs = nowMs;
		this.#options.meter.frameBegun();
		this.#published = this.#model;
		for (const listener of this.#listeners) listener();
	}
}

function mapTorrents(snapshot: SessionSnapshot): ReadonlyMap<Infohash, TorrentSnapshot> {
	return new Map(snapshot.torrents.map((torrent) => [torrent.infohash, torrent]));
}
