/** What the dashboard costs, and how soon it answers. */
import type { Bench } from '../rounds/bench-plan.js';
import { costCase } from './dashboard/cost-case.js';
import { downloadCase } from './dashboard/download-case.js';

const SCREEN_TARGET = {
	contender: 'btmany, dashboard',
	figure: 'screenCpu',
	target: { atMost: 5 },
};

export const dashboardBench: Bench = {
	name: 'dashboard',
	title: 'The dashboard: CPU, frames, keys',
	method: [
		'The dashboard runs in a pseudo-terminal of 120 columns and 40 rows whose output is read at once.',
		'CPU is a share of one core, read from /proc for the whole process and for its main thread alone, which draws the screen and takes in what the engine thread tells.',
		'All torrents of the idle and busy cases are complete and were checked before. Busy: a second process downloads them, a hundred at a time, at 8 MB/s together.',
		'The time of a frame is what the program itself tells on its page D: from the newest data to finished lines.',
		'These cases run two rounds: CPU over a window of seconds moves little.',
		'The speed of the download is measured on its file, from the first block that is written to the last.',
		'Keys are pressed from the second second of the download on. A key press is timed from writing the key to the terminal until the page it opens or closes was read from it.',
	],
	cases: (size) => {
		const counts = size === 'smoke' ? [100] : [10, 1000, 10_000];
		return [
			...counts.flatMap((count) =>
				[false, true].map((isBusy) =>
					costCase({ count, isBusy, size, targets: count === 1000 ? [SCREEN_TARGET] : [] }),
				),
			),
			downloadCase(size),
		];
	},
};
