/** The session a command runs: on its own thread beside the dashboard, in this one otherwise. */
import type { SessionApi } from '../../session/session-api.js';
import type { SessionOptions } from '../../session/session-options.js';
import type { CommandContext } from '../command-context.js';
import { spareHttpParser } from './spare-http-parser.js';

/**
 * Starts a session. A terminal that is not read stops the thread that writes to it, so the
 * dashboard never shares one with the engine.
 */
export async function startEngine(
	options: SessionOptions,
	{ io: { stderr }, isDashboard, logger }: CommandContext,
): Promise<SessionApi> {
	spareHttpParser();
	if (isDashboard) {
		const { startThreadSession } = await import('../../session/thread-session.js');
		const starting = startThreadSession(options, { logger });
		// The screen's code is read meanwhile: once data flows, it would have to wait for a processor.
		// Who shows the screen asks for the code again and hears what is wrong with it.
		void import('../../ui/start-ui.js').catch(() => undefined);
		return starting;
	}
	const { startSession } = await import('../../session/session.js');
	const { surviveUncaught } = await import('../../session/uncaught.js');
	surviveUncaught((entry) => {
		stderr.write(`btmany: ${entry.message}\n`);
		logger(entry);
	});
	return startSession(options, { logger });
}
