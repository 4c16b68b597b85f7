/** What can go wrong with the state folder. */
import { AppError } from '../primitives/app-error.js';

export type StateCode =
	/** Another running instance uses the state folder. */
	| 'STATE_LOCKED'
	/** A state file could not be written; the one that was there is intact. */
	| 'STATE_WRITE_FAILED'
	/** The state folder could not be read. */
	| 'STATE_READ_FAILED';

export class StateError extends AppError {
	declare readonly code: StateCode;
	readonly path: string;

	constructor(code: StateCode, path: string, message: string, options?: { cause?: unknown }) {
		super(code, message, options);
		this.path = path;
	}
}
