/** libtorrent (Rasterbar), through its Python binding. */
import path from 'node:path';
import { benchFolder } from '../machine/project-folders.js';
import { makeGate } from '../processes/gate.js';
import { MeasuredProcess } from '../processes/measured-process.js';
import type { Client, ClientPlace, RunningClient } from './client.js';
import { libtorrentPeer, PYTHON } from './installed.js';

/** On top of `lt.high_performance_seed()`; deeper queues, no limits. */
const SETTINGS = {
	max_out_request_queue: 3000,
	max_allowed_in_request_queue: 5000,
	max_queued_disk_bytes: 64 * 2 ** 20,
	hashing_threads: 2,
} as const;

export const libtorrent: Client = {
	name: 'libtorrent',
	peers: [libtorrentPeer],
	settings: {
		preset: 'high_performance_seed',
		...SETTINGS,
		encryption: 'off',
		utp: false,
		pex: false,
	},
	start: (place: ClientPlace): Promise<RunningClient> => {
		const done = makeGate();
		const wanted = place.role === 'seeder' ? 'ready' : 'complete';
		const script = path.join(benchFolder, 'contenders', 'libtorrent-peer.py');
		const { role, address, port, folder, torrent } = place;
		const process = new MeasuredProcess(
			PYTHON,
			[script, role, address, `${port}`, folder, torrent.torrentPath],
			{
				home: place.home,
				logPath: path.join(place.home, 'libtorrent.log'),
				stdin: 'pipe',
				onLine: (line) => {
					if (line === wanted) done.open();
				},
			},
		);
		process.write(`${JSON.stringify(SETTINGS)}\n`);
		return Promise.resolve({
			process,
			complete: done.opened,
			connect: (peerAddress, peerPort) => process.write(`connect ${peerAddress} ${peerPort}\n`),
		});
	},
};
