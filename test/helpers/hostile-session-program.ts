/**
 * A program for a child process: one session that seeds the torrent of `hostile-target.ts`, so that
 * its memory is its own. Run it by `startTargetProcess`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSession } from '../../src/session/session.js';
import { defaultSessionOptions } from '../../src/session/session-options.js';
import { targetTorrent } from './hostile-target.js';
import { writePayload } from './make-payload.js';

const folder = await mkdtemp(path.join(tmpdir(), 'btmany-test-'));
const downloadDir = path.join(folder, 'data');
await mkdir(downloadDir);
let { torrent } = targetTorrent();
await writePayload(downloadDir, torrent);
const session = await startSession(
	{ ...defaultSessionOptions(path.join(folder, 'state')), bindAddress: '127.0.0.1', downloadDir },
	{ logger: () => {} },
);
const torrentPath = path.join(folder, 'it.torrent');
await writeFile(torrentPath, torrent.metainfoBytes);
await session.dispatch({ type: 'add', metainfoBytes: torrent.metainfoBytes, torrentPath });
torrent = { ...torrent, files: [] };
const unsubscribe = session.subscribe(() => {
	if (session.getSnapshot().torrents[0]?.state !== 'seeding') return;
	unsubscribe();
	process.send?.({ port: session.getSnapshot().port });
});
process.on('message', () => {
	settledMemory().then(
		(memory) => process.send?.(memory),
		() => process.exit(1),
	);
});
process.once('disconnect', () => {
	session
		.close()
		.then(() => rm(folder, { recursive: true, force: true }))
		.then(
			() => process.exit(0),
			() => process.exit(1),
		);
});

/** After several collections: the room for new objects grows under load and shrinks step by step. */
async function settledMemory(): Promise<{ readonly rssBytes: number; readonly heldBytes: number }> {
	for (let round = 0; round < 5; round++) {
		globalThis.gc?.();
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
	return { rssBytes: rss, heldBytes: heapUsed + arrayBuffers };
}
