/** `btmany wizard [PATH...]`: make torrents step by step, and seed them if wanted. */
import path from 'node:path';
import { cleanText } from '../../primitives/clean-text.js';
import type { WizardOutcome } from '../../ui/start-wizard.js';
import type { WizardPort } from '../../ui/wizard/wizard-port.js';
import type { WizardTask } from '../../ui/wizard/wizard-state.js';
import type { CommandContext } from '../command-context.js';
import type { CommandFlags } from '../command-options.js';
import { EXIT_CODES } from '../exit-codes.js';
import { openWizardPort } from './open-wizard.js';
import { seedTorrents } from './seed-session.js';

/**
 * @param operands - chosen already when it opens
 * @returns 0 after it was left, 2 without a terminal, 130 after `^C`; else as `seed`
 */
export async function wizard(
	operands: readonly string[],
	flags: CommandFlags,
	context: CommandContext,
): Promise<number> {
	const { io, isDashboard } = context;
	if (!isDashboard) {
		io.stderr.write(
			'btmany: The wizard needs a terminal; without one: btmany make --help, btmany make-each --help\n',
		);
		return EXIT_CODES.usage;
	}
	const paths = operands.map((operand) => path.resolve(io.currentDir, operand));
	const port = await openWizardPort(context, false);
	const task = { type: 'create', paths, isPerEntry: flags.has('each') } as const;
	const { exitCode, result } = await showWizard(port, task);
	// The screen of the wizard is gone: what it made stays readable.
	for (const { infohash, magnet, notes, torrentPath } of result?.made ?? []) {
		io.stdout.write(`${cleanText(torrentPath)}\n  infohash ${infohash}\n  ${magnet}\n`);
		for (const note of notes) io.stderr.write(`btmany: Note: ${cleanText(note)}\n`);
	}
	if (result?.isSeeding !== true) return exitCode;
	return seedTorrents(result.made, 'btmany wizard', context);
}

async function showWizard(port: WizardPort, task: WizardTask): Promise<WizardOutcome> {
	const { startWizard } = await import('../../ui/start-wizard.js');
	try {
		return await startWizard({ port, task });
	} finally {
		await port.close();
	}
}
