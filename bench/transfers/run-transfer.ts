/** One transfer: a seeder and leechers of it, each a process of its own, timed and compared. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Client, RunningClient } from '../contenders/client.js';
import type { OnePeerTracker } from '../contenders/one-peer-tracker.js';
import { compareFiles } from '../payloads/compare-files.js';
import { freePort } from '../processes/free-port.js';
import type { ProcessUsage } from '../processes/process-usage.js';
import { firstFlowAt } from './payload-flow.js';
import type { TransferPayload } from './transfer-payload.js';

const SEEDER_ADDRESS = '127.0.0.2';
/** Each leecher has an address of its own: some clients tell peers apart by address alone. */
const LEECHER_ADDRESSES = '127.0.0.';
const FIRST_LEECHER = 11;
/** To start, and to check what it seeds. */
const START_LIMIT_MS = 60_000;
/** More than any client says before the first block, its bitfield left out. */
const HANDSHAKE_BYTES = 4096;
/** A tenth of the slowest that was ever seen. */
const SLOWEST_BYTES_PER_MS = 5000;

export interface TransferPlan {
	readonly seeder: Client;
	readonly leecher: Client;
	readonly leecherCount: number;
	readonly payload: TransferPayload;
	readonly tracker: OnePeerTracker;
	/** Fresh and empty. */
	readonly folder: string;
}

export interface TransferOutcome {
	/** From the tracker's answer to the last leecher's last piece. */
	readonly seconds: number;
	/** The part of it before payload began to flow; undefined when that was not seen. */
	readonly waitSeconds: number | undefined;
	/** While it was transferred only. */
	readonly seederCpuSeconds: number;
	/** Of all leechers together, from their start. */
	readonly leecherCpuSeconds: number;
	/** At the end of the transfer. */
	readonly seeder: ProcessUsage;
	/** The one with the highest peak. */
	readonly leecher: ProcessUsage;
}

interface Started {
	readonly client: RunningClient;
	readonly address: string;
	readonly port: number;
	/** Where its payload is. */
	readonly files: string;
}

/** @throws when a process ends or hangs, or a file is not what it was at the seeder */
export async function runTransfer(plan: TransferPlan): Promise<TransferOutcome> {
	const { payload, tracker, leecherCount } = plan;
	const limitMs =
		START_LIMIT_MS + (payload.torrent.lengthBytes * leecherCount) / SLOWEST_BYTES_PER_MS;
	const seeder = await start(plan, 'seeder', SEEDER_ADDRESS, payload.folder);
	await seeder.client.process.expect('the complete payload', seeder.client.complete, limitMs);
	const before = seeder.client.process.usage();

	const told = tracker.expect(seeder, leecherCount);
	const leechers: Started[] = [];
	for (let i = 0; i < leecherCount; i++) {
		const address = `${LEECHER_ADDRESSES}${FIRST_LEECHER + i}`;
		leechers.push(await start(plan, 'leecher', address, path.join(plan.folder, `files-${i}`)));
	}
	const done = leechers.map(({ client }) =>
		client.process.expect('the complete download', client.complete, limitMs),
	);
	// A leecher that fails before it asks the tracker must not leave this waiting.
	await Promise.race([told, Promise.all(done)]);
	const startedAtMs = performance.now();
	const watching = new AbortController();
	const flowing = firstFlowAt(
		seeder.address,
		HANDSHAKE_BYTES + Math.ceil(payload.torrent.pieceCount / 8),
		watching.signal,
	);
	if (plan.leecher.refusesLoopbackPeers === true) {
		for (const { address, port } of leechers) seeder.client.connect?.(address, port);
	}
	const usages = await Promise.all(
		done.map(async (complete, i) => {
			await complete;
			return leechers[i]?.client.process.usage();
		}),
	).finally(() => watching.abort());
	const seconds = (performance.now() - startedAtMs) / 1000;
	const flowAtMs = await flowing;
	const after = seeder.client.process.usage();

	await Promise.all([seeder, ...leechers].map(({ client }) => client.process.stop()));
	const names = payload.torrent.files.map((file) => file.path);
	for (const { files } of leechers) compareFiles(payload.folder, files, names);
	const leecherUsages = usages.filter((usage) => usage !== undefined);
	return {
		seconds,
		waitSeconds: flowAtMs === undefined ? undefined : (flowAtMs - startedAtMs) / 1000,
		seederCpuSeconds: after.cpuSeconds - before.cpuSeconds,
		leecherCpuSeconds: leecherUsages.reduce((sum, usage) => sum + usage.cpuSeconds, 0),
		seeder: after,
		leecher: leecherUsages.reduce((a, b) => (b.peakRssMb > a.peakRssMb ? b : a)),
	};
}

async function start(
	plan: TransferPlan,
	role: 'seeder' | 'leecher',
	address: string,
	files: string,
): Promise<Started> {
	const home = path.join(plan.folder, `${role}-${address}`);
	mkdirSync(home);
	mkdirSync(files, { recursive: true });
	const port = await freePort(address);
	const { torrent } = plan.payload;
	const client = await plan[role].start({ role, address, port, folder: files, home, torrent });
	return { client, address, port, files };
}
