/** The program on a watched folder, as its users run it: headless, with its defaults. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programPath } from '../../machine/project-folders.js';
import { makeGate } from '../../processes/gate.js';
import { MeasuredProcess } from '../../processes/measured-process.js';

const START_LIMIT_MS = 60_000;
/** To check and start one torrent, at the very most. */
const TORRENT_LIMIT_MS = 30;

export interface WatchingProgram {
	readonly process: MeasuredProcess;
	/** Seconds from its start until it said that all torrents seed. */
	allSeed(): Promise<number>;
}

/** @param home - where its state is: the same again for a restart */
export function startWatching(
	folder: string,
	home: string,
	count: number,
	options: readonly string[] = [],
): WatchingProgram {
	const seeding = makeGate();
	let seedingAtMs = 0;
	let seeds = 0;
	const process = new MeasuredProcess(
		globalThis.process.execPath,
		[
			programPath(),
			'--headless',
			'--json',
			'--bind=127.0.0.1',
			`--state-dir=${path.join(home, 'state')}`,
			...options,
			folder,
		],
		{
			home,
			logPath: path.join(home, 'btmany.log'),
			onLine: (line) => {
				// One line for each torrent that begins to seed.
				if (!line.includes('"type":"seeding"') || ++seeds !== count) return;
				seedingAtMs = performance.now();
				seeding.open();
			},
		},
	);
	return {
		process,
		async allSeed() {
			const limitMs = START_LIMIT_MS + count * TORRENT_LIMIT_MS;
			await process.expect('all torrents seeding', seeding.opened, limitMs);
			return (seedingAtMs - process.startedAtMs) / 1000;
		},
	};
}

/** Percent of one core that a process takes while nothing happens. */
export async function idleCpu(
	process: MeasuredProcess,
	windowMs: number,
	signal: AbortSignal,
): Promise<number> {
	const before = process.usage().cpuSeconds;
	const startedAtMs = performance.now();
	await sleep(windowMs, undefined, { signal });
	const seconds = (performance.now() - startedAtMs) / 1000;
	return ((process.usage().cpuSeconds - before) / seconds) * 100;
}
