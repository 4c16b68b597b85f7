/** How soon a key is answered while a download runs at full speed. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareFiles } from '../../payloads/compare-files.js';
import { type BenchTorrent, makeTorrentFile } from '../../payloads/make-torrent.js';
import { writeRandomFiles } from '../../payloads/random-files.js';
import { freePort } from '../../processes/free-port.js';
import type { BenchCase, BenchSize, Figures, Round } from '../../rounds/bench-plan.js';
import { percentile } from '../../rounds/statistics.js';
import { getArguments, SEEDER_ADDRESS, startSeeder, watchFile } from './one-download.js';
import { scriptPeer, startEcho, TerminalProgram } from './terminal-program.js';

const MIB = 2 ** 20;
const DOWNLOAD_LIMIT_MS = 300_000;
const KEY_LIMIT_MS = 10_000;
/** Between an answer and the next key: up to this long, so that keys fall anywhere in a second. */
const KEY_PAUSE_MS = 120;
/** Before the first key: the program is at full speed. */
const FIRST_KEY_MS = 500;
const FILE = 'payload.bin';

interface Presses {
	readonly program: readonly number[];
	readonly echo: readonly number[];
	readonly seconds: number;
}

export function keysCase(size: BenchSize): BenchCase {
	const mebibytes = { smoke: 64, default: 2048, full: 4096 }[size];
	/** In each round: one download is too short for a 99th percentile. */
	const downloads = size === 'smoke' ? 1 : 5;
	const firstKeyMs = size === 'smoke' ? 0 : FIRST_KEY_MS;
	let payload: { readonly folder: string; readonly torrent: BenchTorrent } | undefined;
	return {
		name: 'keys',
		title: `Keys while downloading ${mebibytes / 1024} GiB from btmany, ${downloads} times a round`,
		figures: [
			{ name: 'keyP50', title: 'key to frame, median', unit: 'ms', better: 'lower' },
			{ name: 'keyP99', title: 'key to frame, p99', unit: 'ms', better: 'lower', isCharted: true },
			{ name: 'keyMax', title: 'key to frame, most', unit: 'ms', better: 'lower' },
			{ name: 'echoP50', title: 'key to echo, median', unit: 'ms', better: 'neither' },
			{ name: 'echoP99', title: 'key to echo, p99', unit: 'ms', better: 'neither' },
			{ name: 'presses', title: 'keys pressed', unit: '', better: 'neither' },
			{ name: 'speed', title: 'speed', unit: 'MB/s', better: 'higher' },
		],
		contenders: [
			{
				name: 'btmany, dashboard',
				peers: [scriptPeer],
				async run(round): Promise<Figures> {
					if (payload === undefined) throw new Error('The payload was not made');
					const all: Presses[] = [];
					for (let number = 0; number < downloads; number++)
						all.push(await download(round, number, payload.folder, payload.torrent, firstKeyMs));
					return figuresOf(all, payload.torrent.lengthBytes);
				},
			},
		],
		targets: [{ contender: 'btmany, dashboard', figure: 'keyP99', target: { atMost: 100 } }],
		rounds: 3,
		warmUps: 0,
		settings: { downloads, keyPauseMs: KEY_PAUSE_MS, firstKeyMs },
		roomBytes: 2 * mebibytes * MIB,
		prepare(folder) {
			const files = [{ path: FILE, lengthBytes: mebibytes * MIB }];
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
	number: number,
	source: string,
	torrent: BenchTorrent,
	firstKeyMs: number,
): Promise<Presses> {
	const home = path.join(folder, String(number));
	const files = path.join(home, 'files');
	mkdirSync(files, { recursive: true });
	const port = await freePort(SEEDER_ADDRESS);
	const seeder = await startSeeder({ source, torrent, port, home: path.join(home, 'seeder') });
	const args = getArguments(torrent, '127.0.0.1', await freePort(), files, `${home}/state`);
	const echo = startEcho(home);
	const program = new TerminalProgram([...args, `--peer=${SEEDER_ADDRESS}:${port}`], home);
	const arriving = watchFile(path.join(files, FILE), torrent.lengthBytes, signal);
	const over = new AbortController();
	const pressing = arriving.begun
		.then(() => sleep(firstKeyMs))
		.then(() =>
			Promise.all([pressKeys(program, over.signal), pressEcho(echo, over.signal)] as const),
		);
	// When the download fails, that is what is told.
	pressing.catch(() => undefined);
	const seconds = await program.process
		.expect('the download', arriving.seconds, DOWNLOAD_LIMIT_MS)
		.finally(() => over.abort());
	const [pressed, echoed] = await pressing;
	await program.quit();
	await Promise.all([seeder.stop(), echo.process.stop()]);
	compareFiles(source, files, [FILE]);
	rmSync(files, { recursive: true });
	return { program: pressed, echo: echoed, seconds };
}

function figuresOf(all: readonly Presses[], lengthBytes: number): Figures {
	const keys = all.flatMap(({ program }) => program).sort((a, b) => a - b);
	const echo = all.flatMap((one) => one.echo).sort((a, b) => a - b);
	const seconds = all.reduce((sum, one) => sum + one.seconds, 0);
	return {
		keyP50: percentile(keys, 0.5),
		keyP99: percentile(keys, 0.99),
		keyMax: percentile(keys, 1),
		echoP50: percentile(echo, 0.5),
		echoP99: percentile(echo, 0.99),
		presses: keys.length,
		speed: (lengthBytes * all.length) / 1e6 / seconds,
	};
}

/** Opens and closes the page of keys; a press counts when its page is on the terminal. */
async function pressKeys(program: TerminalProgram, signal: AbortSignal): Promise<number[]> {
	const times: number[] = [];
	while (!signal.aborted) {
		times.push(await program.press('?', /half a page down/, KEY_LIMIT_MS));
		await pause();
		times.push(await program.press('?', /NAME/, KEY_LIMIT_MS));
		await pause();
	}
	return times;
}

async function pressEcho(echo: TerminalProgram, signal: AbortSignal): Promise<number[]> {
	const times: number[] = [];
	while (!signal.aborted) {
		times.push(await echo.press('x', /x/, KEY_LIMIT_MS));
		await pause();
	}
	return times;
}

function pause(): Promise<void> {
	return sleep(Math.random() * KEY_PAUSE_MS);
}
