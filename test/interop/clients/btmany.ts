/** This program, as its users run it: from the built package, on the command line. */
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Payload } from '../payloads.js';
import { Program } from '../program.js';
import { setting } from '../settings.js';
import type { Client, Place, RunningClient } from './client.js';

/** One program watches a folder with all torrents. */
export const btmanyFolder: Client = {
	name: 'btmany',
	endsWhenAsked: true,
	isInstalled: () => true,
	async start(place: Place): Promise<RunningClient> {
		const watched = path.join(place.home, 'watched');
		await mkdir(watched, { recursive: true });
		for (const { torrentPath } of place.payloads) {
			await copyFile(torrentPath, path.join(watched, path.basename(torrentPath)));
		}
		const program = runBtmany(place, 'btmany', place.port, [watched]);
		return {
			programs: [program],
			programOf: () => program,
			portOf: () => place.port,
			isComplete: (payload) => {
				if (program.exitCode !== undefined) throw new Error(`btmany ended: ${program.exitCode}`);
				return events(program).some(
					({ type, infohash }) => type === 'completed' && infohash === payload.infohash,
				);
			},
		};
	},
};

/** One `btmany get` for each payload, all at once; each is complete when it leaves with 0. */
export const btmanyGet: Client = {
	name: 'btmany',
	isInstalled: () => true,
	start: (place: Place): Promise<RunningClient> => {
		const portOf = (payload: Payload): number => place.port + place.payloads.indexOf(payload);
		const programs = place.payloads.map((payload) =>
			runBtmany(place, `get-${payload.name}`, portOf(payload), ['get', payload.torrentPath]),
		);
		const programOf = (payload: Payload): Program => {
			const program = programs[place.payloads.indexOf(payload)];
			if (program === undefined) throw new Error(`${payload.name} is not downloaded here`);
			return program;
		};
		return Promise.resolve({
			programs,
			programOf,
			portOf,
			isComplete: (payload: Payload): boolean => {
				const { exitCode } = programOf(payload);
				if (exitCode === undefined) return false;
				if (exitCode !== 0) throw new Error(`btmany get left with ${exitCode}`);
				return true;
			},
		});
	},
};

function runBtmany(place: Place, log: string, port: number, operands: readonly string[]): Program {
	const options = {
		bind: place.address,
		port: `${port}`,
		'download-dir': place.folder,
		'state-dir': path.join(place.home, `state-${log}`),
		'log-file': path.join(place.home, `${log}.debug.log`),
		'log-level': 'debug',
		'summary-interval': '10s',
	};
	const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
	const peers = place.peers.map((peer) => `--peer=${peer}`);
	const bin = path.join(setting('INTEROP_DIST'), 'bin', 'btmany.js');
	const args = [bin, ...operands, '--headless', '--json', ...flags, ...peers, ...place.options];
	const logPath = path.join(place.home, `${log}.log`);
	return new Program('node', args, { logPath, home: place.home });
}

function events(program: Program): { readonly type?: string; readonly infohash?: string }[] {
	return program
		.output()
		.split('\n')
		.filter((line) => line.startsWith('{') && line.endsWith('}'))
		.map((line) => JSON.parse(line) as { type?: string; infohash?: string });
}
