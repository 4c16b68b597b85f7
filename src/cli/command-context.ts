/** What every command gets, and the decisions all of them share. */
import path from 'node:path';
import { appPaths, type Environment } from '../config/app-paths.js';
import type { Options } from '../config/options.js';
import { type Clock, systemClock } from '../primitives/clock.js';
import { type Logger, silentLogger } from '../primitives/logger.js';
import type { CliIo } from './io.js';
import { type LogFile, openLogFile } from './log-file.js';
import type { StopReason } from './signals.js';

export interface CommandContext {
	readonly options: Options;
	readonly io: CliIo;
	readonly clock: Clock;
	readonly logger: Logger;
	/** The dashboard is shown; false is headless. */
	readonly isDashboard: boolean;
	/** Of the configuration file, and of what the user saves beside it; need not exist. */
	readonly configDir: string;
}

/** The context of one run; `close` closes the log file. */
export interface OpenContext {
	readonly context: CommandContext;
	close(): void;
}

/**
 * Opens the log and decides between dashboard and headless: without a terminal it is headless,
 * and says so.
 * @throws {AppError} `LOG_FILE`
 */
export function openContext(options: Options, io: CliIo, env: Environment): OpenContext {
	const clock = systemClock;
	const log: LogFile | undefined =
		options.logFilePath === undefined
			? undefined
			: openLogFile(options.logFilePath, options.logLevel, clock);
	const wantsLines = options.isHeadless || options.isJson;
	const isDashboard = io.isInteractive && !wantsLines;
	const configPath = options.configPath ?? appPaths(env, io.homeDir).configPath;
	return {
		context: {
			options,
			io,
			clock,
			logger: log?.logger ?? silentLogger,
			isDashboard,
			configDir: path.dirname(configPath),
		},
		close: () => log?.close(),
	};
}

/** Says why there is no dashboard when nobody asked for lines. */
export function noteMissingTerminal({ io, options }: CommandContext): void {
	if (io.isInteractive || options.isHeadless || options.isJson) return;
	io.stderr.write('btmany: No terminal, so there is no dashboard; running as with --headless\n');
}

/** One line about why the program stops. */
export function stopMessage(reason: StopReason): string {
	return reason === 'output-closed' ? 'nobody reads the output any more' : `got ${reason}`;
}
