/** Starts the loop of a disk thread over given file calls. */
import type { MessagePort } from 'node:worker_threads';
import type { DiskFs } from './disk-fs.js';
import type { DiskRequest, WorkerStart } from './disk-messages.js';
import { DiskThread } from './disk-thread.js';

/**
 * @param port - the thread's `parentPort`
 * @param data - the thread's `workerData`, a WorkerStart
 * @throws {TypeError} outside of a thread that the disk pool started
 */
export function runDiskWorker(port: MessagePort | null, data: unknown, fs: DiskFs): void {
	if (port === null || !isWorkerStart(data))
		throw new TypeError('A disk thread can only be started by the disk pool');
	const thread = new DiskThread(port, data, fs);
	port.on('message', (request: DiskRequest) => thread.handle(request));
}

function isWorkerStart(data: unknown): data is WorkerStart {
	return (
		typeof data === 'object' &&
		data !== null &&
		'ring' in data &&
		data.ring instanceof SharedArrayBuffer &&
		'readRing' in data &&
		data.readRing instanceof SharedArrayBuffer &&
		'maxOpenFiles' in data &&
		typeof data.maxOpenFiles === 'number' &&
		'isBackground' in data &&
		typeof data.isBackground === 'boolean'
	);
}
