/** `--profile NAME` of the commands that make torrents: trackers the user saved before. */
import path from 'node:path';
import { ToolsError } from '../../tools/tools-error.js';
import type { CommandContext } from '../command-context.js';
import type { CommandFlags } from '../command-options.js';
import { readMakeSettings, type SettingsReading } from './make-settings.js';

/** Where the user's tracker profiles are. */
export function profileFolder({ configDir }: CommandContext): string {
	return path.join(configDir, 'trackers');
}

/** What the options say; `--announce` and `--announce-list` win over the profile. */
export async function loadMakeSettings(
	flags: CommandFlags,
	context: CommandContext,
): Promise<SettingsReading> {
	const { currentDir } = context.io;
	const name = flags.get('profile')?.at(-1);
	if (name === undefined) return readMakeSettings(flags, currentDir);
	const { readProfile } = await import('../../tools/tracker-profiles.js');
	try {
		const { announce, tiers } = await readProfile(profileFolder(context), name, currentDir);
		const list = tiers.map((tier) => tier.join(',')).join('|');
		const merged = new Map([
			...(announce === undefined ? [] : [['announce', [announce]] as const]),
			...(list === '' ? [] : [['announce-list', [list]] as const]),
			...flags,
		]);
		return readMakeSettings(merged, currentDir);
	} catch (error) {
		if (!(error instanceof ToolsError)) throw error;
		return { ok: false, mistakes: [{ origin: '--profile', message: error.message }] };
	}
}
