/** `npm run bench`: runs benches, prints tables, writes results and charts. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type BenchCommand, BenchUsageError, parseArguments, USAGE } from './arguments.js';
import { benches } from './bench-table.js';
import { benchFolder, programPath } from './machine/project-folders.js';
import { removeAllWorkFolders } from './machine/work-folder.js';
import { killAllProcesses, stopAllProcesses } from './processes/measured-process.js';
import { textTables } from './report/text-table.js';
import { writeResult } from './report/write-result.js';
import type { BenchResult } from './rounds/bench-result.js';
import { runBench } from './rounds/run-bench.js';

const requiresPeers = process.env['BTMANY_REQUIRE_PEERS'] === '1' || process.env['CI'] === 'true';

const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
	try {
		const command = parseArguments(argv, benches);
		if (command.type === 'run') return await run(command);
		if (command.type === 'help') console.log(USAGE);
		else listBenches();
		return EXIT.done;
	} catch (error) {
		if (!(error instanceof BenchUsageError)) throw error;
		console.error(`bench: ${error.message}\n\n${USAGE}`);
		return EXIT.usage;
	}
}

function listBenches(): void {
	for (const bench of benches) {
		console.log(`${bench.name}: ${bench.title}`);
		for (const { name, title } of bench.cases('full'))
			console.log(`  ${bench.name}/${name}: ${title}`);
	}
}

async function run(command: BenchCommand): Promise<number> {
	if (process.platform !== 'linux') {
		console.error('bench: CPU and memory are read from /proc, which only Linux has');
		return EXIT.usage;
	}
	if (!existsSync(programPath())) {
		console.error(`bench: ${programPath()} is missing; run npm run build first`);
		return EXIT.usage;
	}
	const signal = endOnSignal();
	const sum = { passed: 0, failed: 0 };
	try {
		for (const { bench, caseName } of command.requests) {
			try {
				const result = await runBench(bench, {
					size: command.size,
					rounds: command.rounds,
					caseName,
					requiresPeers,
					signal,
					say: (line) => console.log(line),
				});
				count(result, sum);
				// Tiny sizes compare nothing.
				if (command.size === 'smoke') continue;
				console.log(`\n${textTables(result)}\n`);
				keep(result, caseName !== undefined, command.outFolder);
			} catch (error) {
				if (signal.aborted) return EXIT.interrupted;
				console.error(`bench: FAILED ${bench.name}:`, error);
				sum.failed++;
			}
		}
	} finally {
		await stopAllProcesses();
		removeAllWorkFolders();
	}
	console.log(`${sum.passed} passed, ${sum.failed} failed`);
	return sum.failed === 0 ? EXIT.done : EXIT.failed;
}

/** One for each case; what failed is said again at the end, where it is not overlooked. */
function count({ bench, cases }: BenchResult, sum: { passed: number; failed: number }): void {
	for (const { name, contenders, skipped } of cases) {
		const failures = [
			...contenders.flatMap(({ name: contender, failure }) =>
				failure === undefined ? [] : [`FAILED ${bench}/${name} ${contender}: ${failure}`],
			),
			...skipped.flatMap(({ contender, reason, isAllowed }) =>
				isAllowed ? [] : [`MISSING ${bench}/${name} ${contender}: ${reason}`],
			),
		];
		for (const failure of failures) console.error(`bench: ${failure}`);
		if (failures.length === 0) sum.passed++;
		else sum.failed++;
	}
}

function keep(result: BenchResult, isPart: boolean, outFolder: string | undefined): void {
	if (isPart && outFolder === undefined) {
		console.log('Not kept: results of one case alone are written only with --out');
		return;
	}
	const folder = path.resolve(outFolder ?? path.join(benchFolder, 'results'));
	console.log(`Written: ${writeResult(result, folder).join(' ')}\n`);
}

/** The first signal ends in order; the second, or an exit from anywhere, at once. */
function endOnSignal(): AbortSignal {
	const controller = new AbortController();
	process.on('exit', () => {
		killAllProcesses();
		removeAllWorkFolders();
	});
	for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		process.on(name, () => {
			if (controller.signal.aborted) process.exit(EXIT.interrupted);
			console.error('bench: interrupted, ending its processes');
			controller.abort(new Error('interrupted'));
			// Whoever waits for a process hears that it ended.
			killAllProcesses();
		});
	}
	return controller.signal;
}
