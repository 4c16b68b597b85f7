/** qbittorrent-nox, as a leecher; controlled through its web API. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
	addToQbittorrent,
	qbittorrentConfig,
} from '../../test/peer-programs/qbittorrent-control.js';
import { freePort } from '../processes/free-port.js';
import { MeasuredProcess } from '../processes/measured-process.js';
import type { Client, ClientPlace, RunningClient } from './client.js';
import { makeDoneHook } from './done-hook.js';
import { qbittorrentPeer } from './installed.js';
import { untilAnswered } from './until-answered.js';

export const qbittorrent: Client = {
	name: 'qbittorrent',
	peers: [qbittorrentPeer],
	settings: {
		requestQueue: 3000,
		diskQueueMib: 64,
		hashingThreads: 2,
		filePool: 500,
		encryption: 'off',
		utp: false,
		dht: false,
		pex: false,
	},
	async start(place: ClientPlace): Promise<RunningClient> {
		const hook = makeDoneHook(place.home);
		const webPort = await freePort();
		const configFolder = path.join(place.home, 'qBittorrent', 'config');
		mkdirSync(configFolder, { recursive: true });
		const lines = config(place, webPort, hook.scriptPath);
		writeFileSync(path.join(configFolder, 'qBittorrent.conf'), `${lines.join('\n')}\n`);
		const process = new MeasuredProcess(
			'qbittorrent-nox',
			[`--profile=${place.home}`, `--webui-port=${webPort}`],
			{ home: place.home, logPath: path.join(place.home, 'qbittorrent.log') },
		);
		const api = `http://127.0.0.1:${webPort}/api/v2`;
		await untilAnswered(process, () => fetch(`${api}/app/version`));
		await addToQbittorrent(api, place.torrent.torrentPath, place.folder);
		return { process, complete: hook.done };
	},
};

function config(place: ClientPlace, webPort: number, done: string): readonly string[] {
	return [
		'[AutoRun]',
		'enabled=true',
		`program=${done}`,
		...qbittorrentConfig(place, webPort, [
			'Session\\Encryption=2',
			'Session\\RequestQueueSize=3000',
			'Session\\DiskQueueSize=67108864',
			'Session\\HashingThreadsCount=2',
			'Session\\FilePoolSize=500',
		]),
	];
}
