/** The reporter of a command that runs a session. */
import type { SessionApi } from '../../session/session-api.js';
import type { CommandContext } from '../command-context.js';
import { Reporter } from './reporter.js';

/** Lines on standard output, or into the log alone while the dashboard has the screen. */
export function startReporter(
	session: SessionApi,
	{ clock, io, isDashboard, logger, options }: CommandContext,
	summaryIntervalMs: number = options.summaryIntervalMs,
): Reporter {
	return new Reporter({
		session,
		clock,
		write: isDashboard ? undefined : (text) => io.stdout.write(text),
		isJson: options.isJson,
		summaryIntervalMs,
		logger,
	});
}
