/**
 * A session whose engine runs in its own thread: a terminal that stops reading blocks this thread,
 * and peers go on being served.
 */
import { Worker } from 'node:worker_threads';
import { AppError } from '../primitives/app-error.js';
import type { Infohash } from '../primitives/infohash.js';
import type { SessionDeps } from './session.js';
import type { CommandResult, SessionApi, SessionCommand } from './session-api.js';
import type { SessionOptions } from './session-options.js';
import type { SessionSnapshot, TorrentDetail } from './snapshot.js';
import { applyDelta } from './snapshot-delta.js';
import { SnapshotStore } from './snapshot-store.js';
import type { FromEngine, ToEngine } from './thread-messages.js';

/** Longer than the engine itself waits for trackers and disks. */
const CLOSE_TIMEOUT_MS = 10_000;

const ENGINE_GONE: CommandResult = {
	ok: false,
	code: 'SESSION_CLOSED',
	message: 'The engine has stopped',
};

/**
 * Starts the thread and the session in it.
 * @throws {AppError} what `startSession` throws
 */
export function startThreadSession(
	options: SessionOptions,
	deps: SessionDeps,
): Promise<SessionApi> {
	const worker = new Worker(new URL('./engine-thread.js', import.meta.url), {
		workerData: options,
		name: 'btmany engine',
	});
	const session = new ThreadSession(worker, deps);
	return session.started();
}

class ThreadSession implements SessionApi {
	readonly #worker: Worker;
	readonly #deps: SessionDeps;
	readonly #results = new Map<number, (result: CommandResult) => void>();
	readonly #details = new Map<number, (detail: TorrentDetail | undefined) => void>();
	readonly #gone: Promise<void>;
	#store: SnapshotStore | undefined;
	#nextId = 1;
	#started: { resolve: (session: SessionApi) => void; reject: (error: Error) => void } | undefined;
	#closed: (() => void) | undefined;
	#isStarted = false;
	#isGone = false;

	constructor(worker: Worker, deps: SessionDeps) {
		this.#worker = worker;
		this.#deps = deps;
		worker.on('message', (message: FromEngine) => this.#received(message));
		worker.on('error', (error) => this.#failed('SESSION_CRASHED', error.message));
		this.#gone = new Promise((resolve) => {
			worker.on('exit', () => {
				this.#isGone = true;
				if (this.#started !== undefined) this.#failed('SESSION_CRASHED', 'The engine has stopped');
				this.#abandonCommands();
				resolve();
			});
		});
	}

	started(): Promise<SessionApi> {
		return new Promise((resolve, reject) => {
			this.#started = { resolve, reject };
		});
	}

	getSnapshot(): SessionSnapshot {
		return this.#snapshots().get();
	}

	subscribe(listener: () => void): () => void {
		return this.#snapshots().subscribe(listener);
	}

	dispatch(command: SessionCommand): Promise<CommandResult> {
		const id = this.#nextId++;
		if (this.#isGone) return Promise.resolve(ENGINE_GONE);
		return new Promise((resolve) => {
			this.#results.set(id, resolve);
			this.#send({ type: 'command', id, command });
		});
	}

	watchDetail(
		infohash: Infohash,
		listener: (detail: TorrentDetail | undefined) => void,
	): () => void {
		const id = this.#nextId++;
		this.#details.set(id, listener);
		this.#send({ type: 'watch', id, infohash });
		return () => {
			this.#details.delete(id);
			this.#send({ type: 'unwatch', id });
		};
	}

	async close(): Promise<void> {
		const closed = new Promise<void>((resolve) => {
			this.#closed = resolve;
		});
		this.#send({ type: 'close' });
		let timer: NodeJS.Timeout | undefined;
		const timeout = new Promise<void>((resolve) => {
			timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
		});
		await Promise.race([closed, this.#gone, timeout]);
		clearTimeout(timer);
		await this.#worker.terminate();
	}

	#snapshots(): SnapshotStore {
		if (this.#store === undefined)
			throw new AppError('SESSION_NOT_STARTED', 'Session has not started');
		return this.#store;
	}

	#send(message: ToEngine): void {
		this.#worker.postMessage(message);
	}

	#received(message: FromEngine): void {
		switch (message.type) {
			case 'started':
				this.#isStarted = true;
				this.#startedIfReady();
				break;
			case 'failed':
				this.#failed(message.code, message.message);
				break;
			case 'snapshot': {
				const snapshot = applyDelta(this.#store?.get(), message.delta);
				this.#send({ type: 'ack' });
				if (this.#store === undefined) this.#store = new SnapshotStore(snapshot);
				else this.#store.publish(snapshot);
				this.#startedIfReady();
				break;
			}
			case 'result':
				this.#results.get(message.id)?.(message.result);
				this.#results.delete(message.id);
				break;
			case 'detail':
				this.#details.get(message.id)?.(message.detail);
				break;
			case 'log':
				this.#deps.logger(message.entry);
				break;
			case 'closed':
				this.#closed?.();
				break;
		}
	}

	#startedIfReady(): void {
		if (!this.#isStarted || this.#store === undefined) return;
		this.#started?.resolve(this);
		this.#started = undefined;
	}

	#failed(code: string, message: string): void {
		const error = new AppError(code, message);
		if (this.#started === undefined) {
			this.#deps.logger({ level: 'error', area: 'session', message: `${code}: ${message}` });
		} else {
			this.#started.reject(error);
			this.#started = undefined;
		}
	}

	#abandonCommands(): void {
		for (const resolve of this.#results.values()) {
			resolve(ENGINE_GONE);
		}
		this.#results.clear();
	}
}
