/** The engine's side of a session that runs in its own thread: a program for a worker. */
import { parentPort, workerData } from 'node:worker_threads';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { startSession } from './session.js';
import type { SessionApi } from './session-api.js';
import type { SessionOptions } from './session-options.js';
import type { SessionSnapshot } from './snapshot.js';
import { snapshotDelta } from './snapshot-delta.js';
import type { FromEngine, ToEngine } from './thread-messages.js';
import { surviveUncaught } from './uncaught.js';

/** Sends snapshots no faster than the other side takes them: a stalled terminal costs no memory. */
class SnapshotSender {
	readonly #session: SessionApi;
	readonly #send: (message: FromEngine) => void;
	#sent: SessionSnapshot | undefined;
	#isWaiting = false;

	constructor(session: SessionApi, send: (message: FromEngine) => void) {
		this.#session = session;
		this.#send = send;
		session.subscribe(() => this.#offer());
		this.#offer();
	}

	acknowledged(): void {
		this.#isWaiting = false;
		this.#offer();
	}

	#offer(): void {
		const snapshot = this.#session.getSnapshot();
		if (this.#isWaiting || snapshot === this.#sent) return;
		this.#isWaiting = true;
		this.#send({ type: 'snapshot', delta: snapshotDelta(this.#sent, snapshot) });
		this.#sent = snapshot;
	}
}

async function runEngine(
	options: SessionOptions,
	send: (message: FromEngine) => void,
	listen: (receive: (message: ToEngine) => void) => void,
): Promise<void> {
	const session = await startSession(options, {
		logger: (entry) => send({ type: 'log', entry }),
	});
	const sender = new SnapshotSender(session, send);
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
					session.watchDetail(message.infohash, (detail) =>
						send({ type: 'detail', id: message.id, detail }),
					),
				);
				break;
			case 'unwatch':
				watches.get(message.id)?.();
				watches.delete(message.id);
				break;
			case 'ack':
				sender.acknowledged();
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
