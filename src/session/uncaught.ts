/**
 * An exception nobody caught is a fault of ours in one corner: it is said with its stack, and the
 * session goes on. Only for threads that run nothing but the engine.
 */
import type { Logger } from '../primitives/logger.js';

/** A fault that repeats in a loop must not fill the log. */
const MAX_REPORTS_PER_MINUTE = 20;

/** @returns the way to stop it */
export function surviveUncaught(logger: Logger): () => void {
	let reports = 0;
	let minute = 0;
	const report = (error: unknown): void => {
		const now = Math.floor(performance.now() / 60_000);
		if (now !== minute) {
			minute = now;
			reports = 0;
		}
		if (++reports > MAX_REPORTS_PER_MINUTE) return;
		const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
		logger({
			level: 'error',
			area: 'internal',
			message: `Internal error, please report it: ${stack}`,
		});
	};
	process.on('uncaughtException', report);
	process.on('unhandledRejection', report);
	return () => {
		process.off('uncaughtException', report);
		process.off('unhandledRejection', report);
	};
}
