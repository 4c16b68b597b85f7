/** webtorrent 1.9.7, the last in pure JavaScript; installed from npm for the benches only, without its scripts. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { benchFolder } from '../machine/project-folders.js';
import { makeGate } from '../processes/gate.js';
import { MeasuredProcess } from '../processes/measured-process.js';
import type { Peer } from '../rounds/bench-plan.js';
import type { Client, ClientPlace, RunningClient } from './client.js';

const VERSION = '1.9.7';
const INSTALL_LIMIT_MS = 120_000;

function peersFolder(): string {
	return path.resolve(process.env['BENCH_PEERS'] ?? path.join(benchFolder, '.peers'));
}

function modulesFolder(): string {
	return path.join(peersFolder(), `webtorrent-${VERSION}`);
}

let installing: Promise<string | undefined> | undefined;

const webtorrentPeer: Peer = {
	name: 'webtorrent',
	isOptional: true,
	missing: () => {
		installing ??= install();
		return installing;
	},
	version: () => Promise.resolve(VERSION),
};

async function install(): Promise<string | undefined> {
	const folder = modulesFolder();
	if (existsSync(path.join(folder, 'installed'))) return undefined;
	mkdirSync(folder, { recursive: true });
	try {
		const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'];
		await promisify(execFile)('npm', [...args, `webtorrent@${VERSION}`], {
			timeout: INSTALL_LIMIT_MS,
		});
		mkdirSync(path.join(folder, 'installed'));
		return undefined;
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		return `npm cannot install webtorrent@${VERSION}: ${message.trim().split('\n').at(-1) ?? ''}`;
	}
}

export const webtorrent: Client = {
	name: 'webtorrent',
	peers: [webtorrentPeer],
	settings: { version: VERSION, encryption: 'off', utp: false, dht: false, pex: false },
	start: (place: ClientPlace): Promise<RunningClient> => {
		const done = makeGate();
		const script = path.join(benchFolder, 'contenders', 'webtorrent-peer.mjs');
		const { address, port, folder, torrent, home } = place;
		const process = new MeasuredProcess(
			globalThis.process.execPath,
			[script, modulesFolder(), address, `${port}`, folder, torrent.torrentPath],
			{
				home,
				logPath: path.join(home, 'webtorrent.log'),
				onLine: (line) => {
					if (line === 'complete') done.open();
				},
			},
		);
		return Promise.resolve({ process, complete: done.opened });
	},
};
