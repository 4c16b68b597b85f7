/** A download at full speed beside many quiet torrents, with and without the dashboard. */
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { OnePeerTracker } from '../../contenders/one-peer-tracker.js';
import { compareFiles } from '../../payloads/compare-files.js';
import { type BenchTorrent, makeTorrentFile } from '../../payloads/make-torrent.js';
import { writeSparseFile } from '../../payloads/random-files.js';
import { freePort } from '../../processes/free-port.js';
import { type MeasuredProcess } from '../../processes/measured-process.js';
import { readUsage } from '../../processes/process-usage.js';
import type { BenchCase, BenchSize, Figures, Round } from '../../rounds/bench-plan.js';
import {
	type ManyTorrents,
	makeManyTorrents,
	startHeadless,
	watchArguments,
} from './many-torrents.js';
import { SEEDER_ADDRESS, startSeeder, watchFile } from './one-download.js';
import { scriptPeer, TerminalProgram } from './terminal-program.js';

const MIB = 2 ** 20;
const START_LIMIT_MS = 60_000;
const DOWNLOAD_LIMIT_MS = 300_000;

/** What is downloaded in each run, one after the other. */
interface Payload {
	readonly many: ManyTorrents;
	readonly source: string;
	readonly torrents: readonly BenchTorrent[];
	readonly tracker: OnePeerTracker;
}

interface Running {
	readonly process: MeasuredProcess;
	/** Of the program itself. */
	readonly pid: number;
	readonly quit: () => Promise<void>;
}

/** Starts the program on quiet torrents and waits until it has them. */
type Start = (many: ManyTorrents, home: string) => Promise<Running>;

export function downloadCase(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 64, default: 2048, full: 6144 }[size];
	const count = size === 'smoke' ? 20 : 1000;
	const downloads = size === 'smoke' ? 1 : 2;
	let payload: Payload | undefined;
	const contender = (name: string, start: Start) => ({
		name,
		peers: start === startInTerminal ? [scriptPeer] : [],
		run: (round: Round): Promise<Figures> => {
			if (payload === undefined) throw new Error('The payload was not made');
			return run(round, payload, start);
		},
	});
	return {
		name: 'download',
		title: `Downloading ${mebibytes / 1024} GiB from btmany beside ${count.toLocaleString('en-US')} torrents, ${downloads} times a round`,
		figures: [
			{ name: 'speed', title: 'speed', unit: 'MB/s', better: 'higher' },
			{ name: 'cpu', title: 'leech CPU', unit: 's/GB', better: 'lower', isCharted: true },
		],
		contenders: [
			contender('btmany, headless', startWithout),
			contender('btmany, dashboard', startInTerminal),
		],
		ratios: [
			{
				figure: 'speed',
				of: 'btmany, dashboard',
				over: 'btmany, headless',
				target: { atLeast: 0.97 },
			},
			{ figure: 'cpu', of: 'btmany, dashboard', over: 'btmany, headless' },
		],
		rounds: 5,
		warmUps: 0,
		settings: { downloads, torrents: count },
		roomBytes: mebibytes * MIB,
		async prepare(folder) {
			const many = await makeManyTorrents(folder, count, 4 * MIB);
			const source = path.join(folder, 'source');
			const tracker = await OnePeerTracker.start();
			const { announce } = tracker;
			const torrents = Array.from({ length: downloads }, (_, number) => {
				const files = [{ path: `download ${number}.bin`, lengthBytes: mebibytes * MIB }];
				for (const file of files) writeSparseFile(path.join(source, file.path), file.lengthBytes);
				const torrentPath = path.join(folder, `download-${number}.torrent`);
				return makeTorrentFile(source, files, { torrentPath, pieceLengthBytes: MIB, announce });
			});
			payload = { many, source, torrents, tracker };
		},
		async cleanUp() {
			await payload?.tracker.close();
		},
	};
}

async function run(round: Round, payload: Payload, start: Start): Promise<Figures> {
	const { folder } = round;
	// What this run finishes must not be known to the next.
	const state = path.join(folder, 'state');
	cpSync(payload.many.state, state, { recursive: true });
	const many = { ...payload.many, state };
	const program = await start(many, folder);
	let seconds = 0;
	let cpuSeconds = 0;
	let bytes = 0;
	for (const torrent of payload.torrents) {
		const one = await downloadOne(round, { ...payload, many }, torrent, program);
		seconds += one.seconds;
		cpuSeconds += one.cpuSeconds;
		bytes += torrent.lengthBytes;
	}
	await program.quit();
	return { speed: bytes / 1e6 / seconds, cpu: cpuSeconds / (bytes / 1e9) };
}

/** Only this torrent has a tracker, and so a peer. */
async function downloadOne(
	{ folder, signal }: Round,
	{ many, source, tracker }: Payload,
	torrent: BenchTorrent,
	program: Running,
): Promise<{ readonly seconds: number; readonly cpuSeconds: number }> {
	const dropped = path.join(many.watched, path.basename(torrent.torrentPath));
	const target = path.join(many.payload, torrent.name);
	const home = path.join(folder, `seeder ${torrent.name}`);
	mkdirSync(home);
	const port = await freePort(SEEDER_ADDRESS);
	const seeder = await startSeeder({ source, torrent, port, home });
	void tracker.expect({ address: SEEDER_ADDRESS, port }, 1);
	try {
		const arriving = watchFile(target, torrent.lengthBytes, signal);
		const before = arriving.begun.then(() => readUsage(program.pid).cpuSeconds);
		// When the download fails, that is what is told.
		before.catch(() => undefined);
		copyFileSync(torrent.torrentPath, dropped);
		const seconds = await program.process.expect(
			'the download',
			arriving.seconds,
			DOWNLOAD_LIMIT_MS,
		);
		const cpuSeconds = readUsage(program.pid).cpuSeconds - (await before);
		await seeder.stop();
		compareFiles(source, many.payload, [torrent.name]);
		return { seconds, cpuSeconds };
	} finally {
		rmSync(dropped, { force: true });
		rmSync(target, { force: true });
	}
}

const startWithout: Start = async (many, home) => {
	const { process: child, allSeed } = startHeadless(many, home, [`--port=${await freePort()}`]);
	await child.expect('all seeding', allSeed, START_LIMIT_MS);
	return { process: child, pid: child.pid, quit: () => child.stop() };
};

const startInTerminal: Start = async (many, home) => {
	const program = new TerminalProgram(
		[...watchArguments(many), `--port=${await freePort()}`],
		home,
	);
	await program.sees(new RegExp(` Seed ${many.count} `), START_LIMIT_MS);
	return { process: program.process, pid: program.pid, quit: () => program.quit() };
};
