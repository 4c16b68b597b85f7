/** How well a swarm shared: how near to the ideal, what came twice, and how evenly. */
import type { FigureKind } from '../../rounds/bench-plan.js';

/** What became of one leecher. */
export interface LeecherOutcome {
	/** From the start of the transfer to its last verified piece. */
	readonly seconds: number;
	readonly receivedBytes: number;
	readonly wastedBytes: number;
	readonly sentBytes: number;
}

export const SHARING_FIGURES: readonly FigureKind[] = [
	{ name: 'last', title: 'last one done, over the ideal', unit: 'x', better: 'lower' },
	{ name: 'median', title: 'median one done, over the ideal', unit: 'x', better: 'lower' },
	{ name: 'evenness', title: 'first one done, over the last', unit: 'x', better: 'neither' },
	{ name: 'waste', title: 'came twice', unit: '%', better: 'lower' },
	{ name: 'ratioLow', title: 'lowest share ratio', unit: 'x', better: 'neither' },
	{ name: 'ratioHigh', title: 'highest share ratio', unit: 'x', better: 'neither' },
	{ name: 'ideal', title: 'the ideal', unit: 's', better: 'neither' },
	{ name: 'cpu', title: 'CPU of all', unit: 's', better: 'lower' },
];

export function sharingFigures(
	leechers: readonly LeecherOutcome[],
	idealSeconds: number,
): Readonly<Record<string, number>> {
	const seconds = leechers.map((leecher) => leecher.seconds).sort((a, b) => a - b);
	const first = seconds[0] ?? 0;
	const median = seconds[Math.floor(seconds.length / 2)] ?? 0;
	const last = seconds.at(-1) ?? 0;
	const ratios = leechers.map(({ sentBytes, receivedBytes }) => sentBytes / receivedBytes);
	const sum = (read: (leecher: LeecherOutcome) => number): number =>
		leechers.reduce((total, leecher) => total + read(leecher), 0);
	return {
		last: last / idealSeconds,
		median: median / idealSeconds,
		evenness: first / last,
		waste: (100 * sum(({ wastedBytes }) => wastedBytes)) / sum((one) => one.receivedBytes),
		ratioLow: Math.min(...ratios),
		ratioHigh: Math.max(...ratios),
		ideal: idealSeconds,
	};
}
