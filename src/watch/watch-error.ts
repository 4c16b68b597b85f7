/** What can go wrong when a watched folder is opened. */
import { AppError } from '../primitives/app-error.js';

export type WatchErrorCode = 'WATCH_NO_FOLDER' | 'WATCH_NOT_A_FOLDER' | 'WATCH_UNREADABLE';

/** The folder cannot be watched at all; later trouble with it never throws. */
export class WatchError extends AppError {
	declare readonly code: WatchErrorCode;
	readonly path: string;

	constructor(code: WatchErrorCode, message: string, path: string, cause?: unknown) {
		super(code, message, { cause });
		this.path = path;
	}
}
