/** This program, as its users run it: the built package, on the command line, headless, with its defaults. */
import path from 'node:path';
import { programPath } from '../machine/project-folders.js';
import { makeGate } from '../processes/gate.js';
import { MeasuredProcess } from '../processes/measured-process.js';
import type { Client, ClientPlace, RunningClient } from './client.js';

export const btmany: Client = {
	name: 'btmany',
	peers: [],
	settings: { options: 'defaults; --headless --json --seed' },
	start: (place: ClientPlace): Promise<RunningClient> => {
		const done = makeGate();
		const wanted = place.role === 'seeder' ? 'seeding' : 'completed';
		const process = new MeasuredProcess(globalThis.process.execPath, commandLine(place), {
			home: place.home,
			logPath: path.join(place.home, 'btmany.log'),
			onLine: (line) => {
				if ((JSON.parse(line) as { type: string }).type === wanted) done.open();
			},
		});
		return Promise.resolve({ process, complete: done.opened });
	},
};

function commandLine({ address, port, folder, home, torrent }: ClientPlace): string[] {
	return [
		programPath(),
		'get',
		torrent.torrentPath,
		'--headless',
		'--json',
		'--seed',
		`--bind=${address}`,
		`--port=${port}`,
		`--download-dir=${folder}`,
		`--state-dir=${path.join(home, 'state')}`,
	];
}
