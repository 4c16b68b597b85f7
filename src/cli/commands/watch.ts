/** `btmany DIR`: every `.torrent` of a folder, in the dashboard or headless. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { SessionApi } from '../../session/session-api.js';
import { startWatchFolder } from '../../watch/watch-folder.js';
import { type CommandContext, noteMissingTerminal, stopMessage } from '../command-context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { startReporter } from '../output/start-reporter.js';
import { type StopReason, watchStopRequests } from '../signals.js';
import { startEngine } from './start-engine.js';

/**
 * Runs until it is told to stop.
 * @param dir - as the user wrote it
 * @returns 0 after `q` or a polite end, 130 after SIGINT, 2 when `dir` is not a folder
 */
export async function watch(dir: string, context: CommandContext): Promise<number> {
	const { io, isDashboard, options } = context;
	const folder = path.resolve(io.currentDir, dir);
	const problem = await folderProblem(folder);
	if (problem !== undefined) {
		io.stderr.write(`btmany: ${dir}: ${problem}\n`);
		return EXIT_CODES.usage;
	}
	noteMissingTerminal(context);
	// The dashboard has the signals while it runs.
	const stop = isDashboard ? undefined : watchStopRequests(io);
	const session = await startEngine(options, context);
	const reporter = startReporter(session, context);
	reporter.tell({ type: 'started', message: `watching ${folder}` });
	// Not waited for: a folder of thousands must not keep the dashboard from showing.
	const watching = startWatchFolder({
		folder,
		session,
		recursive: options.recursive,
		rescanIntervalMs: options.rescanIntervalMs,
		stateDir: options.stateDir,
		logger: context.logger,
		clock: context.clock,
	});
	try {
		const watched = watching.then((started) => reporter.followLedger(started.ledger.bind(started)));
		if (stop === undefined) return await showWhile(watched, session, folder, context);
		const reason = await Promise.race([stop.first, watched.then(() => stop.first)]);
		reporter.tell({ type: 'stopping', message: stopMessage(reason) });
		return watchExitCode(reason);
	} finally {
		const closing = stop ?? watchStopRequests(io);
		const watched = await watching.catch(() => undefined);
		await watched?.close();
		await session.close();
		reporter.close();
		reporter.tell({ type: 'stopped', message: 'all saved' });
		closing.close();
	}
}

/** The dashboard, until it is left or the folder cannot be watched. */
async function showWhile(
	watched: Promise<void>,
	session: SessionApi,
	title: string,
	context: CommandContext,
): Promise<number> {
	const { startUi } = await import('../../ui/start-ui.js');
	const failing = new AbortController();
	watched.catch(() => failing.abort());
	const { exitCode } = await startUi({
		session,
		title,
		signal: failing.signal,
		openWizardPort: async () => {
			const { openWizardPort } = await import('./open-wizard.js');
			return openWizardPort(context, true);
		},
	});
	if (failing.signal.aborted) await watched;
	return exitCode;
}

/** A service manager's SIGTERM is a normal end of a program that never ends by itself. */
function watchExitCode(reason: StopReason): number {
	return reason === 'SIGINT' ? EXIT_CODES.interrupted : EXIT_CODES.done;
}

async function folderProblem(folder: string): Promise<string | undefined> {
	try {
		return (await stat(folder)).isDirectory() ? undefined : 'Not a folder';
	} catch {
		return 'No such folder';
	}
}
