/**
 * A program that downloads one torrent until it is killed; the crash test starts it again and again.
 * Arguments: its folder, the `.torrent` file, the seed's port, the download limit in bytes per second.
 * It writes one line when it listens, `port N`, and one when the download is complete, `done`.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { silentLogger } from '../../src/primitives/logger.js';
import { startSession } from '../../src/session/session.js';
import { defaultSessionOptions } from '../../src/session/session-options.js';

const [folder = '', torrentPath = '', seedPort = '0', rate = '0'] = process.argv.slice(2);

const session = await startSession(
	{
		...defaultSessionOptions(path.join(folder, 'state')),
		bindAddress: '127.0.0.1',
		downloadDir: path.join(folder, 'data'),
		peers: [{ address: '127.0.0.1', port: Number(seedPort) }],
		maxDownloadRateBytesPerSecond: Number(rate),
	},
	{ logger: silentLogger },
);
await session.dispatch({
	type: 'add',
	metainfoBytes: await readFile(torrentPath),
	torrentPath,
});
let isDone = false;
session.subscribe(() => {
	const [torrent] = session.getSnapshot().torrents;
	if (torrent?.problem !== undefined) process.stdout.write(`problem ${torrent.problem.message}\n`);
	if (isDone || torrent?.state !== 'seeding') return;
	isDone = true;
	process.stdout.write('done\n');
});
process.stdout.write(`port ${session.getSnapshot().port}\n`);
