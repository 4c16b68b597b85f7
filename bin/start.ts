/** What all programs of this package do first and last: environment, run, exit code. */
import type { AliasName } from '../src/cli/aliases/translate.js';
import type { CliIo } from '../src/cli/io.js';

/** Sockets and threads are closed by then; whatever still holds the process does not matter. */
const EXIT_GRACE_MS = 2000;

/** Runs the program, or an original of another name, and leaves with its exit code. */
export async function start(alias?: AliasName): Promise<void> {
	// Before anything else is imported: React chooses its build, chalk its colours, when loaded.
	process.env['NODE_ENV'] ??= 'production';
	const noColor = process.env['NO_COLOR'];
	if (noColor !== undefined && noColor !== '') process.env['FORCE_COLOR'] = '0';
	const { processIo } = await import('../src/cli/process-io.js');
	const io = processIo(process);
	const argv = process.argv.slice(2);
	process.exitCode = await runNamed(alias, argv, io);
	setTimeout(() => process.exit(), EXIT_GRACE_MS).unref();
}

async function runNamed(
	alias: AliasName | undefined,
	argv: readonly string[],
	io: CliIo,
): Promise<number> {
	if (alias === undefined) {
		const { run } = await import('../src/cli/run.js');
		return run(argv, process.env, io);
	}
	const { runAlias } = await import('../src/cli/aliases/run-alias.js');
	return runAlias(alias, argv, process.env, io);
}
