/** Edits one `.torrent` after the other: each is tried and reported, whatever became of the others. */
import path from 'node:path';
import { AppError, errorMessage } from '../../primitives/app-error.js';
import { cleanText } from '../../primitives/clean-text.js';
import { type EditResult, editTorrentFile } from '../../tools/edit-torrent-file.js';
import type { TorrentEdit } from '../../tools/torrent-edit.js';
import type { CommandContext } from '../command-context.js';
import type { CommandFlags } from '../command-options.js';
import { EXIT_CODES } from '../exit-codes.js';
import { editLines, editObject } from '../output/edit-report.js';
import { tellToolError } from '../output/tool-error.js';
import { tellMistakes } from '../tell-mistakes.js';

/** One file and what is to be done to it. */
export interface EditTask {
	/** As the user wrote it. */
	readonly file: string;
	readonly edit: TorrentEdit;
}

/** A file whose edit was found impossible before it was read. */
export interface RefusedTask {
	readonly file: string;
	readonly refusal: AppError;
}

export interface EditRun {
	readonly tasks: readonly (EditTask | RefusedTask)[];
	/** What the user should know, a sentence each; told once. */
	readonly notes: readonly string[];
	/** What the BitTornado program printed for a file, lines with their ends. */
	readonly classicText: (file: string, result: EditResult) => string;
}

/** @returns 0 all done, 1 one or more failed */
export async function runEdits(
	run: EditRun,
	flags: CommandFlags,
	context: CommandContext,
): Promise<number> {
	const { io, options } = context;
	const isClassic = flags.has('classic') && !options.isJson;
	for (const note of new Set(run.notes)) io.stderr.write(`btmany: Note: ${cleanText(note)}\n`);
	let failed = 0;
	for (const task of run.tasks) {
		try {
			const result = await editOne(task, flags, context);
			tellEdited(task.file, result, flags, context);
			if (isClassic) io.stdout.write(run.classicText(task.file, result));
		} catch (error) {
			if (!(error instanceof AppError)) throw error;
			failed++;
			tellToolError(task.file, error, context);
		}
	}
	return failed === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
}

/** What cannot be done before any file is looked at. */
export function usageFailure(context: CommandContext, origin: string, error: unknown): number {
	tellMistakes(context.io.stderr, [{ origin, message: errorMessage(error) }]);
	return EXIT_CODES.usage;
}

async function editOne(
	task: EditTask | RefusedTask,
	flags: CommandFlags,
	{ io }: CommandContext,
): Promise<EditResult> {
	if ('refusal' in task) throw task.refusal;
	return editTorrentFile(path.resolve(io.currentDir, task.file), task.edit, {
		isDryRun: flags.has('dry-run'),
		hasBackup: flags.has('backup'),
	});
}

function tellEdited(
	file: string,
	result: EditResult,
	flags: CommandFlags,
	{ clock, io, options }: CommandContext,
): void {
	const isDryRun = flags.has('dry-run');
	if (options.isJson) {
		const time = new Date(clock.wallMs()).toISOString();
		io.stdout.write(`${JSON.stringify({ time, ...editObject(file, result, isDryRun) })}\n`);
		return;
	}
	const text = editLines(file, result, isDryRun).map((line) => `${cleanText(line)}\n`);
	const isRenamed = result.infohashBefore !== result.infohashAfter;
	if (!flags.has('classic')) io.stdout.write(text.join(''));
	// The original said nothing of it, and people lost their swarms.
	else if (isRenamed)
		io.stderr.write(
			`btmany: Note: ${text
				.slice(-2)
				.map((line) => line.trimStart())
				.join('btmany: Note: ')}`,
		);
}
