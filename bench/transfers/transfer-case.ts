/** Cases whose contenders are pairs of a seeder and a leecher. */
import type { Client } from '../contenders/client.js';
import { OnePeerTracker } from '../contenders/one-peer-tracker.js';
import type {
	BenchCase,
	Contender,
	FigureKind,
	RatioPlan,
	TargetPlan,
} from '../rounds/bench-plan.js';
import { runTransfer } from './run-transfer.js';
import { makeTransferPayload, type PayloadPlan, type TransferPayload } from './transfer-payload.js';

const BYTES_PER_GB = 1e9;

export interface PairPlan {
	/** When the pair's own name is not enough. */
	readonly name?: string;
	readonly leecher: Client;
	readonly seeder: Client;
	/** 1 when left out. */
	readonly leecherCount?: number;
	readonly payload: PayloadPlan;
}

export interface TransferCasePlan {
	readonly name: string;
	readonly title: string;
	readonly pairs: readonly PairPlan[];
	/** As of a case. */
	readonly rounds?: number;
	readonly warmUps?: number;
	/** First the one to be charted. */
	readonly figures?: readonly FigureKind[];
	readonly ratios?: readonly RatioPlan[];
	readonly targets?: readonly TargetPlan[];
}

export const TRANSFER_FIGURES: readonly FigureKind[] = [
	{ name: 'speed', title: 'speed', unit: 'MB/s', better: 'higher' },
	{ name: 'wait', title: 'wait for the first bytes', unit: 's', better: 'lower' },
	{ name: 'flowSpeed', title: 'speed after that', unit: 'MB/s', better: 'higher' },
	{ name: 'leecherCpu', title: 'leecher CPU', unit: 's/GB', better: 'lower', isCharted: true },
	{ name: 'seederCpu', title: 'seeder CPU', unit: 's/GB', better: 'lower', isCharted: true },
	{ name: 'leecherRss', title: 'leecher peak RSS', unit: 'MB', better: 'lower' },
	{ name: 'leecherAnonymous', title: 'leecher RSS without files', unit: 'MB', better: 'lower' },
	{ name: 'seederRss', title: 'seeder peak RSS', unit: 'MB', better: 'lower' },
	{ name: 'seederAnonymous', title: 'seeder RSS without files', unit: 'MB', better: 'lower' },
];

/** What the figures of every transfer mean. */
export const TRANSFER_METHOD: readonly string[] = [
	'Seeder and leechers are processes of their own, started afresh for each run, on 127.0.0.0/8, over TCP without encryption; they share all cores.',
	'The payload lies in the page cache: it was just written, hashed, and read by earlier rounds.',
	'The seeder runs and has all pieces before a leecher is started.',
	"The clock starts when the tracker answers the leechers' first announce with the seeder (with several leechers: when all have asked), and ends when the last leecher tells that it has verified and written its last piece; starting the programs is not in it.",
	"Wait is the part of that time before more than a bitfield and 4 KiB are on their way from the seeder in the kernel's queues, looked at every 5 ms; some clients act on a new peer only in rounds of several seconds. Speed after that leaves it out.",
	'transmission drops peers of 127.0.0.0/8 that a tracker names, so at the same moment the seeder is told to dial it.',
	'Leecher CPU is user and system time of the whole process from its start to the end of the transfer, all threads and children; seeder CPU is that of the transfer alone. Both are divided by the bytes transferred.',
	'Peak RSS is VmHWM of the process; files that a client maps into memory (libtorrent does) are in it. RSS without files is RssAnon at the end of the transfer.',
	'After each run every downloaded file is compared byte by byte with its source.',
];

/** `leecher <- seeder`. */
export function pairName({ name, leecher, seeder }: PairPlan): string {
	return name ?? `${leecher.name} <- ${seeder.name}`;
}

export function transferCase(plan: TransferCasePlan): BenchCase {
	const plans = new Set(plan.pairs.map(({ payload }) => payload));
	const payloads = new Map<PayloadPlan, TransferPayload>();
	let tracker: OnePeerTracker | undefined;
	const contenderOf = (pair: PairPlan): Contender => ({
		name: pairName(pair),
		peers: [...new Set([...pair.leecher.peers, ...pair.seeder.peers])],
		settings: settingsOf(pair),
		async run({ folder }) {
			const payload = payloads.get(pair.payload);
			if (payload === undefined || tracker === undefined) throw new Error('No payload was made');
			const { leecher, seeder, leecherCount = 1 } = pair;
			const outcome = await runTransfer({
				leecher,
				seeder,
				leecherCount,
				payload,
				tracker,
				folder,
			});
			const gigabytes = (pair.payload.lengthBytes * leecherCount) / BYTES_PER_GB;
			const { seconds, waitSeconds } = outcome;
			const flow =
				waitSeconds === undefined
					? {}
					: { wait: waitSeconds, flowSpeed: (gigabytes * 1000) / (seconds - waitSeconds) };
			return {
				speed: (gigabytes * 1000) / seconds,
				...flow,
				leecherCpu: outcome.leecherCpuSeconds / gigabytes,
				seederCpu: outcome.seederCpuSeconds / gigabytes,
				leecherRss: outcome.leecher.peakRssMb,
				leecherAnonymous: outcome.leecher.anonymousRssMb,
				seederRss: outcome.seeder.peakRssMb,
				seederAnonymous: outcome.seeder.anonymousRssMb,
			};
		},
	});
	return {
		name: plan.name,
		title: plan.title,
		...(plan.rounds === undefined ? {} : { rounds: plan.rounds }),
		...(plan.warmUps === undefined ? {} : { warmUps: plan.warmUps }),
		figures: plan.figures ?? TRANSFER_FIGURES,
		ratios: plan.ratios ?? [],
		targets: plan.targets ?? [],
		contenders: plan.pairs.map(contenderOf),
		roomBytes: roomFor(plan.pairs, [...plans]),
		async prepare(folder) {
			tracker = await OnePeerTracker.start();
			for (const one of plans)
				payloads.set(one, makeTransferPayload(folder, one, tracker.announce));
		},
		async cleanUp() {
			await tracker?.close();
		},
	};
}

/** The payloads, and the downloads of the pair that needs most. */
function roomFor(pairs: readonly PairPlan[], plans: readonly PayloadPlan[]): number {
	// Where files are memory, reading a hole takes as much of it as data.
	const payloadBytes = plans.reduce((sum, one) => sum + one.lengthBytes, 0);
	const downloads = pairs.map(
		({ payload, leecherCount = 1 }) => payload.lengthBytes * leecherCount,
	);
	return payloadBytes + Math.max(0, ...downloads);
}

function settingsOf({ leecher, seeder }: PairPlan): Record<string, string | number | boolean> {
	return { ...named('leecher', leecher), ...named('seeder', seeder) };
}

function named(role: string, { settings }: Client): Record<string, string | number | boolean> {
	return Object.fromEntries(
		Object.entries(settings).map(([key, value]) => [`${role}.${key}`, value]),
	);
}
