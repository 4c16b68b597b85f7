/** What the dashboard costs while nothing or much happens: beside the same program without it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../processes/free-port.js';
import type { BenchCase, BenchSize, Figures, Round, TargetPlan } from '../../rounds/bench-plan.js';
import {
	type ManyTorrents,
	makeManyTorrents,
	startDownloading,
	startHeadless,
	watchArguments,
} from './many-torrents.js';
import { readThreadCpu, scriptPeer, TerminalProgram } from './terminal-program.js';

/** Together; every torrent gets a little of it. */
const BUSY_RATE = '8M';
const START_LIMIT_MS = 180_000;

export interface CostPlan {
	readonly count: number;
	readonly isBusy: boolean;
	readonly size: BenchSize;
	readonly targets?: readonly TargetPlan[];
}

export function costCase({ count, isBusy, size, targets = [] }: CostPlan): BenchCase {
	const windowSeconds = size === 'smoke' ? 2 : 15;
	const settleMs = size === 'smoke' ? 1000 : isBusy ? 8000 : 4000;
	const lengthBytes = (count > 1000 ? 128 : count > 10 ? 1024 : 32 * 1024) * 1024;
	let many: ManyTorrents | undefined;
	const measure = async (
		round: Round,
		pid: () => number,
		port: number,
		torrents: ManyTorrents,
	): Promise<{ readonly all: number; readonly main: number }> => {
		if (isBusy) startDownloading(torrents, port, round.folder);
		await sleep(settleMs, undefined, { signal: round.signal });
		const before = readThreadCpu(pid());
		const startedAtMs = performance.now();
		await sleep(windowSeconds * 1000, undefined, { signal: round.signal });
		const after = readThreadCpu(pid());
		const seconds = (performance.now() - startedAtMs) / 1000;
		return {
			all: ((after.all - before.all) / seconds) * 100,
			main: ((after.main - before.main) / seconds) * 100,
		};
	};
	const made = (): ManyTorrents => {
		if (many === undefined) throw new Error('The torrents were not made');
		return many;
	};
	const options = (port: number): string[] => [
		`--port=${port}`,
		'--upload-slots=0',
		`--max-upload-rate=${BUSY_RATE}`,
	];
	return {
		name: `${isBusy ? 'busy' : 'idle'}-${count}`,
		title: `${count.toLocaleString('en-US')} torrents, ${isBusy ? 'uploading to peers' : 'idle'}`,
		figures: [
			{ name: 'screenCpu', title: 'CPU of the screen thread', unit: '%', better: 'lower' },
			{ name: 'cpu', title: 'CPU of the process', unit: '%', better: 'lower', isCharted: true },
			{ name: 'terminal', title: 'to the terminal', unit: 'B/s', better: 'lower' },
			{ name: 'frameP50', title: 'time of a frame, median', unit: 'ms', better: 'lower' },
			{ name: 'frameMax', title: 'time of a frame, most', unit: 'ms', better: 'lower' },
			{ name: 'rss', title: 'RSS', unit: 'MB', better: 'lower' },
		],
		contenders: [
			{
				name: 'btmany, dashboard',
				peers: [scriptPeer],
				async run(round): Promise<Figures> {
					const port = await freePort();
					const program = new TerminalProgram(
						[...watchArguments(made()), ...options(port)],
						round.folder,
					);
					await program.sees(new RegExp(` Seed ${count} `), START_LIMIT_MS);
					const writtenBefore = program.writtenBytes;
					const startedAtMs = performance.now();
					const cpu = await measure(round, () => program.pid, port, made());
					const seconds = (performance.now() - startedAtMs) / 1000;
					const terminal = (program.writtenBytes - writtenBefore) / seconds;
					const { rssMb } = program.process.usage();
					program.process.write('D');
					const frame = await readFrameTimes(program);
					await program.quit();
					return { screenCpu: cpu.main, cpu: cpu.all, terminal, ...frame, rss: rssMb };
				},
			},
			{
				name: 'btmany, headless',
				peers: [],
				async run(round): Promise<Figures> {
					const port = await freePort();
					const program = startHeadless(made(), round.folder, options(port));
					await program.process.expect('all seeding', program.allSeed, START_LIMIT_MS);
					const cpu = await measure(round, () => program.process.pid, port, made());
					const { rssMb } = await program.process.measureAndStop();
					return { cpu: cpu.all, rss: rssMb };
				},
			},
		],
		targets,
		rounds: 2,
		warmUps: 0,
		settings: { windowSeconds, terminal: '120x40', busyRate: isBusy ? BUSY_RATE : 'none' },
		roomBytes: 512 * 2 ** 20,
		async prepare(folder) {
			many = await makeManyTorrents(folder, count, lengthBytes);
		},
	};
}

/** From the program's own page about itself. */
async function readFrameTimes(program: TerminalProgram): Promise<Figures> {
	const shown = /to make one[^h]*half ([\d.]+) (m?s) .*?most ([\d.]+) (m?s)/;
	const match = await program.sees(shown, 20_000);
	return {
		frameP50: milliseconds(match[1], match[2]),
		frameMax: milliseconds(match[3], match[4]),
	};
}

function milliseconds(value = '', unit = ''): number {
	return Number(value) * (unit === 's' ? 1000 : 1);
}
