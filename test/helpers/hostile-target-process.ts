/** Starts a seeding session in a process of its own and asks it for its memory. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type Target, targetTorrent } from './hostile-target.js';

export interface TargetProcess extends Target {
	/** Resident memory after a garbage collection. */
	rssBytes(): Promise<number>;
	close(): Promise<void>;
}

export async function startTargetProcess(): Promise<TargetProcess> {
	const child = fork(new URL('./hostile-session-program.js', import.meta.url), {
		execArgv: ['--expose-gc', '--enable-source-maps'],
	});
	const { infohash, payload } = targetTorrent();
	const port = await numberFrom(child, 'port');
	return {
		port,
		infohash,
		payload,
		rssBytes() {
			const answer = numberFrom(child, 'rssBytes');
			child.send('rss');
			return answer;
		},
		async close() {
			const exit = once(child, 'exit');
			child.disconnect();
			await exit;
		},
	};
}

/** A field of the next message; rejects when the program ends first. */
function numberFrom(child: ChildProcess, field: string): Promise<number> {
	return new Promise((resolve, reject) => {
		const onExit = (code: number | null): void => reject(new Error(`it ended with ${code}`));
		child.once('exit', onExit);
		child.once('message', (message) => {
			child.off('exit', onExit);
			const value: unknown = Reflect.get(Object(message), field);
			if (typeof value === 'number') resolve(value);
			else reject(new Error(`no ${field} in ${JSON.stringify(message)}`));
		});
	});
}
