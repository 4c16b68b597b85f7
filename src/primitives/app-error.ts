/**
 * The base of every error this program raises on purpose.
 * A message says what happened, to what, and what to do; `code` is stable and may be matched.
 */
export class AppError extends Error {
	readonly code: string;

	constructor(code: string, message: string, options?: { cause?: unknown }) {
		super(message, options);
		this.code = code;
		this.name = new.target.name;
	}
}

/** The words of an unknown thrown value. */
export function errorMessage(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** The stable code of an unknown thrown value (`ENOSPC`, `WIRE_…`), or undefined. */
export function errorCode(error: unknown): string | undefined {
	if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
	return typeof error.code === 'string' ? error.code : undefined;
}
