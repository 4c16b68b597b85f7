/** From arguments to an exit code. Everything heavy is imported only when a command needs it. */
import { readFile } from 'node:fs/promises';
import type { Environment } from '../config/app-paths.js';
import { closest } from '../config/closest.js';
import { type Mistake, mistakeLine } from '../config/mistake.js';
import type { Options } from '../config/options.js';
import { AppError, errorMessage } from '../primitives/app-error.js';
import { COMMANDS, type CommandName, parseArguments } from './arguments.js';
import { EXIT_CODES } from './exit-codes.js';
import type { CliIo } from './io.js';

/** What the original programs' names bring along and no option can say. */
export interface RunExtras {
	/** The file or folder that `get` writes. */
	readonly saveTo?: string | undefined;
	/** Found before this program's own arguments were read. */
	readonly mistakes?: readonly Mistake[];
}

const OPERANDS: Readonly<Record<CommandName, string | undefined>> = {
	watch: 'DIR, the folder to watch',
	get: 'FILE.torrent or URL',
	why: 'FILE',
	demo: undefined,
};

/**
 * Runs the program.
 * @param argv - without the program's name
 * @returns the exit code; the caller ends the process
 */
export async function run(
	argv: readonly string[],
	env: Environment,
	io: CliIo,
	extras: RunExtras = {},
): Promise<number> {
	const invocation = parseArguments(argv);
	if (invocation.type === 'help') {
		io.stdout.write(invocation.text);
		return EXIT_CODES.done;
	}
	if (invocation.type === 'version') {
		io.stdout.write(`btmany ${await programVersion()}\n`);
		return EXIT_CODES.done;
	}
	const { cleanText } = await import('../primitives/clean-text.js');
	const { loadOptions } = await import('../config/load-options.js');
	const { command, flags, operands } = invocation;
	const { currentDir, homeDir } = io;
	const loaded = await loadOptions({ flags, env, homeDir, currentDir });
	const mistakes = [
		...(extras.mistakes ?? []),
		...invocation.mistakes,
		...(loaded.ok ? [] : loaded.mistakes),
	];
	if (flags.has('seed') && command !== 'get')
		mistakes.push({ origin: '--seed', message: 'Only "btmany get" knows this option' });
	// A mistaken option may have taken or left an operand: one mistake is enough to tell.
	if (mistakes.length === 0) mistakes.push(...operandMistakes(command, operands));
	if (mistakes.length > 0 || !loaded.ok) {
		for (const mistake of mistakes) {
			const line = cleanText(mistakeLine(mistake));
			io.stderr.write(`${line.startsWith('btmany') ? '' : 'btmany: '}${line}\n`);
		}
		return EXIT_CODES.usage;
	}
	try {
		return await runCommand(command, operands[0] ?? '', loaded.options, io, extras);
	} catch (error) {
		const isOurs = error instanceof AppError;
		const stack = error instanceof Error ? error.stack : undefined;
		const text = isOurs ? errorMessage(error) : `Unexpected failure: ${stack ?? String(error)}`;
		io.stderr.write(`btmany: ${isOurs ? cleanText(text) : text}\n`);
		return EXIT_CODES.failed;
	}
}

async function runCommand(
	command: CommandName,
	operand: string,
	options: Options,
	io: CliIo,
	extras: RunExtras,
): Promise<number> {
	const { openContext } = await import('./command-context.js');
	const opened = openContext(options, io);
	const { context } = opened;
	try {
		switch (command) {
			case 'watch': {
				const { watch } = await import('./commands/watch.js');
				return await watch(operand, context);
			}
			case 'get': {
				const { get } = await import('./commands/get.js');
				return await get(operand, context, { saveTo: extras.saveTo });
			}
			case 'why': {
				const { why } = await import('./commands/why.js');
				return await why(operand, context);
			}
			case 'demo': {
				const { demo } = await import('./commands/demo.js');
				return await demo(context);
			}
			default:
				return command satisfies never;
		}
	} finally {
		opened.close();
	}
}

function operandMistakes(command: CommandName, operands: readonly string[]): readonly Mistake[] {
	const wanted = OPERANDS[command];
	const words = command === 'watch' ? 'btmany' : `btmany ${command}`;
	const count = wanted === undefined ? 0 : 1;
	if (operands.length === count && !operands.includes('')) return [];
	if (wanted === undefined) return [{ origin: words, message: 'Takes no arguments' }];
	if (operands.length === 0 || operands.includes(''))
		return [{ origin: words, message: `Expected ${wanted}; see btmany --help` }];
	const first = operands[0] ?? '';
	const near = command === 'watch' ? closest(first, COMMANDS.slice(1)) : undefined;
	const hint = near === undefined ? 'see btmany --help' : `did you mean btmany ${near}?`;
	const message = `Expected ${wanted} and nothing else, got ${operands.length} arguments; ${hint}`;
	return [{ origin: words, message }];
}

/** From package.json, two levels above the compiled program's `src`. */
async function programVersion(): Promise<string> {
	const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
	const manifest: unknown = JSON.parse(text);
	if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return '?';
	return String(manifest.version);
}
