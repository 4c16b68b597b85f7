/** How long the thread that serves peers is held up while it works as hard as it can. */
import { linkSync } from 'node:fs';
import path from 'node:path';
import { btmany } from '../contenders/btmany-client.js';
import { libtorrent } from '../contenders/libtorrent-client.js';
import { type BenchTorrent, makeTorrentFile } from '../payloads/make-torrent.js';
import { writeRandomFiles } from '../payloads/random-files.js';
import type { Bench, BenchCase, BenchSize, TargetPlan } from '../rounds/bench-plan.js';
import { Load } from './pauses/load.js';
import { checkAndSeed, downloading } from './pauses/load-rounds.js';

const MIB = 2 ** 20;
/** By default a third longer than a window at 500 MB/s. */
const BIG_MEBIBYTES = { smoke: 16, default: 6144, full: 12_288 };

const FIGURES: BenchCase['figures'] = [
	{ name: 'p99', title: 'held up, p99', unit: 'ms', better: 'lower' },
	{ name: 'p50', title: 'held up, median', unit: 'ms', better: 'lower' },
	{ name: 'max', title: 'longest', unit: 'ms', better: 'lower', isCharted: true },
	{ name: 'speed', title: 'speed', unit: 'MB/s', better: 'higher' },
	{ name: 'windows', title: 'windows looked at', unit: '', better: 'neither' },
];

export const pausesBench: Bench = {
	name: 'pauses',
	title: 'Pauses of the event loop at full load',
	method: [
		'The program with its defaults on a watched folder, headless, tells every second how late its network thread came to a timer of 20 ms, over the last 10 seconds: `eventLoopLag...` of its `stats` lines.',
		'A timer of 20 ms is late by a pause less the time until it was due: a pause is told up to 20 ms shorter than it was, and up to 1 ms of lag is the timer itself.',
		'Shown is the worst window that lies whole inside the load; when the load is over sooner (smoke), the window in which it ended.',
		'The big payload is a sparse file of zeros: every byte of it is sent, hashed and written all the same. What is checked again is random bytes.',
		'Three rounds: each lasts as long as several windows.',
	],
	cases: (size) => [downloadCase(size), manyCase(size), recheckCase(size)],
};

function downloadCase(size: BenchSize): BenchCase {
	const load = new Load(BIG_MEBIBYTES[size]);
	return {
		...common(load, 'download', 'A download at full speed'),
		contenders: [libtorrent, btmany].map((seeder) => downloading(load, seeder, 0)),
		targets: target('btmany <- libtorrent', 'btmany <- btmany'),
		roomBytes: 2 * load.lengthBytes,
	};
}

function manyCase(size: BenchSize): BenchCase {
	const load = new Load(BIG_MEBIBYTES[size]);
	const count = { smoke: 20, default: 1000, full: 10_000 }[size];
	return {
		...common(load, 'many', `A download at full speed beside ${count} torrents that seed`),
		contenders: [downloading(load, btmany, count)],
		targets: target('btmany <- btmany'),
		roomBytes: load.lengthBytes + count * 100_000,
	};
}

function recheckCase(size: BenchSize): BenchCase {
	const load = new Load(BIG_MEBIBYTES[size]);
	const mebibytes = { smoke: 8, default: 2048, full: 2048 }[size];
	const count = { smoke: 1, default: 8, full: 16 }[size];
	let checked: readonly BenchTorrent[] = [];
	return {
		...common(load, 'recheck', `${count} checks of ${mebibytes} MiB beside a seed at full speed`),
		contenders: [
			{
				name: 'libtorrent <- btmany',
				peers: libtorrent.peers,
				run: ({ folder }) => checkAndSeed(load, folder, checked),
			},
		],
		targets: target('libtorrent <- btmany'),
		roomBytes: load.lengthBytes + mebibytes * MIB,
		async prepare(folder) {
			await load.prepare(folder);
			const source = path.join(folder, 'checked');
			writeRandomFiles(folder, [{ path: 'checked', lengthBytes: mebibytes * MIB }], 7);
			checked = Array.from({ length: count }, (_, number) => {
				const file = { path: `checked-${number}`, lengthBytes: mebibytes * MIB };
				linkSync(source, path.join(folder, file.path));
				const torrentPath = path.join(folder, `${file.path}.torrent`);
				return makeTorrentFile(folder, [file], { torrentPath, pieceLengthBytes: MIB });
			});
		},
	};
}

function common(
	load: Load,
	name: string,
	title: string,
): Pick<BenchCase, 'name' | 'title' | 'figures' | 'rounds' | 'prepare' | 'cleanUp'> {
	return {
		name,
		title,
		figures: FIGURES,
		rounds: 3,
		prepare: (folder) => load.prepare(folder),
		cleanUp: () => load.cleanUp(),
	};
}

function target(...contenders: readonly string[]): TargetPlan[] {
	return contenders.map((contender) => ({ contender, figure: 'p99', target: { atMost: 25 } }));
}
