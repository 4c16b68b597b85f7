/** What went wrong with a tracker. */
import { AppError } from '../primitives/app-error.js';

export type TrackerErrorCode =
	/** The tracker refused, in its own words. */
	| 'TRACKER_REFUSED'
	/** The answer is not what the protocol says. */
	| 'TRACKER_BAD_ANSWER'
	| 'TRACKER_BAD_PEERS'
	| 'TRACKER_HTTP_STATUS'
	| 'TRACKER_UNREACHABLE'
	| 'TRACKER_TIMEOUT'
	/** A URL we will never ask. */
	| 'TRACKER_UNSUPPORTED'
	| 'TRACKER_ABORTED';

export class TrackerError extends AppError {
	override readonly code: TrackerErrorCode;
	/** The tracker's words, cleaned; only with `TRACKER_REFUSED`. */
	readonly failureReason: string | undefined;
	/** How long the tracker asked to be left alone (BEP 31). */
	readonly retryInMs: number | undefined;

	constructor(
		code: TrackerErrorCode,
		message: string,
		options: {
			readonly cause?: unknown;
			readonly failureReason?: string;
			readonly retryInMs?: number | undefined;
		} = {},
	) {
		super(code, message, { cause: options.cause });
		this.code = code;
		this.failureReason = options.failureReason;
		this.retryInMs = options.retryInMs;
	}
}
