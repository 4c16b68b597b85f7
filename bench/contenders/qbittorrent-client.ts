/** qbittorrent-nox, as a leecher; controlled through its web API. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
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
		await add(api, place);
		return { process, complete: hook.done };
	},
};

async function add(api: string, { torrent, folder }: ClientPlace): Promise<void> {
	const form = new FormData();
	const { torrentPath } = torrent;
	form.set('torrents', new Blob([await readFile(torrentPath)]), path.basename(torrentPath));
	form.set('savepath', folder);
	form.set('autoTMM', 'false');
	const answer = await fetch(`${api}/torrents/add`, { method: 'POST', body: form });
	const said = await answer.text();
	if (!answer.ok || said !== 'Ok.') throw new Error(`qbittorrent: add: ${answer.status} ${said}`);
}

function config({ address, port, folder }: ClientPlace, webPort: number, done: string): string[] {
	return [
		'[LegalNotice]',
		'Accepted=true',
		'[AutoRun]',
		'enabled=true',
		`program=${done}`,
		'[BitTorrent]',
		'Session\\DHTEnabled=false',
		'Session\\LSDEnabled=false',
		'Session\\PeXEnabled=false',
		'Session\\Encryption=2',
		`Session\\Port=${port}`,
		`Session\\InterfaceAddress=${address}`,
		'Session\\Interface=lo',
		'Session\\InterfaceName=lo',
		'Session\\BTProtocol=TCP',
		'Session\\MultiConnectionsPerIp=true',
		'Session\\QueueingSystemEnabled=false',
		'Session\\RequestQueueSize=3000',
		'Session\\DiskQueueSize=67108864',
		'Session\\HashingThreadsCount=2',
		'Session\\FilePoolSize=500',
		`Session\\DefaultSavePath=${folder}`,
		'Session\\Preallocation=false',
		'[Network]',
		'PortForwardingEnabled=false',
		'[Preferences]',
		'WebUI\\Address=127.0.0.1',
		`WebUI\\Port=${webPort}`,
		'WebUI\\LocalHostAuth=false',
		'WebUI\\UseUPnP=false',
		'General\\Locale=en',
	];
}
