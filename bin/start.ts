/** What all programs of this package do first and last: environment, run, exit code. */
import type { ProgramName } from '../src/cli/aliases/run-alias.js';
import type { CliIo } from '../src/cli/io.js';
import type { HashThreads } from '../src/storage/hash-threads.js';

/** Sockets and threads are closed by then; whatever still holds the process does not matter. */
const EXIT_GRACE_MS = 2000;

/** Runs the program, or an original of another name, and leaves with its exit code. */
export async function start(alias?: ProgramName): Promise<void> {
	// Before anything else is imported: React chooses its build, chalk its colours, when loaded.
	process.env['NODE_ENV'] ??= 'production';
	const noColor = process.env['NO_COLOR'];
	if (noColor !== undefined && noColor !== '') process.env['FORCE_COLOR'] = '0';
	const argv = process.argv.slice(2);
	// Its threads come up while the rest of the program is loaded: a tenth of a short run.
	const hashThreads =
		alias === undefined && argv[0] === 'make' ? await startHashThreads(argv) : undefined;
	const { processIo } = await import('../src/cli/process-io.js');
	const io = processIo(process);
	process.exitCode = await runNamed(alias, argv, io, hashThreads);
	// A mistake in the options leaves them without an owner.
	await Promise.all(hashThreads?.started.map((thread) => thread.terminate()) ?? []);
	setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
}

async function runNamed(
	alias: ProgramName | undefined,
	argv: readonly string[],
	io: CliIo,
	hashThreads: HashThreads | undefined,
): Promise<number> {
	if (alias === undefined) {
		const { run } = await import('../src/cli/run.js');
		return run(argv, process.env, io, { hashThreads });
	}
	const { runAlias } = await import('../src/cli/aliases/run-alias.js');
	return runAlias(alias, argv, process.env, io);
}

async function startHashThreads(argv: readonly string[]): Promise<HashThreads> {
	const { hashThreads, isWorthThreads } = await import('../src/storage/hash-threads.js');
	// Each further one would only be starting while two hash a gigabyte.
	return hashThreads({}, argv.some(isWorthThreads) ? 2 : 1);
}
