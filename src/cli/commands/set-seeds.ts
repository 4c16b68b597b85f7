/** `btmany http-seeds` and `btmany web-seeds`: sets or strips the seeds of BEP 17 and BEP 19. */
import { readSeedUrls } from '../../tools/announce-plan.js';
import { ToolsError } from '../../tools/tools-error.js';
import { seedEdit } from '../../tools/tracker-edits.js';
import type { CommandContext } from '../command-context.js';
import type { CommandFlags } from '../command-options.js';
import { classicOldSeeds } from '../output/classic-edits.js';
import { runEdits, usageFailure } from './edit-run.js';

/** In place of URLs: take them all away. */
const STRIP = '0';

/** @returns 0 all done, 1 one or more failed, 2 a wrong URL: nothing was touched */
export async function setSeeds(
	field: 'httpseeds' | 'url-list',
	[urlText = '', ...files]: readonly string[],
	flags: CommandFlags,
	context: CommandContext,
): Promise<number> {
	const words = field === 'httpseeds' ? 'btmany http-seeds' : 'btmany web-seeds';
	let urls: readonly string[] = [];
	if (urlText.trim() !== STRIP) {
		try {
			urls = readSeedUrls([urlText]);
		} catch (error) {
			if (!(error instanceof ToolsError)) throw error;
			return usageFailure(context, words, error);
		}
		if (urls.length === 0)
			return usageFailure(context, words, 'Expected URLs with bars between them, or 0');
	}
	const edit = seedEdit(field, urls);
	const tasks = files.map((file) => ({ file, edit }));
	return runEdits({ tasks, notes: [], classicText: classicOldSeeds }, flags, context);
}
