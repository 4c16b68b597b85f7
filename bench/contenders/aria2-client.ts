/** aria2, as a leecher. */
import path from 'node:path';
import { MeasuredProcess } from '../processes/measured-process.js';
import type { Client, ClientPlace, RunningClient } from './client.js';
import { makeDoneHook } from './done-hook.js';
import { aria2Peer } from './installed.js';

export const aria2: Client = {
	name: 'aria2',
	peers: [aria2Peer],
	settings: { diskCache: '64M', fileAllocation: 'none', encryption: 'off', dht: false, pex: false },
	start: (place: ClientPlace): Promise<RunningClient> => {
		const hook = makeDoneHook(place.home);
		const process = new MeasuredProcess(
			'aria2c',
			[...flags(place), `--on-bt-download-complete=${hook.scriptPath}`, place.torrent.torrentPath],
			{ home: place.home, logPath: path.join(place.home, 'aria2.log') },
		);
		return Promise.resolve({ process, complete: hook.done });
	},
};

function flags({ address, port, folder }: ClientPlace): string[] {
	return [
		'--no-conf',
		'--enable-dht=false',
		'--enable-dht6=false',
		'--bt-enable-lpd=false',
		'--enable-peer-exchange=false',
		'--disable-ipv6=true',
		`--interface=${address}`,
		`--listen-port=${port}`,
		'--bt-max-peers=0',
		'--bt-min-crypto-level=plain',
		'--bt-require-crypto=false',
		'--bt-max-open-files=1000',
		'--disk-cache=64M',
		'--file-allocation=none',
		'--follow-torrent=mem',
		'--seed-ratio=0.0',
		'--seed-time=9999',
		'--summary-interval=0',
		'--console-log-level=warn',
		'--enable-color=false',
		'--show-console-readout=false',
		'--bt-tracker-connect-timeout=5',
		'--max-overall-download-limit=0',
		`--dir=${folder}`,
	];
}
