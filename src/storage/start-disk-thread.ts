/** Starts one disk thread. */
import { Worker } from 'node:worker_threads';
import type { WorkerStart } from './disk-messages.js';

/** Threads make little garbage: without a limit each would keep tens of MB of room for it. */
const YOUNG_HEAP_MB = 4;

/** It does not keep the process alive. Who takes it over hears of its end by `threadId` or events. */
export function startDiskThread(entry: URL, start: WorkerStart): Worker {
	const worker = new Worker(entry, {
		workerData: start,
		resourceLimits: { maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
	});
	worker.unref();
	// An error that nobody listens to would end the process; the event `exit` follows it.
	worker.on('error', () => {});
	return worker;
}
