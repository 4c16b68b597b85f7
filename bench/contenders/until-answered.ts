/** Waiting until a client's control port answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MeasuredProcess } from '../processes/measured-process.js';

const START_LIMIT_MS = 30_000;
const ASK_EVERY_MS = 50;

/** @throws when the process ends, or does not answer in half a minute */
export function untilAnswered<T>(process: MeasuredProcess, ask: () => Promise<T>): Promise<T> {
	const giveUp = new AbortController();
	const answered = async (): Promise<T> => {
		for (;;) {
			try {
				return await ask();
			} catch (error) {
				// Not listening yet.
				if (giveUp.signal.aborted) throw error;
				await sleep(ASK_EVERY_MS);
			}
		}
	};
	return process
		.expect('an answer of its control port', answered(), START_LIMIT_MS)
		.finally(() => giveUp.abort());
}
