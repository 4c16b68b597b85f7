/** transmission-daemon, as a leecher. It drops peers in 127.0.0.0/8 that a tracker names, so the seeder dials it. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
	TransmissionRpc,
	transmissionSettings,
} from '../../test/peer-programs/transmission-control.js';
import { freePort } from '../processes/free-port.js';
import { MeasuredProcess } from '../processes/measured-process.js';
import type { Client, ClientPlace, RunningClient } from './client.js';
import { makeDoneHook } from './done-hook.js';
import { transmissionPeer } from './installed.js';
import { untilAnswered } from './until-answered.js';

export const transmission: Client = {
	name: 'transmission',
	peers: [transmissionPeer],
	refusesLoopbackPeers: true,
	settings: { cacheMib: 64, encryption: 'off', preallocation: 'off', utp: false, dht: false },
	async start(place: ClientPlace): Promise<RunningClient> {
		const hook = makeDoneHook(place.home);
		const rpcPort = await freePort();
		const settings = JSON.stringify(settingsFor(place, rpcPort, hook.scriptPath));
		writeFileSync(path.join(place.home, 'settings.json'), settings);
		const process = new MeasuredProcess(
			'transmission-daemon',
			['--foreground', '--log-error', '--config-dir', place.home],
			{ home: place.home, logPath: path.join(place.home, 'transmission.log') },
		);
		const rpc = new TransmissionRpc(rpcPort);
		await untilAnswered(process, () => rpc.call('session-get', {}));
		await rpc.call('torrent-add', {
			filename: place.torrent.torrentPath,
			'download-dir': place.folder,
			paused: false,
		});
		return { process, complete: hook.done };
	},
};

function settingsFor(
	place: ClientPlace,
	rpcPort: number,
	doneScript: string,
): Readonly<Record<string, unknown>> {
	return {
		...transmissionSettings(place, rpcPort),
		'speed-limit-down-enabled': false,
		'speed-limit-up-enabled': false,
		'cache-size-mb': 64,
		'script-torrent-done-enabled': true,
		'script-torrent-done-filename': doneScript,
	};
}
