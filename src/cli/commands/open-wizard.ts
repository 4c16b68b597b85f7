/** The wizard's port for a command, alone or over the dashboard. */

import type { WizardPort } from '../../ui/wizard/wizard-port.js';
import type { CommandContext } from '../command-context.js';
import { programVersion } from '../program-version.js';
import { profileFolder } from './make-profile.js';
import { DiskWizardPort } from './wizard-port.js';

/** @param isBackground - a session runs beside it */
export async function openWizardPort(
	context: CommandContext,
	isBackground: boolean,
): Promise<WizardPort> {
	const { clock, io } = context;
	return new DiskWizardPort({
		startFolder: io.currentDir,
		homeDir: io.homeDir,
		profileFolder: profileFolder(context),
		createdBy: `btmany ${await programVersion()}`,
		clock,
		isBackground,
	});
}
