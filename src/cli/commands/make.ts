/** `btmany make PATH...`: a `.torrent` for each file or folder. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { HashThreads } from '../../storage/hash-threads.js';
import { besideInput } from '../../tools/write-torrent.js';
import type { CommandContext } from '../command-context.js';
import type { CommandFlags } from '../command-options.js';
import { EXIT_CODES } from '../exit-codes.js';
import { tellMistakes } from '../tell-mistakes.js';
import { loadMakeSettings } from './make-profile.js';
import { type MakeTask, makeTorrents } from './make-run.js';
import type { MakeSettings } from './make-settings.js';

/**
 * Makes one after the other; an error of one does not keep the others from being made.
 * @param threads - some that were started ahead
 * @returns 0 all made, 1 some failed, 2 wrong options, 3 stopped, 130 after SIGINT
 */
export async function make(
	operands: readonly string[],
	flags: CommandFlags,
	context: CommandContext,
	threads?: HashThreads,
): Promise<number> {
	const { io } = context;
	const reading = await loadMakeSettings(flags, context);
	if (!reading.ok) {
		tellMistakes(io.stderr, reading.mistakes);
		return EXIT_CODES.usage;
	}
	const { settings } = reading;
	const tasks = await planTasks(operands, settings, io.currentDir);
	if (typeof tasks === 'string') {
		tellMistakes(io.stderr, [{ origin: '--output', message: tasks }]);
		return EXIT_CODES.usage;
	}
	return makeTorrents(tasks, settings, context, threads);
}

/** Undefined folder and file tell nothing: `--output` is a folder when it is one already. */
async function planTasks(
	operands: readonly string[],
	{ isOutputFolder, outputPath }: MakeSettings,
	currentDir: string,
): Promise<readonly MakeTask[] | string> {
	const isFolder =
		outputPath !== undefined &&
		(await stat(outputPath).then(
			(facts) => facts.isDirectory(),
			() => false,
		));
	if (isOutputFolder && !isFolder) return `${outputPath} is no folder`;
	if (outputPath !== undefined && operands.length > 1 && !isFolder)
		return `Expected a folder for several torrents, got ${outputPath}`;
	const tasks = operands.map((operand): MakeTask => {
		const inputPath = path.resolve(currentDir, operand);
		if (outputPath === undefined) return { inputPath, outputPath: besideInput(inputPath) };
		const name = `${path.basename(inputPath)}.torrent`;
		return { inputPath, outputPath: isFolder ? path.join(outputPath, name) : outputPath };
	});
	const outputs = new Set(tasks.map((task) => task.outputPath));
	if (outputs.size < tasks.length) return 'Two of the paths would be written to one .torrent';
	return tasks;
}
