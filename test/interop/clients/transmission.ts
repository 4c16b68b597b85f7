/** transmission-daemon 3, driven through its RPC. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hasCommand } from '../installed.js';
import { Program } from '../program.js';
import { START_LIMIT_MS } from '../settings.js';
import { orUndefined, waitUntil } from '../wait.js';
import { type Client, CONTROL_PORT_OFFSET, type Place, type RunningClient } from './client.js';

interface RpcTorrent {
	readonly hashString: string;
	readonly percentDone: number;
	/** 6 is seeding. */
	readonly status: number;
}

interface RpcReply {
	readonly result: string;
	readonly arguments: { readonly torrents?: readonly RpcTorrent[] };
}

const SEEDING = 6;

export const transmission: Client = {
	name: 'transmission',
	skipsEmptyFiles: true,
	isInstalled: () => hasCommand('transmission-daemon'),
	async start(place: Place): Promise<RunningClient> {
		const rpcPort = place.port + CONTROL_PORT_OFFSET;
		await writeFile(
			path.join(place.home, 'settings.json'),
			JSON.stringify(settings(place, rpcPort), undefined, 1),
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

class TransmissionRpc {
	readonly #url: string;
	#sessionId = '';

	constructor(port: number) {
		this.#url = `http://127.0.0.1:${port}/transmission/rpc`;
	}

	async call(method: string, args: object): Promise<RpcReply> {
		const request = {
			method: 'POST',
			headers: { 'X-Transmission-Session-Id': this.#sessionId },
			body: JSON.stringify({ method, arguments: args }),
		};
		const response = await fetch(this.#url, request);
		if (response.status === 409) {
			this.#sessionId = response.headers.get('X-Transmission-Session-Id') ?? '';
			return this.call(method, args);
		}
		const reply = (await response.json()) as RpcReply;
		if (reply.result !== 'success') throw new Error(`transmission: ${method}: ${reply.result}`);
		return reply;
	}
}

function settings(place: Place, rpcPort: number): Readonly<Record<string, unknown>> {
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
		encryption: 0,
		preallocation: 0,
	};
}
