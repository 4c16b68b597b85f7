/** Runs the cases of one bench and gathers its result. */
import { readMachineFacts } from '../machine/machine-facts.js';
import type { Bench, BenchCase, BenchSize } from './bench-plan.js';
import type { BenchResult, CaseResult } from './bench-result.js';
import { runCase } from './run-case.js';

/** Below that a median says little. */
const DEFAULT_ROUNDS = 5;

export interface BenchOptions {
	readonly size: BenchSize;
	/** Instead of what each case says. */
	readonly rounds: number | undefined;
	/** Only this case. */
	readonly caseName: string | undefined;
	readonly requiresPeers: boolean;
	readonly signal: AbortSignal;
	readonly say: (line: string) => void;
}

export async function runBench(bench: Bench, options: BenchOptions): Promise<BenchResult> {
	const startedAt = new Date();
	const versions: Record<string, string> = {};
	const cases: CaseResult[] = [];
	for (const benchCase of bench.cases(options.size)) {
		if (options.caseName !== undefined && options.caseName !== benchCase.name) continue;
		options.say(`${bench.name}/${benchCase.name}: ${benchCase.title}`);
		cases.push(
			await runCase(benchCase, {
				...roundsOf(benchCase, options),
				requiresPeers: options.requiresPeers,
				signal: options.signal,
				say: options.say,
				noteVersion: (peer, version) => {
					versions[peer] = version;
				},
			}),
		);
	}
	return {
		bench: bench.name,
		title: bench.title,
		method: bench.method,
		size: options.size,
		startedAt: startedAt.toISOString(),
		tookSeconds: Math.round((Date.now() - startedAt.getTime()) / 100) / 10,
		machine: readMachineFacts(),
		versions,
		cases,
	};
}

function roundsOf(
	benchCase: BenchCase,
	{ size, rounds }: BenchOptions,
): { rounds: number; warmUps: number } {
	const warmUps = benchCase.warmUps ?? 1;
	if (size === 'smoke') return { rounds: rounds ?? 1, warmUps: 0 };
	return { rounds: rounds ?? benchCase.rounds ?? DEFAULT_ROUNDS, warmUps };
}
