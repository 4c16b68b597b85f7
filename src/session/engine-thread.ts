/** The engine's side of a session that runs in its own thread: a program for a worker. */
import { parentPort, workerData } from 'node:worker_threads';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { type Clock, systemClock } from '../primitives/clock.js';
import type { LogEntry } from '../primitives/logger.js';
import { startSession } from './session.js';
import type { SessionApi } from './session-api.js';
import type { SessionOptions } from './session-options.js';
import type { SessionSnapshot, TorrentDetail } from './snapshot.js';
import { snapshotDelta } from './snapshot-delta.js';
import type { FromEngine, ToEngine } from './thread-messages.js';
import { surviveUncaught } from './uncaught.js';

/** Log lines sent while the other side takes nothing; more are counted and left out. */
const MAX_WAITING_LOGS = 1000;

/** More pictures a second than this nobody looks at. */
const SNAPSHOT_INTERVAL_MS = 200;

/** Sends no faster than the other side takes: a stalled terminal costs no memory. */
class Outbox {
	readonly #send: (message: FromEngine) => void;
	readonly #clock: Clock = systemClock;
	#session: SessionApi | undefined;
	#sent: SessionSnapshot | undefined;
	readonly #details = new Map<number, TorrentDetail | undefined>();
	#logs = 0;
	#isWaiting = false;
	#isPlanned = false;
	#sentAtMs = Number.NEGATIVE_INFINITY;
	#skippedSnapshots = 0;

	constructor(send: (message: FromEngine) => void) {
		this.#send = send;
	}

	follow(session: SessionApi): void {
		this.#session = session;
		session.subscribe(() => {
			if (this.#isWaiting) this.#skippedSnapshots++;
			this.#offer();
		});
		this.#offer();
	}

	/** Only the newest picture of each watched torrent is kept. */
	detail(id: number, detail: TorrentDetail | undefined): void {
		this.#details.set(id, detail);
		if (!this.#isWaiting) this.#sendDetails();
	}

	forget(id: number): void {
		this.#details.delete(id);
	}

	log(entry: LogEntry): void {
		if (++this.#logs <= MAX_WAITING_LOGS) this.#send({ type: 'log', entry });
	}

	/** The other side has taken in everything up to the last snapshot. */
	acknowledged(): void {
		this.#isWaiting = false;
		const lost = this.#logs - MAX_WAITING_LOGS;
		this.#logs = 0;
		if (lost > 0) {
			this.log({ level: 'warn', area: 'log', message: `${lost} log lines were left out` });
		}
		this.#sendDetails();
		this.#offer();
	}

	#offer(): void {
		const snapshot = this.#session?.getSnapshot();
		if (snapshot === undefined || this.#isWaiting || snapshot === this.#sent) return;
		const waitMs = this.#sentAtMs + SNAPSHOT_INTERVAL_MS - this.#clock.now();
		if (waitMs > 0) {
			this.#offerLater(waitMs);
			return;
		}
		this.#isWaiting = true;
		this.#sentAtMs = this.#clock.now();
		const { head, ...torrents } = snapshotDelta(this.#sent, snapshot);
		const stats = { ...head.stats, skippedSnapshots: this.#skippedSnapshots };
		this.#send({ type: 'snapshot', delta: { ...torrents, head: { ...head, stats } } });
		this.#sent = snapshot;
	}

	#offerLater(waitMs: number): void {
		if (this.#isPlanned) return;
		this.#isPlanned = true;
		this.#clock.after(waitMs, () => {
			this.#isPlanned = false;
			this.#offer();
		});
	}

	#sendDetails(): void {
		for (const [id, detail] of this.#details) this.#send({ type: 'detail', id, detail });
		this.#details.clear();
	}
}

async function runEngine(
	options: SessionOptions,
	send: (message: FromEngine) => void,
	listen: (receive: (message: ToEngine) => void) => void,
): Promise<void> {
	const outbox = new Outbox(send);
	const session = await startSession(options, { logger: (entry) => outbox.log(entry) });
	outbox.follow(session);
	const watches = new Map<number, () => void>();
	listen((message) => {
		switch (message.type) {
			case 'command':
				session.dispatch(message.command).then(
					(result) => send({ type: 'result', id: message.id, result }),
					(error: unknown) => send(failure(error)),
				);
				break;
			case 'watch':
				watches.set(
					message.id,
					session.watchDetail(message.infohash, (detail) => outbox.detail(message.id, detail)),
				);
				break;
			case 'unwatch':
				watches.get(message.id)?.();
				watches.delete(message.id);
				outbox.forget(message.id);
				break;
			case 'ack':
				outbox.acknowledged();
				break;
			case 'close':
				session.close().then(
					() => send({ type: 'closed' }),
					(error: unknown) => send(failure(error)),
				);
				break;
		}
	});
	send({ type: 'started' });
}

function failure(error: unknown): FromEngine {
	return {
		type: 'failed',
		code: errorCode(error) ?? 'SESSION_FAILED',
		message: errorMessage(error),
	};
}

const port = parentPort;
if (port !== null) {
	const options: SessionOptions = workerData;
	const send = (message: FromEngine): void => port.postMessage(message);
	surviveUncaught((entry) => send({ type: 'log', entry }));
	runEngine(options, send, (receive) => port.on('message', receive)).catch((error: unknown) => {
		send(failure(error));
		port.close();
	});
}
