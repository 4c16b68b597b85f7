/** A download at full speed with and without the dashboard, and how soon a key is answered then. */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programPath } from '../../machine/project-folders.js';
import { compareFiles } from '../../payloads/compare-files.js';
import { type BenchTorrent, makeTorrentFile } from '../../payloads/make-torrent.js';
import { writeRandomFiles } from '../../payloads/random-files.js';
import { freePort } from '../../processes/free-port.js';
import { makeGate } from '../../processes/gate.js';
import { MeasuredProcess } from '../../processes/measured-process.js';
import type { BenchCase, BenchSize, Figures, Round } from '../../rounds/bench-plan.js';
import { percentile } from '../../rounds/statistics.js';
import { scriptPeer, TerminalProgram } from './terminal-program.js';

const MIB = 2 ** 20;
const START_LIMIT_MS = 60_000;
const DOWNLOAD_LIMIT_MS = 300_000;
const KEY_LIMIT_MS = 10_000;
/** Looked at this often whether the file is complete. */
const POLL_MS = 10;
/** Between an answer and the next key: up to this long, so that keys fall anywhere in a second. */
const KEY_PAUSE_MS = 120;
/** Before the first key: the program is at full speed and its code is warm. */
const FIRST_KEY_MS = 1000;

/** The program that downloads, however it is shown. */
type Start = (args: readonly string[], home: string) => TerminalProgram | MeasuredProcess;
const inTerminal: Start = (args, home) => new TerminalProgram(args, home);

export function downloadCase(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 64, default: 3072, full: 6144 }[size];
	let payload: { readonly folder: string; readonly torrent: BenchTorrent } | undefined;
	const firstKeyMs = size === 'smoke' ? 0 : FIRST_KEY_MS;
	const contender = (name: string, start: Start, hasKeys: boolean) => ({
		name,
		peers: start === inTerminal ? [scriptPeer] : [],
		run: (round: Round): Promise<Figures> => {
			if (payload === undefined) throw new Error('The payload was not made');
			return download(
				round,
				payload.folder,
				payload.torrent,
				start,
				hasKeys ? firstKeyMs : undefined,
			);
		},
	});
	return {
		name: 'download',
		title: `Downloading ${mebibytes / 1024} GiB from btmany, pieces of 1 MiB`,
		figures: [
			{ name: 'speed', title: 'speed', unit: 'MB/s', better: 'higher' },
			{ name: 'keyP50', title: 'key to frame, median', unit: 'ms', better: 'lower' },
			{ name: 'keyP99', title: 'key to frame, p99', unit: 'ms', better: 'lower', isCharted: true },
			{ name: 'presses', title: 'keys pressed', unit: '', better: 'neither' },
		],
		contenders: [
			contender('btmany, headless', startHeadless, false),
			contender('btmany, dashboard', inTerminal, false),
			contender('btmany, dashboard with keys', inTerminal, true),
		],
		ratios: [
			{
				figure: 'speed',
				of: 'btmany, dashboard',
				over: 'btmany, headless',
				target: { atLeast: 0.97 },
			},
			{ figure: 'speed', of: 'btmany, dashboard with keys', over: 'btmany, headless' },
		],
		targets: [
			{ contender: 'btmany, dashboard with keys', figure: 'keyP99', target: { atMost: 100 } },
		],
		roomBytes: 2 * mebibytes * MIB,
		prepare(folder) {
			const files = [{ path: 'payload.bin', lengthBytes: mebibytes * MIB }];
			writeRandomFiles(folder, files, 1);
			const torrentPath = path.join(folder, 'payload.torrent');
			const torrent = makeTorrentFile(folder, files, { torrentPath, pieceLengthBytes: MIB });
			payload = { folder, torrent };
			return Promise.resolve();
		},
	};
}

async function download(
	{ folder, signal }: Round,
	source: string,
	torrent: BenchTorrent,
	start: Start,
	firstKeyMs: number | undefined,
): Promise<Figures> {
	const port = await freePort('127.0.0.2');
	await startSeeder(source, torrent, port, folder);
	const files = path.join(folder, 'files');
	mkdirSync(files);
	const args = getArguments(torrent, '127.0.0.1', await freePort(), files, `${folder}/state`);
	const program = start([...args, `--peer=127.0.0.2:${port}`], folder);
	const child = program instanceof TerminalProgram ? program.process : program;
	const target = path.join(files, 'payload.bin');
	const arriving = watchFile(target, torrent.lengthBytes, signal);
	const over = new AbortController();
	const keys =
		firstKeyMs !== undefined && program instanceof TerminalProgram
			? arriving.begun.then(() => sleep(firstKeyMs)).then(() => pressKeys(program, over.signal))
			: Promise.resolve<readonly number[]>([]);
	// When the download fails, that is what is told.
	keys.catch(() => undefined);
	const seconds = await child
		.expect('the download', arriving.seconds, DOWNLOAD_LIMIT_MS)
		.finally(() => over.abort());
	const times = [...(await keys)].sort((a, b) => a - b);
	await (program instanceof TerminalProgram ? program.quit() : program.stop());
	compareFiles(source, files, ['payload.bin']);
	const speed = torrent.lengthBytes / 1e6 / seconds;
	if (times.length === 0) return { speed };
	return {
		speed,
		keyP50: percentile(times, 0.5),
		keyP99: percentile(times, 0.99),
		presses: times.length,
	};
}

async function startSeeder(
	source: string,
	torrent: BenchTorrent,
	port: number,
	folder: string,
): Promise<void> {
	const home = path.join(folder, 'seeder');
	mkdirSync(home);
	const seeding = makeGate();
	const args = getArguments(torrent, '127.0.0.2', port, source, path.join(home, 'state'));
	const seeder = new MeasuredProcess(
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
	await seeder.expect('the complete payload', seeding.opened, START_LIMIT_MS);
}

function getArguments(
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

function startHeadless(args: readonly string[], home: string): MeasuredProcess {
	return new MeasuredProcess(process.execPath, [programPath(), ...args, '--headless', '--json'], {
		home,
		logPath: path.join(home, 'headless.log'),
	});
}

/** From the first block on the disk to the last: the same for whoever shows it, and however often. */
function watchFile(
	target: string,
	lengthBytes: number,
	signal: AbortSignal,
): { readonly begun: Promise<void>; readonly seconds: Promise<number> } {
	const begun = makeGate();
	const poll = async (): Promise<number> => {
		let startedAtMs: number | undefined;
		for (;;) {
			const written = writtenBytes(target);
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

function writtenBytes(target: string): number {
	return (statSync(target, { throwIfNoEntry: false })?.blocks ?? 0) * 512;
}

/** Opens and closes the page of keys; a press counts when its page is on the terminal. */
async function pressKeys(program: TerminalProgram, signal: AbortSignal): Promise<number[]> {
	const times: number[] = [];
	while (!signal.aborted) {
		times.push(await program.press('?', /half a page down/, KEY_LIMIT_MS));
		await sleep(Math.random() * KEY_PAUSE_MS);
		times.push(await program.press('?', /NAME/, KEY_LIMIT_MS));
		await sleep(Math.random() * KEY_PAUSE_MS);
	}
	return times;
}
