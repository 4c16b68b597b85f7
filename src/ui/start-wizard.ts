/** Shows the wizard alone in the terminal. */
import { systemClock } from '../primitives/clock.js';
import { runSurface, type TerminalOptions, type UiResult } from './run-surface.js';
import { ScreenMeter } from './screen-meter.js';
import { Wizard, type WizardResult } from './wizard/wizard.js';
import type { WizardPort } from './wizard/wizard-port.js';
import type { WizardTask } from './wizard/wizard-state.js';

export interface StartWizardOptions extends TerminalOptions {
	/** The caller closes it afterwards. */
	readonly port: WizardPort;
	readonly task: WizardTask;
}

export interface WizardOutcome extends UiResult {
	/** Undefined when it was not left by itself. */
	readonly result: WizardResult | undefined;
}

/**
 * Resolves when the wizard is left and the terminal is back as it was.
 * @throws {UiError} `UI_NOT_A_TERMINAL` when input or output is not a terminal
 */
export async function startWizard(options: StartWizardOptions): Promise<WizardOutcome> {
	const { port, task } = options;
	const meter = new ScreenMeter(systemClock);
	let result: WizardResult | undefined;
	try {
		const ended = await runSurface(
			({ quit, redraw, size, suspend, theme }) =>
				new Wizard({
					port,
					task,
					theme,
					size,
					clock: systemClock,
					terminal: { suspend, redraw, interrupt: () => quit(true) },
					onLeave: (left) => {
						result = left;
						quit(false);
					},
				}),
			options,
			meter,
		);
		return { ...ended, result };
	} finally {
		meter.close();
	}
}
