/** Another process that offers a file, and the time until somebody has it. */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programPath } from '../../machine/project-folders.js';
import type { BenchTorrent } from '../../payloads/make-torrent.js';
import { makeGate } from '../../processes/gate.js';
import { MeasuredProcess } from '../../processes/measured-process.js';

const START_LIMIT_MS = 60_000;
/** Looked at this often whether the file is complete. */
const POLL_MS = 10;

/** Where the offering process listens: an address of its own. */
export const SEEDER_ADDRESS = '127.0.0.2';

export interface Seeder {
	/** Holds the payload. */
	readonly source: string;
	readonly torrent: BenchTorrent;
	readonly port: number;
	/** Fresh. */
	readonly home: string;
}

/** Resolves when it has checked the payload. */
export async function startSeeder(seeder: Seeder): Promise<MeasuredProcess> {
	const { source, torrent, port, home } = seeder;
	mkdirSync(home, { recursive: true });
	const seeding = makeGate();
	const args = getArguments(torrent, SEEDER_ADDRESS, port, source, path.join(home, 'state'));
	const child = new MeasuredProcess(
		process.execPath,
		[programPath(), ...args, '--headless', '--json'],
		{
			home,
			logPath: path.join(home, 'seeder.log'),
			onLine: (line) => {
				if (line.includes('"type":"seeding"')) seeding.open();
			},
		},
	);
	await child.expect('the complete payload', seeding.opened, START_LIMIT_MS);
	return child;
}

/** Arguments of the program for one torrent. */
export function getArguments(
	{ torrentPath }: BenchTorrent,
	address: string,
	port: number,
	files: string,
	state: string,
): string[] {
	return [
		'get',
		torrentPath,
		'--seed',
		`--bind=${address}`,
		`--port=${port}`,
		`--download-dir=${files}`,
		`--state-dir=${state}`,
	];
}

/** From the first block on the disk to the last: the same for whoever shows it, and however often. */
export function watchFile(
	target: string,
	lengthBytes: number,
	signal: AbortSignal,
): { readonly begun: Promise<void>; readonly seconds: Promise<number> } {
	const begun = makeGate();
	const poll = async (): Promise<number> => {
		let startedAtMs: number | undefined;
		for (;;) {
			const written = (statSync(target, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
			if (written > 0) {
				startedAtMs ??= performance.now();
				begun.open();
			}
			if (written >= lengthBytes && startedAtMs !== undefined)
				return (performance.now() - startedAtMs) / 1000;
			await sleep(POLL_MS, undefined, { signal });
		}
	};
	return { begun: begun.opened, seconds: poll() };
}
