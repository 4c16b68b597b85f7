/** Checking data that is there already: btmany against libtorrent with one and two hashing threads. */
import path from 'node:path';
import { libtorrentPeer, PYTHON } from '../contenders/installed.js';
import { benchFolder, programPath } from '../machine/project-folders.js';
import { type BenchTorrent, makeTorrentFile } from '../payloads/make-torrent.js';
import { manyFiles, type PayloadFile, writeRandomFiles } from '../payloads/random-files.js';
import { makeGate } from '../processes/gate.js';
import { MeasuredProcess } from '../processes/measured-process.js';
import type { Bench, BenchCase, BenchSize, Contender, Figures } from '../rounds/bench-plan.js';

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const LIMIT_MS = 300_000;

/** What a line of a contender's output means. */
type Mark = 'start' | 'end' | undefined;

export const recheckBench: Bench = {
	name: 'recheck',
	title: 'Checking data that is there',
	method: [
		'The data is in the page cache and nothing is known of it. The clock runs from the moment the check starts, as the process tells it, to its end with every piece found right; "from start" counts from the start of the process.',
		'btmany is the whole program as users run it, with its defaults; its checking threads run at low priority.',
		'CPU and memory are of the whole process, start included.',
	],
	cases: (size) => [oneFile(size), manySmallFiles(size), smallPieces(size)],
};

function oneFile(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 8, default: 2048, full: 8192 }[size];
	const files = [{ path: 'data', lengthBytes: mebibytes * MIB }];
	return recheckCase('one-file', `One file of ${mebibytes} MiB, pieces of 1 MiB`, files, MIB);
}

function manySmallFiles(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 8, default: 2048, full: 4096 }[size];
	const count = { smoke: 100, default: 10_000, full: 50_000 }[size];
	const files = manyFiles('data', count, mebibytes * MIB);
	const title = `${count} files of ${mebibytes} MiB together, pieces of 1 MiB`;
	return recheckCase('many-files', title, files, MIB);
}

function smallPieces(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 8, default: 1024, full: 4096 }[size];
	const files = [{ path: 'data', lengthBytes: mebibytes * MIB }];
	const title = `One file of ${mebibytes} MiB, pieces of 16 KiB`;
	return recheckCase('small-pieces', title, files, 16 * KIB);
}

function recheckCase(
	name: string,
	title: string,
	files: readonly PayloadFile[],
	pieceLengthBytes: number,
): BenchCase {
	let folder = '';
	let torrent: BenchTorrent | undefined;
	const given = (): { folder: string; torrentPath: string; lengthBytes: number } => {
		if (torrent === undefined) throw new Error('The bench was not prepared');
		return { folder, torrentPath: torrent.torrentPath, lengthBytes: torrent.lengthBytes };
	};
	const pieceCount = Math.ceil(
		files.reduce((sum, file) => sum + file.lengthBytes, 0) / pieceLengthBytes,
	);
	const btmany: Contender = {
		name: 'btmany',
		peers: [],
		settings: { options: 'defaults; get --headless --json --seed' },
		run: (round) => {
			const place = given();
			const args = ['get', place.torrentPath, '--headless', '--json', '--seed', '--port=0'];
			const folders = [`--download-dir=${place.folder}`, `--state-dir=${round.folder}/state`];
			const command = [programPath(), ...args, '--bind=127.0.0.1', ...folders];
			// A piece that fails would be downloaded: it would never be seeding.
			return check(process.execPath, command, round.folder, place.lengthBytes, (line) => {
				const { type } = JSON.parse(line) as { type: string };
				return type === 'checking' ? 'start' : type === 'seeding' ? 'end' : undefined;
			});
		},
	};
	const libtorrent = (threads: number): Contender => ({
		name: `libtorrent, ${threads} hashing`,
		peers: [libtorrentPeer],
		settings: { aioThreads: threads, hashingThreads: threads, checkingMemoryUsage: '8 MiB' },
		run: (round) => {
			const place = given();
			const script = path.join(benchFolder, 'benches', 'recheck-libtorrent.py');
			const command = [script, place.folder, place.torrentPath, String(threads)];
			return check(PYTHON, command, round.folder, place.lengthBytes, (line) => {
				if (line === 'start') return 'start';
				if (line === `end ${pieceCount}`) return 'end';
				throw new Error(`libtorrent found other pieces than ${pieceCount}: ${line}`);
			});
		},
	});
	const over = 'libtorrent, 2 hashing';
	return {
		name,
		title,
		figures: [
			{ name: 'speed', title: 'speed', unit: 'MB/s', better: 'higher' },
			{ name: 'wholeSpeed', title: 'speed from start', unit: 'MB/s', better: 'higher' },
			{ name: 'cpu', title: 'CPU', unit: 's', better: 'lower', isCharted: true },
			{ name: 'rss', title: 'peak RSS', unit: 'MB', better: 'lower' },
		],
		roomBytes: files.reduce((sum, file) => sum + file.lengthBytes, 0),
		prepare: (made) => {
			folder = made;
			writeRandomFiles(made, files, 5);
			const torrentPath = path.join(made, 'data.torrent');
			torrent = makeTorrentFile(made, files, { torrentPath, pieceLengthBytes });
			return Promise.resolve();
		},
		contenders: [btmany, libtorrent(2), libtorrent(1)],
		ratios: [
			{ figure: 'speed', of: 'btmany', over, target: { atLeast: 1.3 } },
			{ figure: 'wholeSpeed', of: 'btmany', over },
			{ figure: 'cpu', of: 'btmany', over },
		],
	};
}

async function check(
	command: string,
	args: readonly string[],
	home: string,
	lengthBytes: number,
	markOf: (line: string) => Mark,
): Promise<Figures> {
	const ended = makeGate();
	let startedAtMs = Number.NaN;
	let endedAtMs = Number.NaN;
	let wrong: unknown;
	const child = new MeasuredProcess(command, args, {
		home,
		logPath: path.join(home, 'log'),
		onLine: (line) => {
			try {
				const mark = markOf(line);
				if (mark === 'start' && Number.isNaN(startedAtMs)) startedAtMs = performance.now();
				if (mark !== 'end') return;
			} catch (error) {
				wrong = error;
			}
			endedAtMs = performance.now();
			ended.open();
		},
	});
	await child.expect('the end of the check', ended.opened, LIMIT_MS);
	const usage = await child.measureAndStop();
	if (wrong !== undefined) throw wrong;
	const speed = (fromMs: number): number => lengthBytes / 1e3 / (endedAtMs - fromMs);
	return {
		speed: speed(startedAtMs),
		wholeSpeed: speed(child.startedAtMs),
		cpu: usage.cpuSeconds,
		rss: usage.peakRssMb,
	};
}
