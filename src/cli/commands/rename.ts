/** `btmany rename FILE NAME`, `btmany rename --match FILE...`: another name, and another infohash. */
import { ToolsError } from '../../tools/tools-error.js';
import { checkTorrentName, nameOfTorrentFile } from '../../tools/torrent-name.js';
import type { CommandContext } from '../command-context.js';
import type { CommandFlags } from '../command-options.js';
import { classicRename } from '../output/classic-edits.js';
import { type EditTask, type RefusedTask, runEdits, usageFailure } from './edit-run.js';

const WORDS = 'btmany rename';

/** @returns 0 all done, 1 one or more failed, 2 a wrong name: nothing was touched */
export async function rename(
	operands: readonly string[],
	flags: CommandFlags,
	context: CommandContext,
): Promise<number> {
	const notes: string[] = [];
	const taskFor = (file: string, name: string): EditTask => {
		notes.push(...checkTorrentName(name));
		return { file, edit: { type: 'rename', name } };
	};
	if (flags.has('match')) {
		const tasks = operands.map((file): EditTask | RefusedTask => {
			try {
				return taskFor(file, nameOfTorrentFile(file));
			} catch (error) {
				if (!(error instanceof ToolsError)) throw error;
				const { code, message } = error;
				return { file, refusal: new ToolsError(code, file, `${file}: ${message}`) };
			}
		});
		return runEdits({ tasks, notes, classicText: classicRename }, flags, context);
	}
	const [file = '', name, ...others] = operands;
	if (name === undefined || others.length > 0)
		return usageFailure(context, WORDS, 'Expected FILE.torrent and NAME; see btmany --help');
	let task: EditTask;
	try {
		task = taskFor(file, name);
	} catch (error) {
		if (!(error instanceof ToolsError)) throw error;
		return usageFailure(context, WORDS, error);
	}
	return runEdits({ tasks: [task], notes, classicText: classicRename }, flags, context);
}
