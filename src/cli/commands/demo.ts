/** `btmany demo`: the main job with nothing else needed; tracker and seed run inside the program. */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '../../primitives/app-error.js';
import { systemRandom } from '../../primitives/clock.js';
import type { SessionApi } from '../../session/session-api.js';
import { defaultSessionOptions, type SessionOptions } from '../../session/session-options.js';
import type { SessionSnapshot } from '../../session/snapshot.js';
import { startTrackerServer } from '../../tracker-server/tracker-server.js';
import { startWatchFolder } from '../../watch/watch-folder.js';
import { type CommandContext, noteMissingTerminal, stopMessage } from '../command-context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { formatSize } from '../output/format.js';
import { startReporter } from '../output/start-reporter.js';
import { type StopReason, type StopRequests, watchStopRequests } from '../signals.js';
import { demoSamples, type Sample, sampleBytes, samplePath, writeSample } from './demo-samples.js';
import { isComplete } from './get-outcome.js';
import { haveSameBytes } from './same-bytes.js';
import { startEngine } from './start-engine.js';

const LOOPBACK = '127.0.0.1';
/** With a screen, slow enough to look around: about 25 s for the large sample. */
const SHOWN = { largeMib: 192, uploadRate: 8_000_000 };
const HEADLESS = { largeMib: 48, uploadRate: 0 };
/** Between one `.torrent` and the next, with a screen. */
const DROP_INTERVAL_MS = 4000;
const RESCAN_INTERVAL_MS = 1000;
const ANNOUNCE_INTERVAL_SECONDS = 30;
/** Longer than any machine needs; a demo that hangs must say so. */
const DEADLINE_MS = 180_000;

interface Prepared {
	readonly sample: Sample;
	readonly metainfoBytes: Uint8Array;
}

interface Stage {
	readonly seedDir: string;
	readonly downloadDir: string;
	readonly watchDir: string;
	readonly prepared: readonly Prepared[];
	readonly downloader: SessionApi;
}

/** @returns 0 when all went well or `q` was pressed, 1 when a sample did not arrive unchanged */
export async function demo(context: CommandContext): Promise<number> {
	noteMissingTerminal(context);
	const stop = watchStopRequests(context.io);
	const root = await mkdtemp(path.join(os.tmpdir(), 'btmany-demo-'));
	const undo: (() => Promise<void>)[] = [() => rm(root, { recursive: true, force: true })];
	try {
		return await play(root, context, stop, undo);
	} finally {
		// A second signal still ends it at once.
		const closing = watchStopRequests(context.io);
		stop.close();
		for (const step of undo.toReversed()) await step();
		closing.close();
	}
}

async function play(
	root: string,
	context: CommandContext,
	stop: StopRequests,
	undo: (() => Promise<void>)[],
): Promise<number> {
	const { clock, io, isDashboard, logger } = context;
	const size = isDashboard ? SHOWN : HEADLESS;
	const folders = ['seed', 'downloads', 'watch', 'state', 'seed-state'];
	const [seedDir = '', downloadDir = '', watchDir = '', stateDir = '', seedStateDir = ''] =
		folders.map((name) => path.join(root, name));
	for (const folder of [seedDir, downloadDir, watchDir]) await mkdir(folder);
	if (isDashboard) io.stdout.write('Making samples…\n');
	const tracker = await startTrackerServer({
		host: LOOPBACK,
		port: 0,
		intervalSeconds: ANNOUNCE_INTERVAL_SECONDS,
		clock,
		random: systemRandom,
	});
	undo.push(() => tracker.close());
	const prepared: Prepared[] = [];
	for (const [index, sample] of demoSamples(size.largeMib).entries()) {
		const metainfoBytes = await writeSample(sample, seedDir, tracker.announceUrl, index + 1);
		prepared.push({ sample, metainfoBytes });
	}
	const seeder = await startEngine(
		{
			...loopbackOptions(seedStateDir, seedDir),
			maxUploadRateBytesPerSecond: size.uploadRate,
		},
		context,
	);
	undo.push(() => seeder.close());
	await seedAll(seeder, prepared, path.join(root, 'torrents'), stop);
	const early = stop.reason();
	if (early !== undefined) return endedEarly(early, context);

	const downloader = await startEngine(loopbackOptions(stateDir, downloadDir), context);
	undo.push(() => downloader.close());
	const reporter = startReporter(downloader, context);
	undo.push(async () => reporter.close());
	const watched = await startWatchFolder({
		folder: watchDir,
		session: downloader,
		recursive: 'all',
		rescanIntervalMs: RESCAN_INTERVAL_MS,
		stateDir,
		logger,
		clock,
	});
	undo.push(() => watched.close());
	reporter.followLedger(() => watched.ledger());
	const stage: Stage = { seedDir, downloadDir, watchDir, prepared, downloader };
	if (isDashboard) return show(stage, context, stop);
	return playHeadless(stage, context, stop);
}

