/** Small parts of the program by themselves, each in a process of its own. */
import path from 'node:path';
import { compiledFolder, distFolder } from '../machine/project-folders.js';
import { MeasuredProcess } from '../processes/measured-process.js';
import type { Bench, BenchCase, Contender, Figures } from '../rounds/bench-plan.js';
import type { MicroCase } from './micro/micro-case.js';
import { microCases } from './micro/micro-table.js';

const LIMIT_MS = 120_000;

export const microBench: Bench = {
	name: 'micro',
	title: 'Parts by themselves',
	method: [
		'Every variant runs in a process of its own; each figure is measured for a fixed time, after half as much for the compiler to warm up.',
		'Nothing of it touches a socket or a disk.',
	],
	cases: (size) => {
		const budgetMs = { smoke: 20, default: 500, full: 2000 }[size];
		return microCases.map((micro) => benchCase(micro, budgetMs));
	},
};

function benchCase(micro: MicroCase, budgetMs: number): BenchCase {
	const { name, title, figures, ratios = [], variants } = micro;
	const contenders = Object.keys(variants).map(
		(variant): Contender => ({
			name: variant,
			peers: [],
			run: ({ folder }) => runMicro(name, variant, budgetMs, folder),
		}),
	);
	return { name, title, figures, ratios, contenders };
}

async function runMicro(
	caseName: string,
	variant: string,
	budgetMs: number,
	folder: string,
): Promise<Figures> {
	const script = path.join(compiledFolder, 'bench', 'benches', 'micro', 'run-micro.js');
	let figures: Figures | undefined;
	const micro = new MeasuredProcess(process.execPath, [script, caseName, variant, `${budgetMs}`], {
		home: folder,
		logPath: path.join(folder, 'micro.log'),
		env: { BENCH_DIST: distFolder() },
		onLine: (line) => {
			figures = JSON.parse(line) as Figures;
		},
	});
	const late = setTimeout(() => micro.kill(), LIMIT_MS);
	const code = await micro.exited;
	clearTimeout(late);
	if (code !== 0 || figures === undefined)
		throw new Error(`It ended with ${code}\n${micro.tail()}`);
	return figures;
}
