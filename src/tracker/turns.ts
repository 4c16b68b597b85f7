/**
 * Lets a bounded number of tasks run at once, fairly between the hosts they are for: one that never
 * answers may take half of the places, and hosts that wait are served in turn.
 */

export interface TurnWaiter {
	/** It has its place now: `leave` gives it back. */
	onTurn(): void;
}

export class Turns {
	readonly #max: number;
	readonly #maxPerHost: number;
	readonly #runningByHost = new Map<string, number>();
	/** In the order of their next turn. A Set: a task that is cancelled leaves at once. */
	readonly #waitingByHost = new Map<string, Set<TurnWaiter>>();
	#running = 0;

	/** @param max - tasks running at once, at least 1 */
	constructor(max: number) {
		this.#max = Math.max(1, max);
		this.#maxPerHost = Math.max(1, Math.ceil(this.#max / 2));
	}

	get running(): number {
		return this.#running;
	}

	/** @returns true when it has its place at once; it is called when it is its turn otherwise */
	enter(host: string, waiter: TurnWaiter): boolean {
		if (this.#hasPlace(host)) {
			this.#take(host);
			return true;
		}
		const queue = this.#waitingByHost.get(host);
		if (queue === undefined) this.#waitingByHost.set(host, new Set([waiter]));
		else queue.add(waiter);
		return false;
	}

	/** Whoever waits does not any more. */
	forget(host: string, waiter: TurnWaiter): void {
		const queue = this.#waitingByHost.get(host);
		queue?.delete(waiter);
		if (queue?.size === 0) this.#waitingByHost.delete(host);
	}

	/** Gives a place back; whoever waits is called before this returns. */
	leave(host: string): void {
		this.#running--;
		const left = (this.#runningByHost.get(host) ?? 1) - 1;
		if (left > 0) this.#runningByHost.set(host, left);
		else this.#runningByHost.delete(host);
		this.#startWaiting();
	}

	/**
	 * Runs `task` when it is its turn.
	 * @throws what the task throws; the signal's reason when it is aborted while waiting
	 */
	async run<T>(host: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
		await this.#turn(host, signal);
		try {
			return await task();
		} finally {
			this.leave(host);
		}
	}

	async #turn(host: string, signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		if (this.#hasPlace(host)) {
			this.#take(host);
			return;
		}
		await new Promise<void>((resolve, reject) => {
			const onAbort = (): void => {
				this.forget(host, waiter);
				reject(signal.reason);
			};
			const waiter: TurnWaiter = {
				onTurn: () => {
					signal.removeEventListener('abort', onAbort);
					resolve();
				},
			};
			signal.addEventListener('abort', onAbort, { once: true });
			this.enter(host, waiter);
		});
	}

	#hasPlace(host: string): boolean {
		return this.#running < this.#max && (this.#runningByHost.get(host) ?? 0) < this.#maxPerHost;
	}

	#take(host: string): void {
		this.#running++;
		this.#runningByHost.set(host, (this.#runningByHost.get(host) ?? 0) + 1);
	}

	#startWaiting(): void {
		for (const [host, queue] of this.#waitingByHost) {
			if (this.#running >= this.#max) return;
			if (!this.#hasPlace(host)) continue;
			const [next] = queue;
			// To the end of the line of hosts.
			this.#waitingByHost.delete(host);
			if (next === undefined) continue;
			queue.delete(next);
			if (queue.size > 0) this.#waitingByHost.set(host, queue);
			this.#take(host);
			next.onTurn();
		}
	}
}
