/** How long the program takes to say something, and what a short run costs. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pythonPeer } from '../contenders/installed.js';
import { programPath } from '../machine/project-folders.js';
import { makeTorrentFile } from '../payloads/make-torrent.js';
import { writeRandomFiles } from '../payloads/random-files.js';
import { makeGate } from '../processes/gate.js';
import { MeasuredProcess } from '../processes/measured-process.js';
import { type CommandUsage, runMeasured } from '../processes/run-measured.js';
import type { Bench, BenchCase, BenchSize, Contender } from '../rounds/bench-plan.js';

const LIMIT_MS = 20_000;
const SMALL_FILE = 'small.bin';
/** Starts in one round, of which the median counts: a process is short beside what disturbs it. */
const STARTS = { smoke: 1, default: 5, full: 15 } as const;

export const startupBench: Bench = {
	name: 'startup',
	title: 'Starting the program',
	method: [
		'`--help` and `--version`: the wall clock from before the process is started until it has ended.',
		'`get`: until its first line of output, which it writes when it listens for peers.',
		'Short runs: a whole `get` of a torrent without tracker whose data is there and known to be right, and a whole `make`, both of 64 KiB; wall clock and CPU of the process.',
		'`node -e 0` is what Node itself needs.',
	],
	cases: (size) => [firstWords(size), shortRuns(size)],
};

function firstWords(size: BenchSize): BenchCase {
	let torrentPath = '';
	return {
		name: 'first-words',
		title: 'Help, version, and the first line of a download',
		figures: [{ name: 'wall', title: 'wall clock', unit: 'ms', better: 'lower' }],
		warmUps: 1,
		prepare: (folder) => {
			torrentPath = makeSmallTorrent(folder);
			return Promise.resolve();
		},
		contenders: [
			ending('node -e 0', ['-e', '0'], size),
			ending('btmany --help', [programPath(), '--help'], size),
			ending('btmany --version', [programPath(), '--version'], size),
			{
				name: 'btmany get',
				peers: [],
				run: async ({ folder }) => ({ wall: await firstLineMs(folder, torrentPath) }),
			},
		],
		ratios: [{ figure: 'wall', of: 'btmany --help', over: 'node -e 0' }],
		targets: [{ contender: 'btmany --help', figure: 'wall', target: { atMost: 150 } }],
	};
}

function shortRuns(size: BenchSize): BenchCase {
	let dataFolder = '';
	let torrentPath = '';
	return {
		name: 'short-runs',
		title: 'A download that is complete already, and a small torrent made',
		figures: [
			{ name: 'wall', title: 'wall clock', unit: 'ms', better: 'lower' },
			{ name: 'cpu', title: 'CPU', unit: 'ms', better: 'lower' },
			{ name: 'rss', title: 'peak RSS', unit: 'MB', better: 'lower' },
		],
		warmUps: 1,
		prepare: (folder) => {
			dataFolder = folder;
			torrentPath = makeSmallTorrent(folder);
			return Promise.resolve();
		},
		contenders: [
			wholeRun('node -e 0', size, () => ['-e', '0']),
			wholeRun('btmany get', size, (folder) => getArguments(torrentPath, dataFolder, folder)),
			wholeRun('btmany make', size, (folder) => [
				programPath(),
				'make',
				'--force',
				'--output',
				path.join(folder, 'made.torrent'),
				path.join(dataFolder, SMALL_FILE),
			]),
		],
		ratios: [],
	};
}

/** The first run is not counted: it writes the state that says which data is right. */
function wholeRun(
	name: string,
	size: BenchSize,
	args: (folder: string) => readonly string[],
): Contender {
	return {
		name,
		peers: [pythonPeer],
		async run({ folder }) {
			const options = { home: folder, logPath: path.join(folder, 'log'), limitMs: LIMIT_MS };
			const usages: CommandUsage[] = [];
			for (let i = 0; i <= STARTS[size]; i++)
				usages.push(await runMeasured(process.execPath, [...args(folder)], options));
			const counted = usages.slice(1);
			return {
				wall: middle(counted.map((usage) => usage.wallSeconds * 1000)),
				cpu: middle(counted.map((usage) => usage.cpuSeconds * 1000)),
				rss: middle(counted.map((usage) => usage.peakRssMb)),
			};
		},
	};
}

function ending(name: string, args: readonly string[], size: BenchSize): Contender {
	return {
		name,
		peers: [],
		run: ({ folder }) => {
			const times: number[] = [];
			for (let i = 0; i < STARTS[size]; i++) {
				const startMs = performance.now();
				const ended = spawnSync(process.execPath, args, {
					cwd: folder,
					encoding: 'utf8',
					env: { PATH: process.env['PATH'], HOME: folder },
				});
				times.push(performance.now() - startMs);
				if (ended.status !== 0) throw new Error(`It ended with ${ended.status}: ${ended.stderr}`);
			}
			return Promise.resolve({ wall: middle(times) });
		},
	};
}

async function firstLineMs(folder: string, torrentPath: string): Promise<number> {
	const first = makeGate();
	const get = new MeasuredProcess(process.execPath, getArguments(torrentPath, folder, folder), {
		home: folder,
		logPath: path.join(folder, 'btmany.log'),
		onLine: first.open,
	});
	await get.expect('first line', first.opened, LIMIT_MS);
	const wallMs = performance.now() - get.startedAtMs;
	await get.stop();
	return wallMs;
}

function getArguments(torrentPath: string, dataFolder: string, folder: string): string[] {
	return [
		programPath(),
		'get',
		torrentPath,
		'--headless',
		'--port=0',
		'--bind=127.0.0.1',
		`--download-dir=${dataFolder}`,
		`--state-dir=${path.join(folder, 'state')}`,
	];
}

function middle(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function makeSmallTorrent(folder: string): string {
	const torrentPath = path.join(folder, 'small.torrent');
	const files = [{ path: SMALL_FILE, lengthBytes: 65_536 }];
	writeRandomFiles(folder, files, 1);
	makeTorrentFile(folder, files, { torrentPath, pieceLengthBytes: 16_384 });
	return torrentPath;
}
