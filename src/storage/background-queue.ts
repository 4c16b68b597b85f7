/**
 * Work that may wait: looking at files, flushing, preparing and checking. It has its own threads,
 * so that a check of many gigabytes never stands before a block that is to be read or written.
 */
import type { JobReply, RareRequest } from './disk-messages.js';
import type { StorageError } from './storage-error.js';
import type { JobOwner, OpenSource, WorkerLink } from './worker-link.js';

/** Jobs a thread holds at a time: one in work, one ready, and short jobs wait behind two at most. */
const JOBS_PER_THREAD = 2;

/** One job, and whose. */
export interface BackgroundJob {
	readonly torrent: OpenSource | undefined;
	readonly owner: JobOwner;
	request(jobId: number): RareRequest;
}

/** A check that hands out its jobs one by one. */
export interface JobSource {
	/** The next job, or undefined when all were handed out. */
	nextJob(): BackgroundJob | undefined;
}

export class BackgroundQueue {
	readonly #links: readonly WorkerLink[];
	/** Short jobs, first come, first served. */
	#short: BackgroundJob[] = [];
	/** Checks take turns, one job each. */
	#sources: JobSource[] = [];

	constructor(links: readonly WorkerLink[]) {
		this.#links = links;
	}

	/** Jobs that wait or run. */
	get pending(): number {
		let pending = this.#short.length;
		for (const link of this.#links) pending += link.pending;
		return pending;
	}

	/** Runs a short job before any further job of a check. */
	run(torrent: OpenSource | undefined, request: (jobId: number) => RareRequest): Promise<JobReply> {
		return new Promise((resolve, reject: (error: StorageError) => void) => {
			this.#short.push({ torrent, owner: { done: resolve, failed: reject }, request });
			this.#fill();
		});
	}

	addSource(source: JobSource): void {
		this.#sources.push(source);
		this.#fill();
	}

	/** Hands out jobs while a thread has room for one. */
	#fill(): void {
		for (;;) {
			const link = this.#linkWithRoom();
			if (link === undefined) return;
			const job = this.#short.shift() ?? this.#nextSourceJob();
			if (job === undefined) return;
			this.#start(link, job);
		}
	}

	#start(link: WorkerLink, job: BackgroundJob): void {
		const { owner } = job;
		const next = (): void => this.#fill();
		link.sendRequest(
			job.torrent,
			{
				done(reply) {
					owner.done(reply);
					next();
				},
				failed(error) {
					owner.failed(error);
					next();
				},
			},
			(jobId) => job.request(jobId),
		);
	}

	/** The least loaded of the running threads; another is started only when they have no room. */
	#linkWithRoom(): WorkerLink | undefined {
		let best: WorkerLink | undefined;
		for (const link of this.#links) {
			if (link.pending >= JOBS_PER_THREAD) continue;
			const isBetter =
				best === undefined || link.isStarted === best.isStarted
					? link.pending < (best?.pending ?? JOBS_PER_THREAD)
					: link.isStarted;
			if (isBetter) best = link;
		}
		return best;
	}

	#nextSourceJob(): BackgroundJob | undefined {
		for (let source = this.#sources.shift(); source !== undefined; source = this.#sources.shift()) {
			const job = source.nextJob();
			if (job !== undefined) {
				this.#sources.push(source);
				return job;
			}
		}
		return undefined;
	}
}
