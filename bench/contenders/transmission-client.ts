/** transmission-daemon, as a leecher. It drops peers in 127.0.0.0/8 that a tracker names, so the seeder dials it. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
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

class TransmissionRpc {
	readonly #url: string;
	#sessionId = '';

	constructor(port: number) {
		this.#url = `http://127.0.0.1:${port}/transmission/rpc`;
	}

	async call(method: string, args: object): Promise<void> {
		const response = await fetch(this.#url, {
			method: 'POST',
			headers: { 'X-Transmission-Session-Id': this.#sessionId },
			body: JSON.stringify({ method, arguments: args }),
		});
		if (response.status === 409) {
			this.#sessionId = response.headers.get('X-Transmission-Session-Id') ?? '';
			return this.call(method, args);
		}
		const { result } = (await response.json()) as { result: string };
		if (result !== 'success') throw new Error(`transmission: ${method}: ${result}`);
	}
}

function settingsFor(
	place: ClientPlace,
	rpcPort: number,
	doneScript: string,
): Readonly<Record<string, unknown>> {
	return {
		'bind-address-ipv4': place.address,
		'bind-address-ipv6': '::1',
		'peer-port': place.port,
		'peer-port-random-on-start': false,
		'rpc-bind-address': '127.0.0.1',
		'rpc-port': rpcPort,
		'rpc-authentication-required': false,
		'rpc-whitelist': '127.0.0.1',
		'download-dir': place.folder,
		'incomplete-dir-enabled': false,
		'rename-partial-files': false,
		'dht-enabled': false,
		'lpd-enabled': false,
		'pex-enabled': false,
		'utp-enabled': false,
		'port-forwarding-enabled': false,
		'download-queue-enabled': false,
		'speed-limit-down-enabled': false,
		'speed-limit-up-enabled': false,
		'cache-size-mb': 64,
		encryption: 0,
		preallocation: 0,
		'script-torrent-done-enabled': true,
		'script-torrent-done-filename': doneScript,
	};
}
