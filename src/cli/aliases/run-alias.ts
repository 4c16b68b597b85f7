/** Runs this program under the name of an original. */
import type { Environment } from '../../config/app-paths.js';
import { cleanText } from '../../primitives/clean-text.js';
import type { CliIo } from '../io.js';
import { run } from '../run.js';
import { type AliasName, translateAlias } from './translate.js';
import { TOOL_NAMES, type ToolName, translateTool } from './translate-tool.js';

/** Every original program this one answers for. */
export type ProgramName = AliasName | ToolName;

/**
 * Translates and runs.
 * @param args - without the program's name
 * @returns the exit code
 */
export async function runAlias(
	alias: ProgramName,
	args: readonly string[],
	env: Environment,
	io: CliIo,
): Promise<number> {
	const { argv, mistakes, saveTo, warning } = isTool(alias)
		? translateTool(alias, args)
		: translateAlias(alias, args);
	if (warning !== undefined) io.stderr.write(`${cleanText(warning)}\n`);
	return run(argv, env, io, { mistakes, saveTo });
}

function isTool(name: ProgramName): name is ToolName {
	return TOOL_NAMES.some((tool) => tool === name);
}
