/** Making a torrent: btmany against mktorrent with as many threads, and transmission-create. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { equalBytes } from '../../src/primitives/bytes.js';
import { sha1 } from '../../src/storage/piece-hasher.js';
import { commandPeer, mktorrentPeer, pythonPeer } from '../contenders/installed.js';
import { programPath } from '../machine/project-folders.js';
import { makeTorrentFile } from '../payloads/make-torrent.js';
import { manyFiles, type PayloadFile, writeRandomFiles } from '../payloads/random-files.js';
import { runMeasured } from '../processes/run-measured.js';
import type { Bench, BenchCase, BenchSize, Contender, Peer } from '../rounds/bench-plan.js';

const MIB = 2 ** 20;
const THREADS = 2;
const LIMIT_MS = 300_000;

export const makeBench: Bench = {
	name: 'make',
	title: 'Making a torrent',
	method: [
		'The wall clock runs from start to end of the process: reading, hashing and writing the .torrent.',
		'The data is in the page cache. Every .torrent is read back and must have the right piece hashes.',
	],
	cases: (size) => [oneFile(size), manySmallFiles(size)],
};

function oneFile(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 8, default: 2048, full: 8192 }[size];
	const files = [{ path: 'data', lengthBytes: mebibytes * MIB }];
	return makeCase('one-file', `One file of ${mebibytes} MiB, pieces of 1 MiB`, files);
}

function manySmallFiles(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 8, default: 2048, full: 4096 }[size];
	const count = { smoke: 100, default: 10_000, full: 50_000 }[size];
	const files = manyFiles('data', count, mebibytes * MIB).sort(byBytes);
	const title = `${count} files of ${mebibytes} MiB together, pieces of 1 MiB`;
	return makeCase('many-files', title, files);
}

/** The order of a torrent made of a folder; the names are ASCII. */
function byBytes(a: PayloadFile, b: PayloadFile): number {
	return a.path < b.path ? -1 : 1;
}

function makeCase(name: string, title: string, files: readonly PayloadFile[]): BenchCase {
	const lengthBytes = files.reduce((sum, file) => sum + file.lengthBytes, 0);
	const prepared = { data: '', expected: '' };
	const contender = (
		label: string,
		peers: readonly Peer[],
		command: string,
		args: (output: string, data: string) => string[],
	): Contender => ({
		name: label,
		peers: [...peers, pythonPeer],
		settings: { pieceLength: '1 MiB' },
		async run({ folder }) {
			const output = path.join(folder, 'made.torrent');
			const usage = await runMeasured(command, args(output, prepared.data), {
				home: folder,
				logPath: path.join(folder, 'log'),
				limitMs: LIMIT_MS,
			});
			checkSame(output, prepared.expected);
			return {
				speed: lengthBytes / 1e6 / usage.wallSeconds,
				cpu: usage.cpuSeconds,
				rss: usage.peakRssMb,
			};
		},
	});
	const announce = 'http://127.0.0.1:9/announce';
	const transmissionCreate = commandPeer('transmission-create', ['--version']);
	return {
		name,
		title,
		figures: [
			{ name: 'speed', title: 'speed', unit: 'MB/s', better: 'higher' },
			{ name: 'cpu', title: 'CPU', unit: 's', better: 'lower', isCharted: true },
			{ name: 'rss', title: 'peak RSS', unit: 'MB', better: 'lower' },
		],
		roomBytes: lengthBytes,
		prepare: (folder) => {
			writeRandomFiles(folder, files, 4);
			const torrentPath = path.join(folder, 'expected.torrent');
			const options = { torrentPath, pieceLengthBytes: MIB };
			prepared.data = path.join(folder, 'data');
			prepared.expected = torrentPath;
			makeTorrentFile(folder, files, options);
			return Promise.resolve();
		},
		contenders: [
			contender('btmany', [], process.execPath, (output, data) => [
				programPath(),
				'make',
				'--announce',
				announce,
				'--piece-length',
				'1Mi',
				'--output',
				output,
				data,
			]),
			contender(`mktorrent -t ${THREADS}`, [mktorrentPeer], 'mktorrent', (output, data) => [
				'-t',
				String(THREADS),
				'-l',
				'20',
				'-a',
				announce,
				'-o',
				output,
				data,
			]),
			contender(
				'transmission-create',
				[transmissionCreate],
				'transmission-create',
				(output, data) => ['-s', '1024', '-t', announce, '-o', output, data],
			),
		],
		ratios: [
			{
				figure: 'speed',
				of: 'btmany',
				over: `mktorrent -t ${THREADS}`,
				target: { atLeast: 0.9 },
			},
			{ figure: 'speed', of: 'btmany', over: 'transmission-create' },
		],
	};
}

/** Only the pieces and name are compared: some write `private: 0`, which changes the infohash. */
function checkSame(madePath: string, expectedPath: string): void {
	const [made, expected] = [madePath, expectedPath].map((each) =>
		parseMetainfo(readFileSync(each), sha1),
	);
	if (made === undefined || expected === undefined) throw new Error('Nothing to compare');
	if (made.name === expected.name && equalBytes(made.pieceHashes, expected.pieceHashes)) return;
	throw new Error(`${madePath} has other pieces than ${expectedPath}`);
}
