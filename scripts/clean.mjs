// Removes the folder named on the command line, so that output of a deleted source is never tested or shipped.
import { rmSync } from 'node:fs';
import { resolve, sep } from 'node:path';

const folder = process.argv[2];
if (folder === undefined || !resolve(folder).startsWith(process.cwd() + sep)) {
	console.error('clean: name a folder inside this project');
	process.exit(2);
}
rmSync(folder, { recursive: true, force: true });
