/** aria2, driven through its JSON-RPC. */
import path from 'node:path';
import { hasCommand } from '../installed.js';
import { Program } from '../program.js';
import { orUndefined } from '../wait.js';
import { type Client, CONTROL_PORT_OFFSET, type Place, type RunningClient } from './client.js';

interface RpcDownload {
	readonly infoHash?: string;
	/** `true` as text. */
	readonly seeder?: string;
	readonly completedLength: string;
	readonly totalLength: string;
}

export const aria2: Client = {
	name: 'aria2',
	isInstalled: () => hasCommand('aria2c'),
	start: (place: Place): Promise<RunningClient> => {
		const rpcPort = place.port + CONTROL_PORT_OFFSET;
		const program = new Program('aria2c', [...flags(place, rpcPort), ...torrentsOf(place)], {
			logPath: path.join(place.home, 'aria2.log'),
			home: place.home,
		});
		return Promise.resolve({
			programs: [program],
			programOf: () => program,
			portOf: () => place.port,
			isComplete: async ({ infohash }) => {
				const downloads = await orUndefined(tellActive(rpcPort));
				const download = downloads?.find((one) => one.infoHash === infohash);
				return download?.seeder === 'true' && download.completedLength === download.totalLength;
			},
		});
	},
};

function torrentsOf(place: Place): string[] {
	return place.payloads.map((payload) => payload.torrentPath);
}

function flags(place: Place, rpcPort: number): string[] {
	return [
		'--no-conf',
		// Without a DHT port aria2 has no UDP socket, and announces to no UDP tracker. Here is nobody to find.
		'--enable-dht=true',
		`--dht-listen-port=${place.port + 1}`,
		`--dht-file-path=${path.join(place.home, 'dht.dat')}`,
		'--enable-dht6=false',
		'--bt-enable-lpd=false',
		'--enable-peer-exchange=false',
		'--disable-ipv6=true',
		`--interface=${place.address}`,
		`--listen-port=${place.port}`,
		'--bt-tracker-connect-timeout=5',
		'--file-allocation=none',
		'--check-integrity=true',
		'--seed-ratio=0.0',
		'--seed-time=9999',
		'--max-concurrent-downloads=10',
		'--enable-rpc=true',
		'--rpc-listen-all=false',
		`--rpc-listen-port=${rpcPort}`,
		'--summary-interval=0',
		'--console-log-level=info',
		'--enable-color=false',
		'--show-console-readout=false',
		`--dir=${place.folder}`,
	];
}

async function tellActive(rpcPort: number): Promise<readonly RpcDownload[]> {
	const response = await fetch(`http://127.0.0.1:${rpcPort}/jsonrpc`, {
		method: 'POST',
		body: JSON.stringify({ jsonrpc: '2.0', id: 'interop', method: 'aria2.tellActive' }),
	});
	return ((await response.json()) as { result: readonly RpcDownload[] }).result;
}
