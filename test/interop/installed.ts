/** Which of the programs this suite needs are there. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** True when `name` is an executable file of the search path. */
export function hasCommand(name: string): boolean {
	return (process.env['PATH'] ?? '').split(':').some((folder) => {
		try {
			accessSync(path.join(folder, name), constants.X_OK);
			return true;
		} catch {
			// Not in this folder.
			return false;
		}
	});
}

/** True when that Python can import the module. */
export function hasPythonModule(python: string, module: string): boolean {
	return spawnSync(python, ['-c', `import ${module}`]).status === 0;
}
