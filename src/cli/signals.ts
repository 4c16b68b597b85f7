/** Signals and a closed output as one request to stop: the first is polite, the second acts at once. */
import { EXIT_CODES } from './exit-codes.js';
import { type CliIo, STOP_SIGNALS, type StopSignal } from './io.js';

export type StopReason = StopSignal | 'output-closed';

export interface StopRequests {
	/** Resolves at the first request; never rejects. */
	readonly first: Promise<StopReason>;
	/** The first request so far. */
	reason(): StopReason | undefined;
	/** Signals have their usual meaning again. */
	close(): void;
}

/** Takes over the stop signals until `close`. A second signal ends the process with 130. */
export function watchStopRequests(io: CliIo): StopRequests {
	let reason: StopReason | undefined;
	const waiting = new Set<(reason: StopReason) => void>();
	const first = new Promise<StopReason>((resolve) => waiting.add(resolve));
	const request = (next: StopReason): void => {
		if (reason !== undefined) {
			if (next !== 'output-closed') io.exitNow(EXIT_CODES.interrupted);
			return;
		}
		reason = next;
		for (const resolve of waiting) resolve(next);
	};
	const undo = [
		...STOP_SIGNALS.map((signal) => io.onSignal(signal, () => request(signal))),
		io.stdout.onClosed(() => request('output-closed')),
	];
	return {
		first,
		reason: () => reason,
		close() {
			for (const stop of undo) stop();
		},
	};
}
