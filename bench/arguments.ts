/** The command line of `npm run bench -- ...`. */
import { parseArgs } from 'node:util';
import type { Bench, BenchSize } from './rounds/bench-plan.js';

export interface BenchRequest {
	readonly bench: Bench;
	/** Only this case of it. */
	readonly caseName: string | undefined;
}

export interface BenchCommand {
	readonly type: 'run';
	readonly requests: readonly BenchRequest[];
	readonly size: BenchSize;
	readonly rounds: number | undefined;
	/** Where results go instead of `bench/results`. */
	readonly outFolder: string | undefined;
}

/** The command line is wrong; the message says how. */
export class BenchUsageError extends Error {
	override readonly name = 'BenchUsageError';
}

export const USAGE = `Usage: npm run bench -- [NAME | NAME/CASE]... [options]

Runs btmany and the peers it finds side by side; without NAME all benches.

Options:
  --full        Bigger sizes and every pair; may take an hour
  --smoke       Tiny sizes, one round, no result files: does each bench still work?
  --rounds N    Count N rounds instead of what each case says (5 or more are worth keeping)
  --out FOLDER  Write results there instead of bench/results; needed to keep those of NAME/CASE
  --list        List benches and their cases
  -h, --help    Show this help

Environment:
  BENCH_DIST            the build under test instead of dist
  BENCH_TMP             folder for payloads, instead of /dev/shm or the system's
  BTMANY_REQUIRE_PEERS  1 (or CI=true): a peer that is not installed is a failure, not a skip
  BENCH_PEERS           folder for peers from npm instead of bench/.peers

Exit codes: 0 done, 1 a contender failed or a required peer is missing, 2 wrong usage, 130 interrupted`;

/** @throws {BenchUsageError} */
export function parseArguments(
	argv: readonly string[],
	benches: readonly Bench[],
): BenchCommand | { readonly type: 'help' } | { readonly type: 'list' } {
	const { values, positionals } = read(argv);
	if (values.help === true) return { type: 'help' };
	if (values.list === true) return { type: 'list' };
	if (values.full === true && values.smoke === true) {
		throw new BenchUsageError('--full and --smoke exclude each other');
	}
	const size = values.full === true ? 'full' : values.smoke === true ? 'smoke' : 'default';
	return {
		type: 'run',
		requests:
			positionals.length === 0
				? benches.map((bench) => ({ bench, caseName: undefined }))
				: positionals.map((text) => findBench(text, benches, size)),
		size,
		rounds: values.rounds === undefined ? undefined : parseRounds(values.rounds),
		outFolder: values.out,
	};
}

function read(argv: readonly string[]) {
	try {
		return parseArgs({
			args: [...argv],
			allowPositionals: true,
			options: {
				full: { type: 'boolean' },
				smoke: { type: 'boolean' },
				rounds: { type: 'string' },
				out: { type: 'string' },
				list: { type: 'boolean' },
				help: { type: 'boolean', short: 'h' },
			},
		});
	} catch (error) {
		throw new BenchUsageError(error instanceof Error ? error.message : String(error), {
			cause: error,
		});
	}
}

function findBench(text: string, benches: readonly Bench[], size: BenchSize): BenchRequest {
	const [name, caseName] = text.split('/');
	const bench = benches.find((one) => one.name === name);
	if (bench === undefined) {
		const known = benches.map((one) => one.name).join(', ');
		throw new BenchUsageError(`There is no bench ${name}; there are ${known}`);
	}
	const names = bench.cases(size).map((one) => one.name);
	if (caseName !== undefined && !names.includes(caseName)) {
		throw new BenchUsageError(`${name} has no case ${caseName}; it has ${names.join(', ')}`);
	}
	return { bench, caseName };
}

function parseRounds(text: string): number {
	const rounds = Number(text);
	if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
		throw new BenchUsageError(`--rounds takes a whole number from 1 to 100, not ${text}`);
	}
	return rounds;
}
