/**
 * The wizard without a screen: takes keys and sizes, asks the port, keeps one immutable model, and
 * says when there is a new one to draw.
 */
import { errorMessage } from '../../primitives/app-error.js';
import type { Clock } from '../../primitives/clock.js';
import type { Size } from '../layout.js';
import type { Surface } from '../surface.js';
import type { Theme } from '../theme.js';
import type { WizardModel } from './screens/wizard-model.js';
import { renderWizard } from './screens/wizard-screen.js';
import type { WizardEffect } from './wizard-effect.js';
import { reduceWizardEvent, type WizardEvent } from './wizard-events.js';
import type { MadeItem, MakeRequest, WizardPort } from './wizard-port.js';
import { reduceWizardKey } from './wizard-reducer.js';
import { initialWizard, madeItems, type WizardState, type WizardTask } from './wizard-state.js';

/** Shortest time between two frames of progress. */
const FRAME_MS = 1000 / 15;

export interface WizardResult {
	readonly made: readonly MadeItem[];
	/** They are to be seeded now. */
	readonly isSeeding: boolean;
	/** Bytes of the edited `.torrent`; undefined when it is as it was. */
	readonly changed: Uint8Array | undefined;
}

export interface WizardOptions {
	/** The caller closes it, after {@link Wizard.stop}. */
	readonly port: WizardPort;
	readonly task: WizardTask;
	readonly theme: Theme;
	readonly size: Size;
	readonly clock: Clock;
	readonly terminal: { suspend(): void; redraw(): void; interrupt(): void };
	readonly onLeave: (result: WizardResult) => void;
}

export class Wizard implements Surface {
	readonly #options: WizardOptions;
	readonly #listeners = new Set<() => void>();
	/** Newest request of each kind: an older answer is not taken any more. */
	readonly #newest = new Map<string, AbortController>();
	#state: WizardState;
	#model: WizardModel;
	#cancelFrame: (() => void) | undefined;
	#frameAtMs = Number.NEGATIVE_INFINITY;

	constructor(options: WizardOptions) {
		this.#options = options;
		this.#state = initialWizard(options.task, options.size);
		this.#model = { state: this.#state, theme: options.theme };
	}

	getModel(): WizardModel {
		return this.#model;
	}

	draw(): readonly string[] {
		return renderWizard(this.#model);
	}

	subscribe(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	start(): void {
		const { port, task } = this.#options;
		this.#ask('profiles', async () => ({ type: 'profiles', profiles: await port.profiles() }));
		if (task.type === 'create') this.#run({ type: 'list', folder: undefined, isPicker: false });
		else
			this.#ask('torrent', async () => ({
				type: 'torrent',
				torrent: await port.readTorrent(task.torrentPath),
			}));
	}

	/** Ends whatever is under way. */
	stop(): void {
		for (const request of this.#newest.values()) request.abort();
		this.#newest.clear();
		this.#cancelFrame?.();
		this.#listeners.clear();
	}

	press(keys: readonly string[]): void {
		for (const key of keys) {
			const { effect, state } = reduceWizardKey(this.#state, key);
			this.#state = state;
			if (effect !== undefined) this.#run(effect);
		}
		this.#draw();
	}

	resize(size: Size): void {
		this.#state = { ...this.#state, size };
		this.#draw();
	}

	#run(effect: WizardEffect): void {
		const { onLeave, port, terminal } = this.#options;
		switch (effect.type) {
			case 'list': {
				const { folder, isPicker } = effect;
				const onFailure = (message: string): WizardEvent => ({
					type: 'list-failed',
					isPicker,
					message,
				});
				this.#ask(
					isPicker ? 'picker' : 'browser',
					async () => ({ type: 'listed', isPicker, listing: await port.listFolder(folder) }),
					onFailure,
				);
				return;
			}
			case 'measure': {
				const { isPerEntry, paths } = effect;
				this.#ask(
					'measure',
					async (signal) => ({
						type: 'measured',
						items: await port.measure(paths, isPerEntry, signal),
					}),
					(message) => ({ type: 'measure-failed', message }),
				);
				return;
			}
			case 'save-profile': {
				const { profile } = effect;
				this.#ask('profiles', async () => {
					await port.saveProfile(profile);
					const done = `Saved the profile ${profile.name}`;
					return { type: 'profiles', profiles: await port.profiles(), done };
				});
				return;
			}
			case 'remove-profile':
				this.#ask('profiles', async () => {
					await port.removeProfile(effect.name);
					const done = `Deleted the profile ${effect.name}`;
					return { type: 'profiles', profiles: await port.profiles(), done };
				});
				return;
			case 'read-trackers': {
				const { filePath } = effect;
				this.#ask('trackers', async () => {
					const trackers = await port.readTrackers(filePath);
					return { type: 'trackers', trackers, from: filePath };
				});
				return;
			}
			case 'make':
				this.#ask('make', (signal) => this.#makeAll(effect.requests, signal));
				return;
			case 'stop':
				this.#newest.get('make')?.abort();
				return;
			case 'change-torrent':
				this.#ask('change', async () => {
					const changed = await port.changeTorrent(effect.torrentPath, effect.changes);
					onLeave({ made: [], isSeeding: false, changed });
					return undefined;
				});
				return;
			case 'leave':
				onLeave({
					made: [...this.#state.madeBefore, ...madeItems(this.#state)],
					isSeeding: effect.isSeeding,
					changed: undefined,
				});
				return;
			case 'redraw':
			case 'suspend':
			case 'interrupt':
				terminal[effect.type]();
				return;
			default:
				effect satisfies never;
		}
	}

	/** One after the other; what fails does not keep the others from being made. */
	async #makeAll(requests: readonly MakeRequest[], signal: AbortSignal): Promise<WizardEvent> {
		for (const request of requests) {
			if (signal.aborted) break;
			const { inputPath } = request;
			try {
				const made = await this.#options.port.make(
					request,
					(progress) => this.#take({ type: 'hashing', inputPath, progress }),
					signal,
				);
				this.#take({ type: 'made', made });
			} catch (error) {
				if (signal.aborted) break;
				this.#take({ type: 'make-failed', inputPath, message: errorMessage(error) });
			}
		}
		return { type: 'run-over', isStopped: signal.aborted };
	}

	/** Starts a request; one of the same kind that is under way is forgotten. */
	#ask(
		kind: string,
		request: (signal: AbortSignal) => Promise<WizardEvent | undefined>,
		onFailure: (message: string) => WizardEvent = (message) => ({ type: 'failed', message }),
	): void {
		this.#newest.get(kind)?.abort();
		const aborting = new AbortController();
		this.#newest.set(kind, aborting);
		const take = (event: WizardEvent | undefined): void => {
			if (event !== undefined && this.#newest.get(kind) === aborting) this.#take(event);
		};
		request(aborting.signal).then(take, (error: unknown) => take(onFailure(errorMessage(error))));
	}

	#take(event: WizardEvent): void {
		this.#state = reduceWizardEvent(this.#state, event);
		if (this.#cancelFrame !== undefined) return;
		const { clock } = this.#options;
		const waitMs = this.#frameAtMs + FRAME_MS - clock.now();
		if (waitMs <= 0) this.#draw();
		else this.#cancelFrame = clock.after(waitMs, () => this.#draw());
	}

	#draw(): void {
		this.#cancelFrame?.();
		this.#cancelFrame = undefined;
		this.#frameAtMs = this.#options.clock.now();
		this.#model = { state: this.#state, theme: this.#options.theme };
		for (const listener of this.#listeners) listener();
	}
}
