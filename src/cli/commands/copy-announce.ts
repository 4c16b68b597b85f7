/** `btmany copy-announce SOURCE FILE...`: the trackers of one torrent for others. */
import path from 'node:path';
import { AppError } from '../../primitives/app-error.js';
import type { AnnouncePlan } from '../../tools/announce-plan.js';
import { readDocument } from '../../tools/edit-torrent-file.js';
import { announceEdit, templatePlan } from '../../tools/tracker-edits.js';
import type { CommandContext } from '../command-context.js';
import type { CommandFlags } from '../command-options.js';
import { EXIT_CODES } from '../exit-codes.js';
import { classicNewAnnounce, classicOldAnnounce } from '../output/classic-edits.js';
import { tellToolError } from '../output/tool-error.js';
import { runEdits } from './edit-run.js';

/** @returns 0 all done, 1 one or more failed, or the source did: nothing was touched then */
export async function copyAnnounce(
	[source = '', ...files]: readonly string[],
	flags: CommandFlags,
	context: CommandContext,
): Promise<number> {
	const { io, options } = context;
	let plan: AnnouncePlan;
	try {
		plan = templatePlan(await readDocument(path.resolve(io.currentDir, source)), source);
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		tellToolError(source, error, context);
		return EXIT_CODES.failed;
	}
	if (flags.has('classic') && !options.isJson) io.stdout.write(classicNewAnnounce(plan));
	const edit = announceEdit(plan);
	const tasks = files.map((file) => ({ file, edit }));
	const run = { tasks, notes: plan.notes, classicText: classicOldAnnounce };
	return runEdits(run, flags, context);
}
