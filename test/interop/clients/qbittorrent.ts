/** qbittorrent-nox, driven through its web API. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addToQbittorrent, qbittorrentConfig } from '../../peer-programs/qbittorrent-control.js';
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
			`${qbittorrentConfig(place, webPort).join('\n')}\n`,
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
		for (const payload of place.payloads)
			await addToQbittorrent(api, payload.torrentPath, place.folder);
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
