/** For clients that run a program when a download is complete. */
import { mkdirSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface DoneHook {
	/** Takes any arguments. */
	readonly scriptPath: string;
	/** When the script was run. */
	readonly done: Promise<void>;
}

export function makeDoneHook(home: string): DoneHook {
	const folder = path.join(home, 'done');
	mkdirSync(folder);
	const scriptPath = path.join(home, 'done.sh');
	writeFileSync(scriptPath, `#!/bin/sh\n: > '${folder}/done'\n`, { mode: 0o755 });
	const done = new Promise<void>((resolve) => {
		const watcher = watch(folder, () => {
			watcher.close();
			resolve();
		});
		watcher.unref();
	});
	return { scriptPath, done };
}
