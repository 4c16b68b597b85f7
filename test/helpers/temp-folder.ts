import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';

/** A folder of its own for one test; it is removed when the test ends. */
export async function tempFolder(t: ExecutionContext): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'btmany-test-'));
	t.teardown(() => rm(folder, { recursive: true, force: true }));
	return folder;
}
