/** Asks disk threads what files look like, and to flush them. */
import type { BackgroundQueue } from './background-queue.js';
import type { JobReply } from './disk-messages.js';
import type { FilePlacesMessage } from './file-places.js';
import { joinStamps } from './file-stamps.js';
import { storageError } from './storage-error.js';

/** Tens of milliseconds of work. With shorter parts ten thousand files would start a second thread, and 12 MB. */
const FILES_PER_JOB = 8192;

/**
 * Looks at all files; long lists in parts, which several threads share.
 * @returns as `file-stamps.ts` says
 * @throws {StorageError} when the system does not say, e.g. no permission on a folder
 */
export async function lookAtFiles(
	queue: BackgroundQueue,
	files: FilePlacesMessage,
	table: Int32Array,
): Promise<Float64Array> {
	const jobs: Promise<Float64Array>[] = [];
	for (let first = 0; first < files.fileCount; first += FILES_PER_JOB) {
		const count = Math.min(FILES_PER_JOB, files.fileCount - first);
		jobs.push(lookAtSome(queue, files, table, first, count));
	}
	return joinStamps(await Promise.all(jobs));
}

/**
 * Flushes the files that were written, then looks at all of them.
 * @returns as `file-stamps.ts` says
 * @throws {StorageError} the first failure
 */
export async function flushFiles(
	queue: BackgroundQueue,
	files: FilePlacesMessage,
	table: Int32Array,
): Promise<Float64Array> {
	return stampsOf(await queue.run(undefined, (jobId) => ({ type: 'sync', jobId, files, table })));
}

async function lookAtSome(
	queue: BackgroundQueue,
	files: FilePlacesMessage,
	table: Int32Array,
	first: number,
	count: number,
): Promise<Float64Array> {
	const request = { type: 'stat', files, table, first, count } as const;
	return stampsOf(await queue.run(undefined, (jobId) => ({ ...request, jobId })));
}

function stampsOf(reply: JobReply): Float64Array {
	if (reply.type === 'stamps') return reply.stamps;
	const message = `Disk thread gave a wrong reply (${reply.type})`;
	throw storageError('STORAGE_IO', 'stat', undefined, message);
}
