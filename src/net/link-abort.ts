/** A signal of one call's own that follows the caller's. */
import { setMaxListeners } from 'node:events';

/**
 * An AbortController that is aborted with `signal`. Unlike `AbortSignal.any` it leaves nothing behind
 * on a long-lived signal once `unlink` was called.
 */
export function linkAbort(signal: AbortSignal): {
	readonly controller: AbortController;
	readonly unlink: () => void;
} {
	const controller = new AbortController();
	// One signal may end hundreds of calls at once: no leak, and no warning on the terminal.
	setMaxListeners(0, signal);
	const onAbort = (): void => controller.abort(signal.reason);
	if (signal.aborted) onAbort();
	else signal.addEventListener('abort', onAbort, { once: true });
	return { controller, unlink: () => signal.removeEventListener('abort', onAbort) };
}
