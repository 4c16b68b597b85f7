/** One swarm of processes on loopback, from the tracker's answer to the last leecher's last piece. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { compareFiles } from '../../payloads/compare-files.js';
import type { BenchTorrent } from '../../payloads/make-torrent.js';
import { freePort } from '../../processes/free-port.js';
import type { Figures } from '../../rounds/bench-plan.js';
import type { PeerPlace } from '../../transfers/loopback-tracker.js';
import type { GatheringTracker } from './gathering-tracker.js';
import { type Kind, Member, type MemberPlan } from './member.js';
import { sharingFigures } from './sharing-figures.js';

const FIRST_ADDRESS = 11;
/** To start, and to check what it seeds. */
const START_LIMIT_MS = 30_000;
/** Give up at this multiple of the ideal. */
const MOST_IDEALS = 8;

export interface SwarmPlan {
	readonly kind: Kind;
	readonly leecherCount: number;
	readonly seederBytesPerSecond: number;
	readonly leecherBytesPerSecond: number;
	readonly torrent: BenchTorrent;
	/** Where the seeder has its payload. */
	readonly payloadFolder: string;
	readonly tracker: GatheringTracker;
	/** Fresh and empty. */
	readonly folder: string;
}

/** @throws when a process ends or hangs, or a file is not what it was at the seeder */
export async function runSwarm(plan: SwarmPlan): Promise<Figures> {
	const { torrent, tracker, leecherCount } = plan;
	const idealSeconds = idealOf(plan);
	const places: PeerPlace[] = [];
	for (let i = 0; i <= leecherCount; i++) {
		const address = `127.0.0.${FIRST_ADDRESS + i}`;
		places.push({ address, port: await freePort(address) });
	}
	const gathered = tracker.gather(places);
	const members = places.map((place, i) => new Member(plan.kind, memberPlan(plan, place, i)));
	const [seeder, ...leechers] = members;
	if (seeder === undefined) throw new Error('A swarm needs a seeder');
	await seeder.process.expect('the complete payload', seeder.complete, START_LIMIT_MS);
	// Each of them: one that ends is not waited for.
	const atTracker = members.map((member) =>
		member.process.expect('all members at the tracker', gathered, START_LIMIT_MS),
	);
	await Promise.all(atTracker);
	const startMs = performance.now();
	const cpuBefore = cpuOf(members);
	const limitMs = MOST_IDEALS * idealSeconds * 1000 + START_LIMIT_MS;
	const seconds = await Promise.all(
		leechers.map(async (leecher) => {
			await leecher.process.expect('the complete download', leecher.complete, limitMs);
			return (performance.now() - startMs) / 1000;
		}),
	);
	const cpu = cpuOf(members) - cpuBefore;
	const reports = await Promise.all(leechers.map((leecher) => leecher.report()));
	const { sentBytes } = await seeder.report();
	await Promise.all(members.map((member) => member.process.stop()));
	const names = torrent.files.map((file) => file.path);
	for (const leecher of leechers) compareFiles(plan.payloadFolder, leecher.plan.folder, names);
	const outcomes = reports.map((report, i) => ({ ...report, seconds: seconds[i] ?? 0 }));
	return {
		...sharingFigures(outcomes, idealSeconds),
		seederCopies: sentBytes / torrent.lengthBytes,
		cpu,
	};
}

/** No scheduling beats this: one copy leaves the seeder, all copies fit into all uplinks. */
function idealOf(plan: SwarmPlan): number {
	const { torrent, leecherCount, seederBytesPerSecond, leecherBytesPerSecond } = plan;
	const all = seederBytesPerSecond + leecherCount * leecherBytesPerSecond;
	const bytes = torrent.lengthBytes;
	return Math.max(bytes / seederBytesPerSecond, (leecherCount * bytes) / all);
}

function memberPlan(plan: SwarmPlan, { address, port }: PeerPlace, index: number): MemberPlan {
	const isSeeder = index === 0;
	const home = path.join(plan.folder, `home-${index}`);
	const folder = isSeeder ? plan.payloadFolder : path.join(plan.folder, `files-${index}`);
	mkdirSync(home);
	mkdirSync(folder, { recursive: true });
	return {
		role: isSeeder ? 'seeder' : 'leecher',
		address,
		port,
		folder,
		home,
		torrentPath: plan.torrent.torrentPath,
		uploadBytesPerSecond: isSeeder ? plan.seederBytesPerSecond : plan.leecherBytesPerSecond,
		uploadSlots: 20,
	};
}

function cpuOf(members: readonly Member[]): number {
	return members.reduce((sum, member) => sum + member.process.usage().cpuSeconds, 0);
}
