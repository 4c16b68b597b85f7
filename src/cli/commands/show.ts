/** `btmany show FILE...`: everything a `.torrent` says. */
import path from 'node:path';
import { AppError } from '../../primitives/app-error.js';
import { classicFacts } from '../../tools/classic-facts.js';
import { readDocument } from '../../tools/edit-torrent-file.js';
import { torrentFacts } from '../../tools/torrent-facts.js';
import type { CommandContext } from '../command-context.js';
import type { CommandFlags } from '../command-options.js';
import { EXIT_CODES } from '../exit-codes.js';
import { CLASSIC_BANNER, classicText } from '../output/classic-show.js';
import { tellToolError } from '../output/tool-error.js';
import { torrentObject } from '../output/torrent-object.js';
import { torrentText } from '../output/torrent-text.js';

/** @returns 0 all shown, 1 one or more could not be */
export async function show(
	files: readonly string[],
	flags: CommandFlags,
	context: CommandContext,
): Promise<number> {
	const { clock, io, options } = context;
	const isClassic = flags.has('classic') && !options.isJson;
	if (isClassic) io.stdout.write(CLASSIC_BANNER);
	let failed = 0;
	let shown = 0;
	for (const file of files) {
		try {
			const document = await readDocument(path.resolve(io.currentDir, file));
			if (isClassic) io.stdout.write(classicText(file, classicFacts(document)));
			else if (options.isJson) {
				const time = new Date(clock.wallMs()).toISOString();
				const object = { time, ...torrentObject(file, torrentFacts(document)) };
				io.stdout.write(`${JSON.stringify(object)}\n`);
			} else {
				const text = torrentText(file, torrentFacts(document));
				io.stdout.write(shown === 0 ? text : `\n${text}`);
			}
			shown++;
		} catch (error) {
			if (!(error instanceof AppError)) throw error;
			failed++;
			tellToolError(file, error, context);
		}
	}
	return failed === 0 ? EXIT_CODES.done : EXIT_CODES.failed;
}
