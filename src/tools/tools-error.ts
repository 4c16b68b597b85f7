/** Why a torrent tool stopped, in one line that names the path or the value. */
import { AppError } from '../primitives/app-error.js';

export type ToolsErrorCode =
	/** Nothing is at the given path. */
	| 'TOOLS_NOT_FOUND'
	/** A file or folder cannot be read, or is of a kind that holds no data. */
	| 'TOOLS_UNREADABLE'
	/** A file changed while it was read. */
	| 'TOOLS_CHANGED'
	/** No byte to share. */
	| 'TOOLS_EMPTY'
	/** A name that cannot be said in a torrent. */
	| 'TOOLS_BAD_NAME'
	/** More files, pieces or names than a torrent may have. */
	| 'TOOLS_TOO_LARGE'
	/** A tracker, web seed, piece length or pattern that is wrong. */
	| 'TOOLS_BAD_OPTION'
	/** A template names no tracker. */
	| 'TOOLS_NO_TRACKER'
	/** A file cannot be made beside another. */
	| 'TOOLS_UNWRITABLE'
	| 'TOOLS_OUTPUT_EXISTS'
	/** The `.torrent` would lie in the folder that it describes. */
	| 'TOOLS_OUTPUT_INSIDE'
	| 'TOOLS_ABORTED';

/** `path` is the file or folder concerned, when there is one. */
export class ToolsError extends AppError {
	declare readonly code: ToolsErrorCode;
	readonly path: string | undefined;

	constructor(
		code: ToolsErrorCode,
		path: string | undefined,
		message: string,
		options?: { cause?: unknown },
	) {
		super(code, message, options);
		this.path = path;
	}
}

/** What every tool throws after its signal was aborted. */
export function abortedError(): ToolsError {
	return new ToolsError('TOOLS_ABORTED', undefined, 'Stopped; nothing was written');
}
