/** `btmany why FILE`: what happened to a file of the watched folder, whether btmany runs or not. */
import path from 'node:path';
import { cleanText } from '../../primitives/clean-text.js';
import { readLedger } from '../../watch/ledger-file.js';
import type { CommandContext } from '../command-context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { eventJson } from '../output/event-text.js';
import { timestamp } from '../output/format.js';
import { fileEvent } from '../output/ledger-events.js';

/** @returns 0, or 1 when nothing is known about the file */
export async function why(file: string, { io, options }: CommandContext): Promise<number> {
	const entries = await readLedger(options.stateDir, path.resolve(io.currentDir, file));
	if (entries.length === 0) {
		const text = `${file}: Nothing happened to it that ${options.stateDir} knows of`;
		io.stderr.write(`btmany: ${cleanText(text)}\n`);
		return EXIT_CODES.failed;
	}
	let lastPath: string | undefined;
	for (const entry of entries) {
		if (options.isJson) {
			io.stdout.write(`${eventJson(fileEvent(entry), entry.atMs)}\n`);
			continue;
		}
		if (entry.path !== lastPath) io.stdout.write(`${cleanText(entry.path)}\n`);
		lastPath = entry.path;
		const line = `${entry.outcome}: ${entry.message}`;
		io.stdout.write(`  ${timestamp(entry.atMs)} ${cleanText(line)}\n`);
	}
	return EXIT_CODES.done;
}
