/** Where things are. Compiled files are in `<project>/<build folder>/bench/machine/`. */
import path from 'node:path';

export const projectFolder: string = path.resolve(import.meta.dirname, '..', '..', '..');

/** The sources of the benches: scripts in other languages are run from here. */
export const benchFolder: string = path.join(projectFolder, 'bench');

/** The build folder these benches run from. */
export const compiledFolder: string = path.resolve(import.meta.dirname, '..', '..');

/** The program under test: `BENCH_DIST` names another build than `dist`. */
export function distFolder(): string {
	return path.resolve(process.env['BENCH_DIST'] ?? path.join(projectFolder, 'dist'));
}

export function programPath(): string {
	return path.join(distFolder(), 'bin', 'btmany.js');
}
