/** transmission-daemon 3, driven through its RPC. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TransmissionRpc, transmissionSettings } from '../../peer-programs/transmission-control.js';
import { hasCommand } from '../installed.js';
import { Program } from '../program.js';
import { START_LIMIT_MS } from '../settings.js';
import { orUndefined, waitUntil } from '../wait.js';
import { type Client, CONTROL_PORT_OFFSET, type Place, type RunningClient } from './client.js';

const SEEDING = 6;

export const transmission: Client = {
	name: 'transmission',
	skipsEmptyFiles: true,
	isInstalled: () => hasCommand('transmission-daemon'),
	async start(place: Place): Promise<RunningClient> {
		const rpcPort = place.port + CONTROL_PORT_OFFSET;
		await writeFile(
			path.join(place.home, 'settings.json'),
			JSON.stringify(transmissionSettings(place, rpcPort), undefined, 1),
		);
		const logPath = path.join(place.home, 'transmission.log');
		const args = ['--foreground', '--log-debug', '--config-dir', place.home];
		const program = new Program('transmission-daemon', args, { logPath, home: place.home });
		const rpc = new TransmissionRpc(rpcPort);
		const isUp = await waitUntil(
			async () => (await orUndefined(rpc.call('session-get', {}))) !== undefined,
			START_LIMIT_MS,
		);
		if (!isUp) throw new Error(`transmission does not answer\n${program.tail()}`);
		for (const payload of place.payloads) {
			await rpc.call('torrent-add', {
				filename: payload.torrentPath,
				'download-dir': place.folder,
				paused: false,
			});
		}
		return {
			programs: [program],
			programOf: () => program,
			portOf: () => place.port,
			isComplete: async ({ infohash }) => {
				const fields = ['hashString', 'percentDone', 'status'];
				const reply = await orUndefined(rpc.call('torrent-get', { fields }));
				const torrent = reply?.arguments.torrents?.find((one) => one.hashString === infohash);
				return torrent?.percentDone === 1 && torrent.status === SEEDING;
			},
		};
	},
};
