/** libtorrent (Rasterbar), through its Python binding. */
import path from 'node:path';
import { hasPythonModule } from '../installed.js';
import { Program } from '../program.js';
import { setting } from '../settings.js';
import type { Client, Place, RunningClient } from './client.js';

/** Debian's binding is for Debian's Python only. */
const PYTHON = '/usr/bin/python3';

export const libtorrent: Client = {
	name: 'libtorrent',
	isInstalled: () => hasPythonModule(PYTHON, 'libtorrent'),
	start: (place: Place): Promise<RunningClient> => {
		const script = path.join(setting('INTEROP_SOURCE'), 'clients', 'libtorrent-peer.py');
		const torrents = place.payloads.map((payload) => payload.torrentPath);
		const program = new Program(
			PYTHON,
			['-u', script, place.address, `${place.port}`, place.folder, ...torrents],
			{ logPath: path.join(place.home, 'libtorrent.log'), home: place.home },
		);
		return Promise.resolve({
			programs: [program],
			programOf: () => program,
			portOf: () => place.port,
			isComplete: ({ infohash }) => program.output().includes(`complete ${infohash}\n`),
		});
	},
};
