/** Shows a session in the terminal, and the wizard over it, until the user or a signal ends it. */
import { errorMessage } from '../primitives/app-error.js';
import { systemClock } from '../primitives/clock.js';
import type { SessionApi } from '../session/session-api.js';
import { Dashboard } from './dashboard.js';
import { runSurface, type Screen, type TerminalOptions, type UiResult } from './run-surface.js';
import { ScreenMeter } from './screen-meter.js';
import { SurfaceStack } from './surface.js';
import { Wizard, type WizardResult } from './wizard/wizard.js';
import type { WizardPort } from './wizard/wizard-port.js';
import type { WizardTask } from './wizard/wizard-state.js';

export interface StartUiOptions extends TerminalOptions {
	/** Only read and told; the caller closes it afterwards. */
	readonly session: SessionApi;
	/** Shown first in the header. */
	readonly title: string;
	/** Called each time the wizard opens; undefined for none. */
	readonly openWizardPort?: (() => Promise<WizardPort>) | undefined;
}

/**
 * Resolves when the dashboard is over and the terminal is back as it was. From then on `^C` is a
 * plain SIGINT again. Rejects with what nobody caught, the terminal restored as well.
 * @throws {UiError} `UI_NOT_A_TERMINAL` when input or output is not a terminal
 */
export async function startUi(options: StartUiOptions): Promise<UiResult> {
	const meter = new ScreenMeter(systemClock);
	let desk: WizardDesk | undefined;
	try {
		return await runSurface(
			(screen) => {
				const dashboard = new Dashboard({
					meter,
					session: options.session,
					title: options.title,
					theme: screen.theme,
					clock: systemClock,
					size: screen.size,
					onEffect: (effect) => {
						switch (effect.type) {
							case 'quit':
								screen.quit(effect.isInterrupt);
								return;
							case 'suspend':
								screen.suspend();
								return;
							case 'redraw':
								screen.redraw();
								return;
							case 'wizard':
								void desk?.open(effect.task);
						}
					},
				});
				const stack = new SurfaceStack(dashboard);
				desk = new WizardDesk(options, screen, dashboard, stack);
				return stack;
			},
			options,
			meter,
		);
	} finally {
		meter.close();
		await desk?.close();
	}
}

/** Opens the wizard over the dashboard and carries out what comes of it. */
class WizardDesk {
	readonly #options: StartUiOptions;
	readonly #screen: Screen;
	readonly #dashboard: Dashboard;
	readonly #stack: SurfaceStack;
	#isOpening = false;
	#port: WizardPort | undefined;

	constructor(options: StartUiOptions, screen: Screen, dashboard: Dashboard, stack: SurfaceStack) {
		this.#options = options;
		this.#screen = screen;
		this.#dashboard = dashboard;
		this.#stack = stack;
	}

	/** Never rejects. */
	async open(task: WizardTask): Promise<void> {
		const { openWizardPort } = this.#options;
		if (openWizardPort === undefined) {
			this.#dashboard.say(
				'No wizard here, where all ends with the download: btmany wizard',
				'error',
			);
			return;
		}
		if (this.#isOpening || this.#port !== undefined) return;
		this.#isOpening = true;
		try {
			const port = await openWizardPort();
			this.#port = port;
			const { quit, redraw, suspend, theme } = this.#screen;
			const wizard = new Wizard({
				port,
				task,
				theme,
				size: this.#dashboard.getModel().view.size,
				clock: systemClock,
				terminal: { suspend, redraw, interrupt: () => quit(true) },
				onLeave: (result) => void this.#leave(task, result),
			});
			this.#stack.cover(wizard);
		} catch (error) {
			this.#dashboard.say(errorMessage(error), 'error');
		} finally {
			this.#isOpening = false;
		}
	}

	async close(): Promise<void> {
		const port = this.#port;
		this.#port = undefined;
		await port?.close();
	}

	async #leave(task: WizardTask, { changed, isSeeding, made }: WizardResult): Promise<void> {
		this.#stack.uncover();
		await this.close().catch((error: unknown) => {
			this.#dashboard.say(errorMessage(error), 'error');
		});
		if (task.type === 'edit') {
			if (changed === undefined) return;
			const { infohash, name, torrentPath } = task;
			await this.#dashboard.send(
				{ type: 'update', infohash, metainfoBytes: changed, torrentPath },
				`Saved ${torrentPath} and told ${name}`,
			);
			return;
		}
		if (!isSeeding) {
			const places = made.map(({ torrentPath }) => torrentPath).join(', ');
			if (places !== '') this.#dashboard.say(`Made ${places}`);
			return;
		}
		for (const { dataFolder, metainfoBytes, torrentPath } of made)
			await this.#dashboard.send(
				{ type: 'add', metainfoBytes, torrentPath, downloadDir: dataFolder },
				`Seeding ${torrentPath}`,
			);
	}
}
