/** Seeds torrents that were made or found: the dashboard, or lines, until it is told to stop. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { SessionApi } from '../../session/session-api.js';
import type { TorrentSnapshot } from '../../session/snapshot.js';
import { type CommandContext, noteMissingTerminal, stopMessage } from '../command-context.js';
import { EXIT_CODES } from '../exit-codes.js';
import type { Reporter } from '../output/reporter.js';
import { startReporter } from '../output/start-reporter.js';
import { type StopRequests, watchStopRequests } from '../signals.js';
import { getOutcome, isComplete } from './get-outcome.js';
import { openWizardPort } from './open-wizard.js';
import { startEngine } from './start-engine.js';

/** A handful of torrents is watched more closely than a folder. */
const MAX_SUMMARY_INTERVAL_MS = 10_000;

export interface SeedTorrent {
	readonly infohash: string;
	readonly metainfoBytes: Uint8Array;
	readonly torrentPath: string;
	/** Where the file or folder lies. */
	readonly dataFolder: string;
}

/**
 * Runs until it is told to stop, until every seed goal is reached, or until nothing can be seeded.
 * @returns 0 after `q`, a polite end or all goals reached, 1 when nothing can be seeded, 3 stopped
 * before all data was verified, 130 after SIGINT
 */
export async function seedTorrents(
	torrents: readonly SeedTorrent[],
	title: string,
	context: CommandContext,
): Promise<number> {
	const { io, isDashboard, options } = context;
	noteMissingTerminal(context);
	const stop = watchStopRequests(io);
	try {
		const stateDir = path.join(options.stateDir, 'seed', stateName(torrents));
		// The data is where it is: nothing is saved under another name.
		const session = await startEngine({ ...options, stateDir, saveAs: 'name' }, context);
		const summaryMs = Math.min(options.summaryIntervalMs, MAX_SUMMARY_INTERVAL_MS);
		const reporter = startReporter(session, context, summaryMs);
		try {
			if (!(await addAll(torrents, session, context))) return EXIT_CODES.failed;
			if (!isDashboard) return await waitUntilOver(session, stop, reporter, context);
			// While the dashboard runs, it has the signals.
			stop.close();
			const { startUi } = await import('../../ui/start-ui.js');
			const openPort = (): ReturnType<typeof openWizardPort> => openWizardPort(context, true);
			const { exitCode } = await startUi({ session, title, openWizardPort: openPort });
			return exitCode;
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

/** False when no torrent was taken. */
async function addAll(
	torrents: readonly SeedTorrent[],
	session: SessionApi,
	{ io }: CommandContext,
): Promise<boolean> {
	let added = 0;
	for (const { dataFolder, metainfoBytes, torrentPath } of torrents) {
		const result = await session.dispatch({
			type: 'add',
			metainfoBytes,
			torrentPath,
			downloadDir: dataFolder,
		});
		if (result.ok) added++;
		else io.stderr.write(`btmany: ${torrentPath}: ${result.message}\n`);
	}
	return added > 0;
}

async function waitUntilOver(
	session: SessionApi,
	stop: StopRequests,
	reporter: Reporter,
	{ io }: CommandContext,
): Promise<number> {
	let unsubscribe: (() => void) | undefined;
	const over = new Promise<readonly TorrentSnapshot[]>((resolve) => {
		const look = (): void => {
			const { torrents } = session.getSnapshot();
			const isOver = torrents.every((torrent) => getOutcome(torrent, true) !== undefined);
			if (torrents.length > 0 && isOver) resolve(torrents);
		};
		unsubscribe = session.subscribe(look);
		look();
	});
	try {
		const ended = await Promise.race([over, stop.first]);
		if (typeof ended === 'string') {
			reporter.tell({ type: 'stopping', message: stopMessage(ended) });
			if (ended === 'SIGINT') return EXIT_CODES.interrupted;
			const { torrents } = session.getSnapshot();
			return torrents.every(isComplete) ? EXIT_CODES.done : EXIT_CODES.incomplete;
		}
		const problems = ended.flatMap(({ name, problem }) =>
			problem === undefined ? [] : [`${name}: ${problem.message}`],
		);
		for (const problem of problems) io.stderr.write(`btmany: ${problem}\n`);
		return problems.length === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
	} finally {
		unsubscribe?.();
	}
}

/** The same torrents find their state again; others run beside them. */
function stateName(torrents: readonly SeedTorrent[]): string {
	const [first] = torrents;
	if (torrents.length === 1 && first !== undefined) return first.infohash;
	const all = torrents.map(({ infohash }) => infohash).sort((a, b) => (a < b ? -1 : 1));
	return createHash('sha1').update(all.join('\n')).digest('hex');
}
