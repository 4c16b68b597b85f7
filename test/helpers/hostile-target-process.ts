/** Starts a seeding session in a process of its own and asks it for its memory. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type Target, targetTorrent } from './hostile-target.js';

export interface Memory {
	/** Resident, after garbage collections. */
	readonly rssBytes: number;
	/** In objects and buffers that are alive. */
	readonly heldBytes: number;
}

export interface TargetProcess extends Target {
	memory(): Promise<Memory>;
	close(): Promise<void>;
}

export async function startTargetProcess(): Promise<TargetProcess> {
	const child = fork(new URL('./hostile-session-program.js', import.meta.url), {
		// The room for new objects grows in steps by rules of its own: a fixed one leaves the program's.
		execArgv: ['--expose-gc', '--enable-source-maps', '--max-semi-space-size=2'],
	});
	const { infohash, payload } = targetTorrent();
	const port = numberIn(await nextMessage(child), 'port');
	return {
		port,
		infohash,
		payload,
		async memory() {
			const answer = nextMessage(child);
			child.send('memory');
			const message = await answer;
			return {
				rssBytes: numberIn(message, 'rssBytes'),
				heldBytes: numberIn(message, 'heldBytes'),
			};
		},
		async close() {
			const exit = once(child, 'exit');
			child.disconnect();
			await exit;
		},
	};
}

/** Rejects when the program ends before it says anything. */
function nextMessage(child: ChildProcess): Promise<unknown> {
	return new Promise((resolve, reject) => {
		const onExit = (code: number | null): void => reject(new Error(`it ended with ${code}`));
		child.once('exit', onExit);
		child.once('message', (message) => {
			child.off('exit', onExit);
			resolve(message);
		});
	});
}

function numberIn(message: unknown, field: string): number {
	const value: unknown = Reflect.get(Object(message), field);
	if (typeof value !== 'number') throw new Error(`no ${field} in ${JSON.stringify(message)}`);
	return value;
}
