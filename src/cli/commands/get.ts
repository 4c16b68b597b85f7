/** `btmany get FILE.torrent|URL`: one download; leaves when it is done unless told to seed. */
import path from 'node:path';
import type { Infohash } from '../../primitives/infohash.js';
import type { SessionApi } from '../../session/session-api.js';
import type { TorrentSnapshot } from '../../session/snapshot.js';
import { type CommandContext, noteMissingTerminal, stopMessage } from '../command-context.js';
import { EXIT_CODES } from '../exit-codes.js';
import type { Reporter } from '../output/reporter.js';
import { startReporter } from '../output/start-reporter.js';
import { type StopRequests, watchStopRequests } from '../signals.js';
import { type GetOutcome, getOutcome, isComplete } from './get-outcome.js';
import { startEngine } from './start-engine.js';
import { readSource, type TorrentSource } from './torrent-source.js';

/** One download is watched more closely than a folder. */
const MAX_SUMMARY_INTERVAL_MS = 10_000;

export interface GetOptions {
	/** The file or folder to write, whatever the torrent calls it. */
	readonly saveTo?: string | undefined;
}

/**
 * Runs until the download is done, failed or stopped, in the dashboard or as lines.
 * @param operand - a file or an http(s) URL
 * @returns 0 complete, 1 failed, 3 stopped before it was complete, 130 after SIGINT
 */
export async function get(
	operand: string,
	context: CommandContext,
	getOptions: GetOptions = {},
): Promise<number> {
	const { io, isDashboard, options } = context;
	const stop = watchStopRequests(io);
	const aborting = new AbortController();
	void stop.first.then(() => aborting.abort());
	try {
		const reading = readSource(operand, io.currentDir, context.clock, aborting.signal);
		const source = await reading.catch((error: unknown) => {
			if (stop.reason() !== undefined) return undefined;
			throw error;
		});
		if (source === undefined) return stoppedCode(stop, undefined);
		noteMissingTerminal(context);
		const place = savePlaceOf(source, context, getOptions.saveTo);
		// Each download has its own state, so that several, and a watched folder, run side by side.
		const stateDir = path.join(options.stateDir, 'get', source.infohash);
		const session = await startEngine({ ...options, ...place.options, stateDir }, context);
		const summaryMs = Math.min(options.summaryIntervalMs, MAX_SUMMARY_INTERVAL_MS);
		const reporter = startReporter(session, context, summaryMs);
		try {
			const result = await session.dispatch({
				type: 'add',
				metainfoBytes: source.metainfoBytes,
				torrentPath: place.torrentPath,
			});
			if (!result.ok) {
				io.stderr.write(`btmany: ${operand}: ${result.message}\n`);
				return EXIT_CODES.failed;
			}
			// While the dashboard runs, it has the signals.
			if (isDashboard) stop.close();
			return await (isDashboard
				? showUntilLeft(session, source, context)
				: waitUntilOver(session, source.infohash, context, stop, reporter));
		} finally {
			const closing = isDashboard ? watchStopRequests(io) : stop;
			await session.close();
			reporter.close();
			reporter.tell({ type: 'stopped', message: 'all saved' });
			closing.close();
		}
	} finally {
		stop.close();
	}
}

async function waitUntilOver(
	session: SessionApi,
	infohash: Infohash,
	{ io, options }: CommandContext,
	stop: StopRequests,
	reporter: Reporter,
): Promise<number> {
	const over = watchOutcome(session, infohash, options.keepSeeding);
	try {
		const ended = await Promise.race([over.outcome, stop.first]);
		if (typeof ended !== 'string') return outcomeCode(ended, (text) => io.stderr.write(text));
		reporter.tell({ type: 'stopping', message: stopMessage(ended) });
		return stoppedCode(stop, find(session, infohash));
	} finally {
		over.stop();
	}
}

/** The dashboard stays until it is left, or until the download is over. */
async function showUntilLeft(
	session: SessionApi,
	source: TorrentSource,
	context: CommandContext,
): Promise<number> {
	const { io, options } = context;
	const { startUi } = await import('../../ui/start-ui.js');
	const leaving = new AbortController();
	const over = watchOutcome(session, source.infohash, options.keepSeeding);
	void over.outcome.then(() => leaving.abort());
	const { exitCode } = await startUi({
		session,
		title: source.name,
		signal: leaving.signal,
		// A form half filled in must not go away with a finished download.
		openWizardPort: options.keepSeeding
			? async () => {
					const { openWizardPort } = await import('./open-wizard.js');
					return openWizardPort(context, true);
				}
			: undefined,
	}).finally(() => over.stop());
	if (exitCode !== EXIT_CODES.done) return exitCode;
	if (leaving.signal.aborted)
		return outcomeCode(await over.outcome, (text) => io.stderr.write(text));
	const torrent = find(session, source.infohash);
	if (torrent?.problem !== undefined) io.stderr.write(`btmany: ${torrent.problem.message}\n`);
	return torrent !== undefined && isComplete(torrent) ? EXIT_CODES.done : EXIT_CODES.incomplete;
}

/** Resolves once, when the download is over. */
function watchOutcome(
	session: SessionApi,
	infohash: Infohash,
	keepSeeding: boolean,
): { readonly outcome: Promise<GetOutcome>; stop(): void } {
	let unsubscribe: (() => void) | undefined;
	const outcome = new Promise<GetOutcome>((resolve) => {
		let wasThere = false;
		const look = (): void => {
			const torrent = find(session, infohash);
			wasThere ||= torrent !== undefined;
			// Just added, it may not be in a snapshot yet.
			const now = wasThere ? getOutcome(torrent, keepSeeding) : undefined;
			if (now !== undefined) resolve(now);
		};
		unsubscribe = session.subscribe(look);
		look();
	});
	return { outcome, stop: () => unsubscribe?.() };
}

function savePlaceOf(
	source: TorrentSource,
	{ io, options }: CommandContext,
	saveTo: string | undefined,
): {
	readonly torrentPath: string;
	readonly options: Partial<Pick<CommandContext['options'], 'downloadDir' | 'saveAs'>>;
} {
	if (saveTo === undefined) return { torrentPath: source.torrentPath, options: {} };
	const target = path.resolve(options.downloadDir ?? io.currentDir, saveTo);
	return {
		torrentPath: `${target}.torrent`,
		options: { downloadDir: path.dirname(target), saveAs: 'torrent' },
	};
}

function find(session: SessionApi, infohash: Infohash): TorrentSnapshot | undefined {
	return session.getSnapshot().torrents.find((torrent) => torrent.infohash === infohash);
}

function outcomeCode(outcome: GetOutcome, complain: (text: string) => void): number {
	if (outcome.type === 'done') return EXIT_CODES.done;
	if (outcome.type === 'removed') return EXIT_CODES.incomplete;
	complain(`btmany: ${outcome.message}\n`);
	return EXIT_CODES.failed;
}

function stoppedCode(stop: StopRequests, torrent: TorrentSnapshot | undefined): number {
	if (stop.reason() === 'SIGINT') return EXIT_CODES.interrupted;
	return torrent !== undefined && isComplete(torrent) ? EXIT_CODES.done : EXIT_CODES.incomplete;
}
