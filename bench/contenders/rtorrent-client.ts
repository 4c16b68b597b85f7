/** rtorrent without a terminal, as a leecher. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MeasuredProcess } from '../processes/measured-process.js';
import type { Client, ClientPlace, RunningClient } from './client.js';
import { makeDoneHook } from './done-hook.js';
import { rtorrentPeer } from './installed.js';

export const rtorrent: Client = {
	name: 'rtorrent',
	peers: [rtorrentPeer],
	settings: {
		piecesMemory: '8192M',
		hashOnCompletion: false,
		encryption: 'off',
		dht: false,
		pex: false,
	},
	start: (place: ClientPlace): Promise<RunningClient> => {
		const hook = makeDoneHook(place.home);
		mkdirSync(path.join(place.home, 'session'));
		const configPath = path.join(place.home, 'rc');
		writeFileSync(configPath, `${config(place, hook.scriptPath).join('\n')}\n`);
		const process = new MeasuredProcess('rtorrent', ['-n', '-o', `import=${configPath}`], {
			home: place.home,
			logPath: path.join(place.home, 'rtorrent.log'),
		});
		return Promise.resolve({ process, complete: hook.done });
	},
};

function config({ address, port, folder, home, torrent }: ClientPlace, done: string): string[] {
	return [
		'system.daemon.set = true',
		`session.path.set = ${path.join(home, 'session')}`,
		`directory.default.set = ${folder}`,
		`network.bind_address.set = ${address}`,
		`network.port_range.set = ${port}-${port}`,
		'network.port_random.set = no',
		'dht.mode.set = disable',
		'protocol.pex.set = no',
		'trackers.use_udp.set = no',
		'protocol.encryption.set = none',
		'network.max_open_files.set = 600',
		// It stalls when a download does not fit; bigger socket buffers made it slower.
		'pieces.memory.max.set = 8192M',
		'pieces.hash.on_completion.set = no',
		'system.file.allocate.set = 0',
		'throttle.global_down.max_rate.set_kb = 0',
		'throttle.global_up.max_rate.set_kb = 0',
		`method.set_key = event.download.finished, bench_done, ((execute2, "${done}"))`,
		`schedule2 = load, 0, 0, ((load.start, "${torrent.torrentPath}"))`,
	];
}
