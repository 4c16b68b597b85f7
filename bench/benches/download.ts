/** Downloading one torrent from one seeder, every client in turn. */
import { aria2 } from '../contenders/aria2-client.js';
import { btmany } from '../contenders/btmany-client.js';
import type { Client } from '../contenders/client.js';
import { libtorrent } from '../contenders/libtorrent-client.js';
import { qbittorrent } from '../contenders/qbittorrent-client.js';
import { rtorrent } from '../contenders/rtorrent-client.js';
import { transmission } from '../contenders/transmission-client.js';
import { webtorrent } from '../contenders/webtorrent-client.js';
import type { Bench, BenchCase, BenchSize, RatioPlan, TargetPlan } from '../rounds/bench-plan.js';
import {
	type PairPlan,
	pairName,
	TRANSFER_METHOD,
	transferCase,
} from '../transfers/transfer-case.js';
import type { PayloadPlan } from '../transfers/transfer-payload.js';

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

const OTHERS: readonly Client[] = [aria2, transmission, rtorrent, qbittorrent, webtorrent];

const OWN_OVER_LIBTORRENT: RatioPlan = {
	figure: 'speed',
	of: 'btmany <- btmany',
	over: 'libtorrent <- libtorrent',
};
const OWN_LEECHER: RatioPlan = {
	figure: 'speed',
	of: 'btmany <- libtorrent',
	over: 'libtorrent <- libtorrent',
};
const OWN_SEEDER: RatioPlan = {
	figure: 'speed',
	of: 'libtorrent <- btmany',
	over: 'libtorrent <- libtorrent',
};

const OWN_MEMORY: readonly TargetPlan[] = ['btmany <- btmany', 'btmany <- libtorrent'].map(
	(contender) => ({ contender, figure: 'leecherRss', target: { atMost: 200 } }),
);

export const downloadBench: Bench = {
	name: 'download',
	title: 'One download from one seeder',
	method: TRANSFER_METHOD,
	cases: (size) => [
		oneFile(size),
		otherClients(size),
		manyFiles(size),
		smallPieces(size),
		sparse(size),
	],
};

function oneFile(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 16, default: 2048, full: 4096 }[size];
	const payload = { name: 'one', lengthBytes: mebibytes * MIB, pieceLengthBytes: MIB };
	return transferCase({
		name: 'one-file',
		title: `One file of ${tellSize(mebibytes)}, pieces of 1 MiB`,
		pairs: ownPairs(payload),
		ratios: [
			{ ...OWN_OVER_LIBTORRENT, target: { atLeast: 2 } },
			{ ...OWN_LEECHER, target: { atLeast: 1 } },
			{ ...OWN_LEECHER, figure: 'leecherCpu', target: { atMost: 0.6 } },
			{ ...OWN_SEEDER, target: { atLeast: 1 } },
			{ ...OWN_SEEDER, figure: 'seederCpu', target: { atMost: 0.6 } },
		],
		targets: OWN_MEMORY,
	});
}

/** A case of its own: some of them take long, and 2 GiB would say nothing else. */
function otherClients(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 16, default: 512, full: 2048 }[size];
	const payload = { name: 'others', lengthBytes: mebibytes * MIB, pieceLengthBytes: MIB };
	const from = (seeder: Client) => (leecher: Client) => ({ leecher, seeder, payload });
	const willDial = OTHERS.filter(({ refusesLoopbackPeers }) => refusesLoopbackPeers !== true);
	return transferCase({
		name: 'other-clients',
		title: `Other clients, one file of ${tellSize(mebibytes)}, pieces of 1 MiB`,
		pairs: [
			...[btmany, ...OTHERS].map(from(libtorrent)),
			...(size === 'full' ? [btmany, ...willDial].map(from(btmany)) : []),
		],
		ratios: ['speed', 'flowSpeed', 'leecherCpu'].flatMap((figure) =>
			OTHERS.map(
				({ name }): RatioPlan => ({
					figure,
					of: 'btmany <- libtorrent',
					over: `${name} <- libtorrent`,
					...(figure === 'leecherCpu' ? {} : { target: { atLeast: 1 } }),
				}),
			),
		),
	});
}

