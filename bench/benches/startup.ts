/** How long the program takes to say something. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { programPath } from '../machine/project-folders.js';
import { makeTorrentFile } from '../payloads/make-torrent.js';
import { writeRandomFiles } from '../payloads/random-files.js';
import { makeGate } from '../processes/gate.js';
import { MeasuredProcess } from '../processes/measured-process.js';
import type { Bench, BenchSize, Contender } from '../rounds/bench-plan.js';

const LIMIT_MS = 20_000;
/** Starts in one round, of which the median counts: a process is short beside what disturbs it. */
const STARTS = { smoke: 1, default: 5, full: 15 } as const;

export const startupBench: Bench = {
	name: 'startup',
	title: 'From starting the program to its first words',
	method: [
		'`--help` and `--version`: the wall clock from before the process is started until it has ended.',
		'`get`: until its first line of output, which it writes when it listens for peers.',
		'`node -e 0` is what Node itself needs.',
	],
	cases: (size) => {
		let torrentPath = '';
		return [
			{
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
			},
		];
	},
};

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
			times.sort((a, b) => a - b);
			return Promise.resolve({ wall: times[Math.floor(times.length / 2)] ?? 0 });
		},
	};
}

async function firstLineMs(folder: string, torrentPath: string): Promise<number> {
	const first = makeGate();
	const get = new MeasuredProcess(
		process.execPath,
		[
			programPath(),
			'get',
			torrentPath,
			'--headless',
			'--port=0',
			'--bind=127.0.0.1',
			`--download-dir=${folder}`,
			`--state-dir=${path.join(folder, 'state')}`,
		],
		{ home: folder, logPath: path.join(folder, 'btmany.log'), onLine: first.open },
	);
	await get.expect('first line', first.opened, LIMIT_MS);
	const wallMs = performance.now() - get.startedAtMs;
	await get.stop();
	return wallMs;
}

function makeSmallTorrent(folder: string): string {
	const torrentPath = path.join(folder, 'small.torrent');
	const files = [{ path: 'small.bin', lengthBytes: 65_536 }];
	writeRandomFiles(folder, files, 1);
	makeTorrentFile(folder, files, { torrentPath, pieceLengthBytes: 16_384 });
	return torrentPath;
}
