/** `btmany reannounce URL [--announce-list L] FILE...`: sets the trackers of torrents. */
import { type AnnouncePlan, planAnnounce } from '../../tools/announce-plan.js';
import { ToolsError } from '../../tools/tools-error.js';
import { announceEdit } from '../../tools/tracker-edits.js';
import type { CommandContext } from '../command-context.js';
import type { CommandFlags } from '../command-options.js';
import { classicOldAnnounce } from '../output/classic-edits.js';
import { runEdits, usageFailure } from './edit-run.js';

/** @returns 0 all done, 1 one or more failed, 2 a wrong URL: nothing was touched */
export async function reannounce(
	[url = '', ...files]: readonly string[],
	flags: CommandFlags,
	context: CommandContext,
): Promise<number> {
	let plan: AnnouncePlan;
	try {
		plan = planAnnounce(url, flags.get('announce-list')?.at(-1));
	} catch (error) {
		if (!(error instanceof ToolsError)) throw error;
		return usageFailure(context, 'btmany reannounce', error);
	}
	const edit = announceEdit(plan);
	const tasks = files.map((file) => ({ file, edit }));
	const run = { tasks, notes: plan.notes, classicText: classicOldAnnounce };
	return runEdits(run, flags, context);
}
