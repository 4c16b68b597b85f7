/** What the dashboard costs, and how soon it answers. */
import type { Bench } from '../rounds/bench-plan.js';
import { costCase } from './dashboard/cost-case.js';
import { downloadCase } from './dashboard/download-case.js';
import { keysCase } from './dashboard/keys-case.js';

const SCREEN_TARGETS = ['idleScreen', 'busyScreen'].map((figure) => ({
	contender: 'btmany, dashboard',
	figure,
	target: { atMost: 5 },
}));

export const dashboardBench: Bench = {
	name: 'dashboard',
	title: 'The dashboard: CPU, frames, keys',
	method: [
		'The dashboard runs in a pseudo-terminal of 120 columns and 40 rows whose output is read at once.',
		'CPU is a share of one core, read from /proc for the whole process and for its main thread alone, which draws the screen and takes in what the engine thread tells.',
		'All torrents of the idle and busy moments are complete and were checked before. Busy: a second process downloads them, a hundred at a time, at 8 MB/s together.',
		'The time of a frame is what the program itself tells on its page D: from the newest data to finished lines.',
		'The speed of a download is measured on its file, from the first block that is written to the last; the leech CPU too. These run three rounds of several downloads.',
		'Download: a torrent is put into the watched folder beside a thousand that are complete and quiet; its data are zeros, and checked.',
		'Keys are pressed from half a second after the first block on. A key press is timed from writing the key to the terminal until the page it opens or closes was read from it.',
		'The echo is what the same way takes in a second terminal at the same time, where only cat runs: the delay of the measuring itself.',
	],
	cases: (size) => {
		const counts = size === 'smoke' ? [100] : [10, 1000, 10_000];
		return [
			...counts.map((count) =>
				costCase({ count, size, targets: count === 1000 ? SCREEN_TARGETS : [] }),
			),
			downloadCase(size),
			keysCase(size),
		];
	},
};
