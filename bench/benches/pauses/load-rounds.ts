/** One round of each load: what the program does while its pauses are measured. */
import { copyFileSync, linkSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '../../contenders/client.js';
import { libtorrent } from '../../contenders/libtorrent-client.js';
import type { OnePeerTracker } from '../../contenders/one-peer-tracker.js';
import { compareFiles } from '../../payloads/compare-files.js';
import type { BenchTorrent } from '../../payloads/make-torrent.js';
import { writeSparseFile } from '../../payloads/random-files.js';
import { freePort } from '../../processes/free-port.js';
import type { Contender, Figures } from '../../rounds/bench-plan.js';
import { writeSmallTorrents } from '../many/small-torrents.js';
import type { Load } from './load.js';
import { LoadedProgram } from './loaded-program.js';

const START_LIMIT_MS = 120_000;
const LOAD_LIMIT_MS = 300_000;
const PROGRAM = '127.0.0.11';

/** It downloads, beside small torrents that seed. */
export function downloading(load: Load, seeder: Client, smallTorrents: number): Contender {
	return {
		name: `btmany <- ${seeder.name}`,
		peers: seeder.peers,
		async run({ folder }): Promise<Figures> {
			const watched = path.join(folder, 'watched');
			writeSmallTorrents(watched, smallTorrents);
			const seed = await load.start(seeder, 'seeder', folder);
			await seed.process.expect('the complete payload', seed.complete, START_LIMIT_MS);
			const program = await startProgram(watched, folder);
			await program.told('seeding', smallTorrents, START_LIMIT_MS);
			const fromMs = performance.now();
			program.add(load.torrentIn(folder));
			await program.told('completed', 1, LOAD_LIMIT_MS);
			const toMs = performance.now();
			await program.nextLag(START_LIMIT_MS);
			await Promise.all([seed.process.stop(), program.process.stop()]);
			compareFiles(load.payload.folder, watched, ['big']);
			return { ...program.lags.worst(fromMs, toMs), speed: load.speed(toMs - fromMs) };
		},
	};
}

/** It seeds, and checks other data meanwhile. */
export async function checkAndSeed(
	load: Load,
	folder: string,
	checked: readonly BenchTorrent[],
): Promise<Figures> {
	const watched = path.join(folder, 'watched');
	mkdirSync(watched);
	writeSparseFile(path.join(watched, 'big'), load.lengthBytes);
	const program = await startProgram(watched, folder, load.tracker);
	program.add(load.torrentIn(folder));
	await program.told('seeding', 1, START_LIMIT_MS);
	const fromMs = performance.now();
	const leech = await load.start(libtorrent, 'leecher', folder);
	const leeching = leech.process
		.expect('the download', leech.complete, LOAD_LIMIT_MS)
		.then(() => performance.now());
	for (const { name, torrentPath } of checked) {
		linkSync(path.join(path.dirname(torrentPath), name), path.join(watched, name));
		const copy = path.join(folder, path.basename(torrentPath));
		copyFileSync(torrentPath, copy);
		program.add(copy);
	}
	const checking = program
		.told('seeding', 1 + checked.length, LOAD_LIMIT_MS)
		.then(() => performance.now());
	// Only as long as both went on.
	const ends = await Promise.all([leeching, checking]);
	await program.nextLag(START_LIMIT_MS);
	await Promise.all([leech.process.stop(), program.process.stop()]);
	compareFiles(load.payload.folder, path.join(folder, 'leecher', 'files'), ['big']);
	return {
		...program.lags.worst(fromMs, Math.min(...ends)),
		speed: load.speed(ends[0] - fromMs),
	};
}

/** @param tracker - names the program to those who ask, when it is the one that seeds */
async function startProgram(
	watched: string,
	folder: string,
	tracker?: OnePeerTracker,
): Promise<LoadedProgram> {
	const home = path.join(folder, 'program');
	mkdirSync(home);
	const place = { address: PROGRAM, port: await freePort(PROGRAM) };
	void tracker?.expect(place, 1);
	return new LoadedProgram(watched, home, place);
}