async function show(stage: Stage, context: CommandContext, stop: StopRequests): Promise<number> {
	const { clock, io } = context;
	const { startUi } = await import('../../ui/start-ui.js');
	const waiting = [...stage.prepared];
	const dropNext = (): void => {
		const next = waiting.shift();
		if (next === undefined) return;
		// The temporary folder may be gone when the dashboard was left meanwhile.
		drop(next, stage.watchDir).catch(() => undefined);
	};
	dropNext();
	const stopDropping = clock.every(DROP_INTERVAL_MS, dropNext);
	// While the dashboard runs, it has the signals.
	stop.close();
	try {
		const title = 'btmany demo';
		const { exitCode } = await startUi({
			session: stage.downloader,
			title,
			openWizardPort: async () => {
				const { openWizardPort } = await import('./open-wizard.js');
				return openWizardPort(context, true);
			},
		});
		const done = stage.downloader.getSnapshot().torrents.filter(isComplete).length;
		io.stdout.write(`${done} of ${stage.prepared.length} samples were downloaded; cleaning up\n`);
		return exitCode;
	} finally {
		stopDropping();
	}
}

async function playHeadless(
	stage: Stage,
	context: CommandContext,
	stop: StopRequests,
): Promise<number> {
	const { io, options } = context;
	for (const [index, each] of stage.prepared.entries()) {
		await drop(each, stage.watchDir);
		const arrived = (snapshot: SessionSnapshot): boolean =>
			snapshot.torrents.filter(isComplete).length > index;
		const reason = await waitUntil(stage.downloader, arrived, stop, `"${each.sample.name}"`);
		if (reason !== undefined) return endedEarly(reason, context);
	}
	const samples = stage.prepared.map(({ sample }) => sample);
	const different = await findDifferent(stage, samples);
	for (const name of different) io.stderr.write(`btmany: Demo: ${name} has other bytes\n`);
	const total = formatSize(samples.reduce((sum, sample) => sum + sampleBytes(sample), 0));
	const verdict = different.length === 0 ? 'every byte is the same' : 'bytes differ';
	const text = `Downloaded ${samples.length} samples (${total}) from a seed on loopback and compared them: ${verdict}`;
	// Standard output is for JSON alone then.
	(options.isJson ? io.stderr : io.stdout).write(`${text}\n`);
	return different.length === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
}

function endedEarly(reason: StopReason, { io }: CommandContext): number {
	io.stderr.write(`btmany: Demo ended early: ${stopMessage(reason)}\n`);
	return reason === 'SIGINT' ? EXIT_CODES.interrupted : EXIT_CODES.incomplete;
}

async function findDifferent(stage: Stage, samples: readonly Sample[]): Promise<string[]> {
	const different: string[] = [];
	for (const sample of samples) {
		for (const file of sample.files) {
			const original = samplePath(stage.seedDir, sample, file);
			const copy = samplePath(stage.downloadDir, sample, file);
			if (!(await haveSameBytes(original, copy))) different.push(copy);
		}
	}
	return different;
}

async function seedAll(
	seeder: SessionApi,
	prepared: readonly Prepared[],
	torrentDir: string,
	stop: StopRequests,
): Promise<void> {
	for (const { metainfoBytes, sample } of prepared) {
		const torrentPath = path.join(torrentDir, `${sample.name}.torrent`);
		const result = await seeder.dispatch({ type: 'add', metainfoBytes, torrentPath });
		if (!result.ok) throw new AppError('DEMO_FAILED', `Demo cannot seed: ${result.message}`);
	}
	const areSeeding = ({ torrents }: SessionSnapshot): boolean =>
		torrents.length === prepared.length && torrents.every(({ state }) => state === 'seeding');
	await waitUntil(seeder, areSeeding, stop, 'the seed');
}

/** The file appears at once with all its bytes, under a name that is watched. */
async function drop({ metainfoBytes, sample }: Prepared, watchDir: string): Promise<void> {
	const temporary = path.join(watchDir, `.${sample.name}.part`);
	await writeFile(temporary, metainfoBytes);
	await rename(temporary, path.join(watchDir, `${sample.name}.torrent`));
}

/**
 * Waits for a state of the session.
 * @returns why it stopped early, or undefined
 * @throws {AppError} `DEMO_FAILED` at the deadline
 */
async function waitUntil(
	session: SessionApi,
	isThere: (snapshot: SessionSnapshot) => boolean,
	stop: StopRequests,
	what: string,
): Promise<StopReason | undefined> {
	const undo: (() => void)[] = [];
	try {
		return await Promise.race([
			stop.first,
			new Promise<undefined>((resolve) => {
				const look = (): void => {
					if (isThere(session.getSnapshot())) resolve(undefined);
				};
				undo.push(session.subscribe(look));
				look();
			}),
			new Promise<never>((_resolve, reject) => {
				const message = `Demo waited ${DEADLINE_MS / 1000} s for ${what}`;
				const giveUp = (): void => reject(new AppError('DEMO_FAILED', message));
				const timer = setTimeout(giveUp, DEADLINE_MS);
				undo.push(() => clearTimeout(timer));
			}),
		]);
	} finally {
		for (const step of undo) step();
	}
}

function loopbackOptions(stateDir: string, downloadDir: string): SessionOptions {
	return {
		...defaultSessionOptions(stateDir),
		downloadDir,
		ports: { first: 0, last: 0 },
		bindAddress: LOOPBACK,
	};
}
