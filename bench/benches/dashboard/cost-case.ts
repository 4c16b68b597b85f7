/** What the dashboard costs while nothing or much happens: beside the same program without it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../processes/free-port.js';
import type {
	BenchCase,
	BenchSize,
	FigureKind,
	Figures,
	Round,
	TargetPlan,
} from '../../rounds/bench-plan.js';
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
const PAGE_LIMIT_MS = 20_000;
/** Shorter ones leave too few frames to tell the middle one's time. */
const WINDOW_SECONDS = 8;

const MOMENTS = ['idle', 'busy'] as const;
type Moment = (typeof MOMENTS)[number];

export interface CostPlan {
	readonly count: number;
	readonly size: BenchSize;
	readonly targets?: readonly TargetPlan[];
}

export function costCase({ count, size, targets = [] }: CostPlan): BenchCase {
	const windowSeconds = size === 'smoke' ? 2 : WINDOW_SECONDS;
	const settleMs: Readonly<Record<Moment, number>> =
		size === 'smoke' ? { idle: 500, busy: 1000 } : { idle: 3000, busy: 6000 };
	const lengthBytes = (count > 1000 ? 128 : count > 10 ? 1024 : 32 * 1024) * 1024;
	let many: ManyTorrents | undefined;
	const made = (): ManyTorrents => {
		if (many === undefined) throw new Error('The torrents were not made');
		return many;
	};
	const window = async (
		{ folder, signal }: Round,
		moment: Moment,
		pid: number,
		port: number,
	): Promise<{ readonly all: number; readonly main: number; readonly seconds: number }> => {
		if (moment === 'busy') startDownloading(made(), port, folder);
		await sleep(settleMs[moment], undefined, { signal });
		const before = readThreadCpu(pid);
		const startedAtMs = performance.now();
		await sleep(windowSeconds * 1000, undefined, { signal });
		const after = readThreadCpu(pid);
		const seconds = (performance.now() - startedAtMs) / 1000;
		return {
			all: ((after.all - before.all) / seconds) * 100,
			main: ((after.main - before.main) / seconds) * 100,
			seconds,
		};
	};
	const options = (port: number): string[] => [
		`--port=${port}`,
		'--upload-slots=0',
		`--max-upload-rate=${BUSY_RATE}`,
	];
	return {
		name: `torrents-${count}`,
		title: `${count.toLocaleString('en-US')} torrents, idle and uploading to peers`,
		figures: MOMENTS.flatMap(figuresOf),
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
					const { pid } = program;
					const figures: Record<string, number> = {};
					for (const moment of MOMENTS) {
						let written = -program.writtenBytes;
						const { all, main, seconds } = await window(round, moment, pid, port);
						written += program.writtenBytes;
						figures[`${moment}Screen`] = main;
						figures[`${moment}Cpu`] = all;
						// What came while it settled belongs to the same moment.
						figures[`${moment}Terminal`] = written / (seconds + settleMs[moment] / 1000);
						const times = await readFrameTimes(program);
						figures[`${moment}FrameP50`] = times.p50Ms;
						figures[`${moment}FrameMax`] = times.maxMs;
						figures[`${moment}Rss`] = program.process.usage().rssMb;
					}
					await program.quit();
					return figures;
				},
			},
			{
				name: 'btmany, headless',
				peers: [],
				async run(round): Promise<Figures> {
					const port = await freePort();
					const program = startHeadless(made(), round.folder, options(port));
					await program.process.expect('all seeding', program.allSeed, START_LIMIT_MS);
					const figures: Record<string, number> = {};
					for (const moment of MOMENTS) {
						const cpu = await window(round, moment, program.process.pid, port);
						figures[`${moment}Cpu`] = cpu.all;
						figures[`${moment}Rss`] = program.process.usage().rssMb;
					}
					await program.process.stop();
					return figures;
				},
			},
		],
		targets,
		rounds: 3,
		warmUps: 0,
		settings: { windowSeconds, terminal: '120x40', busyRate: BUSY_RATE },
		roomBytes: 512 * 2 ** 20,
		async prepare(folder) {
			many = await makeManyTorrents(folder, count, lengthBytes);
		},
	};
}

function figuresOf(moment: Moment): readonly FigureKind[] {
	const one = (name: string, title: string, unit: string): FigureKind => ({
		name: `${moment}${name}`,
		title: `${moment}: ${title}`,
		unit,
		better: 'lower',
	});
	return [
		one('Screen', 'CPU of the screen thread', '%'),
		{ ...one('Cpu', 'CPU of the process', '%'), isCharted: true },
		one('Terminal', 'to the terminal', 'B/s'),
		one('FrameP50', 'time of a frame, median', 'ms'),
		one('FrameMax', 'time of a frame, most', 'ms'),
		one('Rss', 'RSS', 'MB'),
	];
}

/** From the program's own page about itself, which is closed again. */
async function readFrameTimes(
	program: TerminalProgram,
): Promise<{ readonly p50Ms: number; readonly maxMs: number }> {
	const shown = /to make one[^h]*half ([\d.]+) (m?s) .*?most ([\d.]+) (m?s)/;
	program.forget();
	program.process.write('D');
	const match = await program.sees(shown, PAGE_LIMIT_MS);
	await program.press('D', /NAME/, PAGE_LIMIT_MS);
	return {
		p50Ms: milliseconds(match[1], match[2]),
		maxMs: milliseconds(match[3], match[4]),
	};
}

function milliseconds(value = '', unit = ''): number {
	return Number(value) * (unit === 's' ? 1000 : 1);
}
