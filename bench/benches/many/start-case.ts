/** From start to all seeding, the first time and again, and what that many cost while nothing happens. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { libtorrentPeer, PYTHON } from '../../contenders/installed.js';
import { benchFolder } from '../../machine/project-folders.js';
import { makeGate } from '../../processes/gate.js';
import { MeasuredProcess } from '../../processes/measured-process.js';
import type { BenchCase, BenchSize, Contender, TargetPlan } from '../../rounds/bench-plan.js';
import { writeSmallTorrents } from './small-torrents.js';
import { idleCpu, startWatching } from './watching-program.js';

/** All records are saved and all garbage of the start is gone after this. */
const SETTLE_MS = { smoke: 500, default: 20_000, full: 20_000 } as const;
const WINDOW_MS = { smoke: 1000, default: 60_000, full: 60_000 } as const;
const LIBTORRENT_LIMIT_MS = 300_000;

const TARGETS: readonly TargetPlan[] = [
	{ contender: 'btmany', figure: 'restart', target: { atMost: 10 } },
	{ contender: 'btmany', figure: 'rss', target: { atMost: 300 } },
	{ contender: 'btmany', figure: 'idleCpu', target: { atMost: 2 } },
];

export function startCase(count: number, size: BenchSize): BenchCase {
	let folder = '';
	const settle = (signal: AbortSignal): Promise<void> =>
		sleep(SETTLE_MS[size], undefined, { signal });
	const btmany: Contender = {
		name: 'btmany',
		peers: [],
		settings: { options: 'defaults; --headless --json' },
		async run({ folder: home, signal }) {
			const first = startWatching(folder, home, count);
			const firstSeconds = await first.allSeed();
			await settle(signal);
			await first.process.stop('SIGINT');
			const again = startWatching(folder, home, count);
			const restartSeconds = await again.allSeed();
			await settle(signal);
			const cpu = await idleCpu(again.process, WINDOW_MS[size], signal);
			const { rssMb, peakRssMb } = await again.process.measureAndStop();
			return {
				restart: restartSeconds,
				firstStart: firstSeconds,
				rss: rssMb,
				peakRss: peakRssMb,
				idleCpu: cpu,
			};
		},
	};
	const libtorrent: Contender = {
		name: 'libtorrent',
		peers: [libtorrentPeer],
		settings: { mode: 'a Python program that adds every torrent without a check' },
		async run({ folder: home, signal }) {
			const seeding = makeGate();
			const process = new MeasuredProcess(
				PYTHON,
				[path.join(benchFolder, 'benches', 'many', 'libtorrent-many.py'), folder],
				{ home, logPath: path.join(home, 'libtorrent.log'), onLine: seeding.open },
			);
			await process.expect('all torrents seeding', seeding.opened, LIBTORRENT_LIMIT_MS);
			const restart = (performance.now() - process.startedAtMs) / 1000;
			await settle(signal);
			const cpu = await idleCpu(process, WINDOW_MS[size], signal);
			const { rssMb, peakRssMb } = await process.measureAndStop();
			return { restart, rss: rssMb, peakRss: peakRssMb, idleCpu: cpu };
		},
	};
	return {
		name: `start-${count}`,
		title: `${count.toLocaleString('en-US')} torrents from a watched folder`,
		figures: [
			{ name: 'restart', title: 'restart to all seeding', unit: 's', better: 'lower' },
			{ name: 'firstStart', title: 'first start, data checked', unit: 's', better: 'lower' },
			{ name: 'rss', title: 'RSS', unit: 'MB', better: 'lower', isCharted: true },
			{ name: 'peakRss', title: 'peak RSS', unit: 'MB', better: 'lower' },
			{ name: 'idleCpu', title: 'idle CPU', unit: '%', better: 'lower', isCharted: true },
		],
		contenders: [btmany, libtorrent],
		...(count === 10_000 ? { targets: TARGETS } : {}),
		rounds: 1,
		warmUps: 0,
		settings: { windowMs: WINDOW_MS[size], settleMs: SETTLE_MS[size] },
		growth: { size: count, per: 'torrents' },
		roomBytes: count * 64 * 1024,
		prepare(place) {
			folder = path.join(place, 'watched');
			rmSync(folder, { recursive: true, force: true });
			mkdirSync(folder);
			writeSmallTorrents(folder, count);
			return Promise.resolve();
		},
	};
}
