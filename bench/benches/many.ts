/** Ten thousand torrents: starting, waiting, announcing; and a thousand peers. */
import type { Bench } from '../rounds/bench-plan.js';
import { announceCase } from './many/announce-case.js';
import { peersCase } from './many/peers-case.js';
import { startCase } from './many/start-case.js';

export const manyBench: Bench = {
	name: 'many',
	title: 'Ten thousand torrents, a thousand peers',
	method: [
		'Every torrent is one file of 20,000 bytes beside its .torrent in a watched folder.',
		'A start is timed from before the process is started to the line that says that the last torrent seeds.',
		'First start: nothing is known, all data is hashed. Restart: the same folder again.',
		'Idle CPU is a share of one core over a minute, twenty seconds after the last torrent seeds; RSS is read at its end.',
		'libtorrent is a Python program that adds all torrents in seed mode: it has no watched folder and keeps no records, so it does less.',
		'Memory of a peer is the growth of anonymous memory with a thousand peers that have had one block each and stay connected.',
		'These cases run one round: each takes minutes, and memory and idle CPU move little.',
	],
	cases: (size) => {
		if (size === 'smoke')
			return [
				startCase(50, size),
				announceCase(50, size),
				peersCase('peers-one', 20, 1),
				peersCase('peers-many', 20, 10),
			];
		return [
			...[100, 1000, 10_000].map((count) => startCase(count, size)),
			announceCase(10_000, size),
			peersCase('peers-one', 1000, 1),
			peersCase('peers-many', 1000, 500),
		];
	},
};
