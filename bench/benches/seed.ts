/** Seeding one torrent to one and to eight libtorrent leechers. */
import { btmany } from '../contenders/btmany-client.js';
import { libtorrent } from '../contenders/libtorrent-client.js';
import type { Bench, BenchCase, BenchSize } from '../rounds/bench-plan.js';
import { TRANSFER_METHOD, transferCase } from '../transfers/transfer-case.js';

const MIB = 2 ** 20;

export const seedBench: Bench = {
	name: 'seed',
	title: 'Seeding one torrent to libtorrent leechers',
	method: [
		...TRANSFER_METHOD,
		'Speed is that of the seeder: the bytes of all leechers together. Leechers know of no other peer than the seeder.',
	],
	cases: (size) => [seedTo(1, size), seedTo(8, size)],
};

function seedTo(leecherCount: number, size: BenchSize): BenchCase {
	const wholeMebibytes = { smoke: 32, default: 2048, full: 8192 }[size];
	const mebibytes = wholeMebibytes / leecherCount;
	const payload = { name: 'seed', lengthBytes: mebibytes * MIB, pieceLengthBytes: MIB };
	const leechers = leecherCount === 1 ? '1 leecher' : `${leecherCount} leechers`;
	const ours = `btmany to ${leechers}`;
	const theirs = `libtorrent to ${leechers}`;
	return transferCase({
		name: leecherCount === 1 ? 'one-leecher' : 'eight-leechers',
		title: `${mebibytes} MiB to ${leechers}, pieces of 1 MiB`,
		pairs: [
			{ name: ours, leecher: libtorrent, seeder: btmany, leecherCount, payload },
			{ name: theirs, leecher: libtorrent, seeder: libtorrent, leecherCount, payload },
		],
		figures: [
			{ name: 'speed', title: 'speed', unit: 'MB/s', better: 'higher' },
			{ name: 'seederCpu', title: 'seeder CPU', unit: 's/GB', better: 'lower', isCharted: true },
			{ name: 'seederRss', title: 'seeder peak RSS', unit: 'MB', better: 'lower' },
		],
		ratios: [
			{ figure: 'speed', of: ours, over: theirs, target: { atLeast: 1 } },
			{ figure: 'seederCpu', of: ours, over: theirs, target: { atMost: 0.6 } },
		],
	});
}
