/** One seed and many leechers with capped uplinks: how near to the best there could be? */
import path from 'node:path';
import { libtorrentPeer } from '../contenders/installed.js';
import { compiledFolder } from '../machine/project-folders.js';
import { type BenchTorrent, makeTorrentFile } from '../payloads/make-torrent.js';
import { writeRandomFiles } from '../payloads/random-files.js';
import { MeasuredProcess } from '../processes/measured-process.js';
import type {
	Bench,
	BenchCase,
	BenchSize,
	Contender,
	FigureKind,
	Figures,
} from '../rounds/bench-plan.js';
import { GatheringTracker } from './swarm/gathering-tracker.js';
import type { Kind } from './swarm/member.js';
import { runSwarm } from './swarm/run-swarm.js';
import { SHARING_FIGURES } from './swarm/sharing-figures.js';

const MIB = 2 ** 20;
const PIECE_LENGTH_BYTES = MIB / 4;
const LEECHERS = 10;
const SIMULATION_LIMIT_MS = 600_000;

const REAL_FIGURES: readonly FigureKind[] = [
	...SHARING_FIGURES,
	{ name: 'seederCopies', title: 'copies the seeder sent', unit: 'x', better: 'lower' },
];

export const swarmBench: Bench = {
	name: 'swarm',
	title: 'One seed and many leechers with capped uplinks',
	method: [
		'The ideal is the lower bound of fluid analysis: the greater of size / uplink of the seed and all copies / all uplinks together.',
		'Real swarms: every member is a process of its own with an address of its own; the clock runs from the answer of the tracker, which waits for all, to the last verified piece of each leecher. Libtorrent has its default settings with the same limits and 20 upload slots like btmany; encryption, uTP, DHT and peer exchange are off.',
		'Simulated swarms: the picker, the choker and the request depth of the program on a virtual clock, 80 connections for each peer, a round trip of 100 ms; another random sequence in each round. Only their CPU depends on the machine. The one of 1,000 leechers takes minutes: two rounds.',
	],
	cases: (size) => [
		realSwarm(size),
		simulated('simulated-equal', size, 'equal', 100),
		simulated('simulated-mixed', size, 'mixed', 100),
		// A round takes minutes, and one differs from the other by a hundredth.
		{ ...simulated('simulated-thousand', size, 'equal', 1000), rounds: size === 'smoke' ? 1 : 2 },
	],
};

function realSwarm(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 4, default: 64, full: 256 }[size];
	const uplink = (size === 'smoke' ? 8 : 4) * MIB;
	let torrent: BenchTorrent | undefined;
	let tracker: GatheringTracker | undefined;
	let payloadFolder = '';
	const contender = (kind: Kind): Contender => ({
		name: kind,
		peers: kind === 'libtorrent' ? [libtorrentPeer] : [],
		run: ({ folder }) => {
			if (torrent === undefined || tracker === undefined) throw new Error('Not prepared');
			return runSwarm({
				kind,
				leecherCount: LEECHERS,
				seederBytesPerSecond: uplink,
				leecherBytesPerSecond: uplink,
				torrent,
				payloadFolder,
				tracker,
				folder,
			});
		},
	});
	return {
		name: 'real',
		title: `${mebibytes} MiB from 1 seeder to ${LEECHERS} leechers, uplinks of ${uplink / MIB} MiB/s each`,
		figures: REAL_FIGURES,
		settings: { uploadSlots: 20, pieceLengthKib: PIECE_LENGTH_BYTES / 1024 },
		roomBytes: (LEECHERS + 1) * mebibytes * MIB,
		prepare: async (folder) => {
			payloadFolder = folder;
			tracker = await GatheringTracker.start();
			const files = [{ path: 'swarm.bin', lengthBytes: mebibytes * MIB }];
			writeRandomFiles(folder, files, 7);
			torrent = makeTorrentFile(folder, files, {
				torrentPath: path.join(folder, 'swarm.torrent'),
				pieceLengthBytes: PIECE_LENGTH_BYTES,
				announce: tracker.announce,
			});
		},
		cleanUp: async () => {
			await tracker?.close();
		},
		contenders: [contender('btmany'), contender('libtorrent')],
		ratios: ['last', 'median'].map((figure) => ({
			figure,
			of: 'btmany',
			over: 'libtorrent',
		})),
	};
}

function simulated(
	name: string,
	size: BenchSize,
	mix: 'equal' | 'mixed',
	leecherCount: number,
): BenchCase {
	const isSmoke = size === 'smoke';
	const count = isSmoke ? leecherCount / 10 : leecherCount;
	const mostPieces = leecherCount > 100 ? 128 : 256;
	const pieces = isSmoke ? 32 : size === 'full' ? mostPieces * 2 : mostPieces;
	const uplinks = mix === 'equal' ? '1 MiB/s' : '0.5 or 2 MiB/s';
	return {
		name,
		title: `Virtual clock: ${(pieces * PIECE_LENGTH_BYTES) / MIB} MiB, seed with 4 MiB/s, leechers with ${uplinks}`,
		figures: SHARING_FIGURES,
		// Every round is another random sequence; nothing needs to get warm.
		warmUps: 0,
		contenders: [
			{
				name: `${count.toLocaleString('en-US')} leechers`,
				peers: [],
				run: ({ number, folder }) => simulate(count, mix, pieces, number, folder),
			},
		],
	};
}

async function simulate(
	count: number,
	mix: string,
	pieces: number,
	seed: number,
	folder: string,
): Promise<Figures> {
	const script = path.join(compiledFolder, 'bench', 'benches', 'swarm', 'simulate-swarm.js');
	let figures: Figures | undefined;
	const simulation = new MeasuredProcess(
		process.execPath,
		[script, `${count}`, mix, `${pieces}`, `${seed}`],
		{
			home: folder,
			logPath: path.join(folder, 'simulation.log'),
			onLine: (line) => {
				figures = JSON.parse(line) as Figures;
			},
		},
	);
	const late = setTimeout(() => simulation.kill(), SIMULATION_LIMIT_MS);
	const code = await simulation.exited;
	clearTimeout(late);
	if (code !== 0 || figures === undefined)
		throw new Error(`It ended with ${code}\n${simulation.tail()}`);
	return figures;
}
