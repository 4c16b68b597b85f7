/** qbittorrent-nox, driven through its web API. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hasCommand } from '../installed.js';
import { Program } from '../program.js';
import { START_LIMIT_MS } from '../settings.js';
import { orUndefined, waitUntil } from '../wait.js';
import { type Client, CONTROL_PORT_OFFSET, type Place, type RunningClient } from './client.js';

interface WebTorrent {
	readonly hash: string;
	readonly progress: number;
	/** `uploading`, `stalledUP`, `checkingUP`, `downloading`, … */
	readonly state: string;
}

export const qbittorrent: Client = {
	name: 'qbittorrent',
	isInstalled: () => hasCommand('qbittorrent-nox'),
	async start(place: Place): Promise<RunningClient> {
		const webPort = place.port + CONTROL_PORT_OFFSET;
		const configFolder = path.join(place.home, 'qBittorrent', 'config');
		await mkdir(configFolder, { recursive: true });
		await writeFile(
			path.join(configFolder, 'qBittorrent.conf'),
			`${config(place, webPort).join('\n')}\n`,
		);
		const args = [`--profile=${place.home}`, `--webui-port=${webPort}`];
		const logPath = path.join(place.home, 'qbittorrent.log');
		const program = new Program('qbittorrent-nox', args, { logPath, home: place.home });
		const api = `http://127.0.0.1:${webPort}/api/v2`;
		const isUp = await waitUntil(
			async () => (await orUndefined(fetch(`${api}/app/version`)))?.ok === true,
			START_LIMIT_MS,
		);
		if (!isUp) throw new Error(`qbittorrent does not answer\n${program.tail()}`);
		for (const payload of place.payloads) await add(api, place, payload.torrentPath);
		return {
			programs: [program],
			programOf: () => program,
			portOf: () => place.port,
			isComplete: async ({ infohash }) => {
				const answer = await orUndefined(fetch(`${api}/torrents/info`));
				const torrents = ((await answer?.json()) ?? []) as readonly WebTorrent[];
				const torrent = torrents.find((one) => one.hash === infohash);
				return torrent?.progress === 1 && /^(uploading|stalledUP)$/.test(torrent.state);
			},
		};
	},
};

async function add(api: string, place: Place, torrentPath: string): Promise<void> {
	const form = new FormData();
	form.set('torrents', new Blob([await readFile(torrentPath)]), path.basename(torrentPath));
	form.set('savepath', place.folder);
	form.set('autoTMM', 'false');
	const answer = await fetch(`${api}/torrents/add`, { method: 'POST', body: form });
	const said = await answer.text();
	if (!answer.ok || said !== 'Ok.') throw new Error(`qbittorrent: add: ${answer.status} ${said}`);
}

function config(place: Place, webPort: number): string[] {
	return [
		'[LegalNotice]',
		'Accepted=true',
		'[BitTorrent]',
		'Session\\DHTEnabled=false',
		'Session\\LSDEnabled=false',
		'Session\\PeXEnabled=false',
		`Session\\Port=${place.port}`,
		`Session\\InterfaceAddress=${place.address}`,
		'Session\\Interface=lo',
		'Session\\InterfaceName=lo',
		'Session\\BTProtocol=TCP',
		'Session\\MultiConnectionsPerIp=true',
		'Session\\QueueingSystemEnabled=false',
		`Session\\DefaultSavePath=${place.folder}`,
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
