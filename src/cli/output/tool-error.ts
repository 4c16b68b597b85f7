/** How the tools say that one file failed; the others go on. */
import { type AppError, errorMessage } from '../../primitives/app-error.js';
import { cleanText } from '../../primitives/clean-text.js';
import type { CommandContext } from '../command-context.js';

/** An `error` object with `--json`, else a line on standard error. */
export function tellToolError(
	path: string,
	error: AppError,
	{ clock, io, options }: CommandContext,
): void {
	const message = cleanText(errorMessage(error));
	if (!options.isJson) {
		io.stderr.write(`btmany: ${message}\n`);
		return;
	}
	const time = new Date(clock.wallMs()).toISOString();
	const failure = { time, type: 'error', path: cleanText(path), code: error.code, message };
	io.stdout.write(`${JSON.stringify(failure)}\n`);
}
