/** `btmany seed PATH...`: make or reuse a `.torrent` for each path, and seed it now. */
import { networkInterfaces } from 'node:os';
import type { Mistake } from '../../config/mistake.js';
import { AppError } from '../../primitives/app-error.js';
import { systemRandom } from '../../primitives/clock.js';
import { formatEndpoint } from '../../primitives/endpoint.js';
import { HashPool } from '../../storage/hash-pool.js';
import { planTiers } from '../../tools/announce-plan.js';
import { startTrackerServer, type TrackerServer } from '../../tracker-server/tracker-server.js';
import type { CommandContext } from '../command-context.js';
import type { CommandFlags } from '../command-options.js';
import { EXIT_CODES } from '../exit-codes.js';
import { tellToolError } from '../output/tool-error.js';
import { watchStopRequests } from '../signals.js';
import { tellMistakes } from '../tell-mistakes.js';
import { loadMakeSettings } from './make-profile.js';
import type { MakeSettings } from './make-settings.js';
import { type SeedTorrent, seedTorrents } from './seed-session.js';
import { prepareSeed } from './seed-source.js';

const ANNOUNCE_INTERVAL_SECONDS = 300;
const ANY_ADDRESS = '0.0.0.0';

/**
 * What fails is told and the others are seeded.
 * @returns 1 when nothing could be seeded, 2 wrong options; else as `seedTorrents`, with 1 in the
 * place of 0 when some failed
 */
export async function seed(
	operands: readonly string[],
	flags: CommandFlags,
	context: CommandContext,
): Promise<number> {
	const { io } = context;
	const reading = await loadMakeSettings(flags, context);
	const mistakes: readonly Mistake[] = [
		...(reading.ok ? [] : reading.mistakes),
		...trackerMistakes(flags),
	];
	if (mistakes.length > 0 || !reading.ok) {
		tellMistakes(io.stderr, mistakes);
		return EXIT_CODES.usage;
	}
	const { settings } = reading;
	if (settings.outputPath !== undefined && operands.length > 1 && !settings.isOutputFolder) {
		const message = 'Expected a folder with a slash behind it for several torrents';
		tellMistakes(io.stderr, [{ origin: '--output', message }]);
		return EXIT_CODES.usage;
	}
	const tracker = flags.has('tracker') ? await startTracker(flags, context) : undefined;
	try {
		const announced = tracker === undefined ? settings : withTracker(settings, tracker.url);
		const prepared = await prepareAll(operands, announced, context);
		if (typeof prepared === 'number') return prepared;
		const { failed, torrents } = prepared;
		if (torrents.length === 0) return EXIT_CODES.failed;
		const code = await seedTorrents(torrents, 'btmany seed', context);
		return code === EXIT_CODES.done && failed > 0 ? EXIT_CODES.failed : code;
	} finally {
		await tracker?.server.close();
	}
}

/** A number is the exit code after a signal. */
async function prepareAll(
	operands: readonly string[],
	settings: MakeSettings,
	context: CommandContext,
): Promise<{ readonly torrents: readonly SeedTorrent[]; readonly failed: number } | number> {
	const { io } = context;
	const stop = watchStopRequests(io);
	const aborting = new AbortController();
	const { signal } = aborting;
	void stop.first.then(() => aborting.abort());
	const pool = new HashPool();
	const torrents = new Map<string, SeedTorrent>();
	let failed = 0;
	try {
		for (const operand of operands) {
			try {
				const prepared = await prepareSeed(operand, { settings, context, pool, signal });
				torrents.set(prepared.infohash, prepared);
			} catch (error) {
				if (!(error instanceof AppError)) throw error;
				if (signal.aborted) break;
				failed++;
				tellToolError(operand, error, context);
			}
		}
		if (signal.aborted) {
			io.stderr.write('btmany: Stopped; nothing is seeded\n');
			return stop.reason() === 'SIGINT' ? EXIT_CODES.interrupted : EXIT_CODES.incomplete;
		}
		return { torrents: [...torrents.values()], failed };
	} finally {
		await pool.close();
		stop.close();
	}
}

function trackerMistakes(flags: CommandFlags): readonly Mistake[] {
	const text = flags.get('tracker-port')?.at(-1);
	if (text === undefined) return [];
	if (!flags.has('tracker'))
		return [{ origin: '--tracker-port', message: 'Has a meaning beside --tracker only' }];
	const isPort = /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
	return isPort
		? []
		: [
				{
					origin: '--tracker-port',
					message: `expected a port (0 to 65535), got "${text.slice(0, 40)}"`,
				},
			];
}

/** The tracker of `--tracker`, and the URL by which others reach it. */
async function startTracker(
	flags: CommandFlags,
	{ clock, options }: CommandContext,
): Promise<{ readonly server: TrackerServer; readonly url: string }> {
	const port = Number(flags.get('tracker-port')?.at(-1) ?? 0);
	const host = options.bindAddress ?? ANY_ADDRESS;
	try {
		const server = await startTrackerServer({
			host,
			port,
			udpPort: port,
			intervalSeconds: ANNOUNCE_INTERVAL_SECONDS,
			clock,
			random: systemRandom,
		});
		const isAny = host === ANY_ADDRESS || host === '::';
		const address = options.announceAddress ?? (isAny ? ownAddress() : host);
		const url = new URL(server.announceUrl);
		const place = formatEndpoint({ address, port: Number(url.port) });
		return { server, url: `http://${place}/announce` };
	} catch (cause) {
		const reason = cause instanceof Error ? cause.message : String(cause);
		throw new AppError('SEED_TRACKER', `The tracker cannot start: ${reason}`, { cause });
	}
}

/** The first address of this machine that others can reach. */
function ownAddress(): string {
	const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
	const found = addresses.find(({ family, internal }) => family === 'IPv4' && !internal);
	return found?.address ?? '127.0.0.1';
}

/** Our tracker first; those that were given are the tiers behind it. */
function withTracker(settings: MakeSettings, url: string): MakeSettings {
	const { trackers } = settings.torrent;
	const plan = planTiers(url, trackers.tiers);
	return { ...settings, torrent: { ...settings.torrent, trackers: plan } };
}