function manyFiles(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 8, default: 4096, full: 4096 }[size];
	const fileCount = { smoke: 200, default: 10_000, full: 10_000 }[size];
	const payload = {
		name: 'many',
		lengthBytes: mebibytes * MIB,
		pieceLengthBytes: MIB,
		fileCount,
	};
	// Our seeder with another leecher is in the other cases; here four gigabytes have to be compared.
	const pairs = size === 'full' ? ownPairs(payload) : ownPairs(payload).slice(0, 3);
	return transferCase({
		name: 'many-files',
		title: `${fileCount.toLocaleString('en-US')} files of ${tellSize(mebibytes)} together, pieces of 1 MiB`,
		pairs,
		ratios: sameOrFaster(pairs),
		targets: OWN_MEMORY,
	});
}

function smallPieces(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 8, default: 512, full: 2048 }[size];
	const payload = { name: 'small', lengthBytes: mebibytes * MIB, pieceLengthBytes: 16 * KIB };
	const pairs = ownPairs(payload);
	return transferCase({
		name: 'small-pieces',
		title: `One file of ${tellSize(mebibytes)}, pieces of 16 KiB`,
		pairs,
		ratios: sameOrFaster(pairs),
	});
}

/** Does memory grow with the torrent? */
function sparse(size: BenchSize): BenchCase {
	const sizes = { smoke: [16, 32], default: [2048], full: [2048, 16_384] }[size];
	const pairs = sizes.map((mebibytes): PairPlan => {
		const lengthBytes = mebibytes * MIB;
		const payload = {
			name: `sparse-${mebibytes}`,
			lengthBytes,
			pieceLengthBytes: MIB,
			isSparse: true,
		};
		return {
			name: `btmany <- btmany, ${tellSize(mebibytes)}`,
			leecher: btmany,
			seeder: btmany,
			payload,
		};
	});
	const names = pairs.flatMap(({ name }) => name ?? []);
	const [small, big] = names;
	return transferCase({
		name: 'sparse',
		title: `A file of zeros, ${sizes.map(tellSize).join(' and ')}, no warm-up: memory`,
		pairs,
		// Nothing here is compared by time, and sixteen gigabytes are written in each round.
		rounds: size === 'full' ? 1 : 3,
		warmUps: 0,
		figures: [
			{ name: 'leecherRss', title: 'leecher peak RSS', unit: 'MB', better: 'lower' },
			{ name: 'leecherAnonymous', title: 'leecher RSS without files', unit: 'MB', better: 'lower' },
			{ name: 'seederRss', title: 'seeder peak RSS', unit: 'MB', better: 'lower' },
			{ name: 'seederAnonymous', title: 'seeder RSS without files', unit: 'MB', better: 'lower' },
			{ name: 'speed', title: 'speed', unit: 'MB/s', better: 'higher' },
			{ name: 'leecherCpu', title: 'leecher CPU', unit: 's/GB', better: 'lower' },
		],
		ratios:
			small === undefined || big === undefined
				? []
				: ['leecherRss', 'leecherAnonymous', 'seederRss'].map((figure) => ({
						figure,
						of: big,
						over: small,
					})),
		targets: names.map((contender) => ({
			contender,
			figure: 'leecherRss',
			target: { atMost: 200 },
		})),
	});
}

function ownPairs(payload: PayloadPlan): PairPlan[] {
	return [
		{ leecher: btmany, seeder: btmany, payload },
		{ leecher: libtorrent, seeder: libtorrent, payload },
		{ leecher: btmany, seeder: libtorrent, payload },
		{ leecher: libtorrent, seeder: btmany, payload },
	];
}

function sameOrFaster(pairs: readonly PairPlan[]): RatioPlan[] {
	const names = new Set(pairs.map(pairName));
	return [OWN_OVER_LIBTORRENT, OWN_LEECHER, OWN_SEEDER]
		.filter(({ of }) => names.has(of))
		.map((ratio) => ({ ...ratio, target: { atLeast: 1 } }));
}

function tellSize(mebibytes: number): string {
	return mebibytes * MIB >= GIB ? `${mebibytes / KIB} GiB` : `${mebibytes} MiB`;
}
