import { mkdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parseInfohash } from '../../src/primitives/infohash.js';
import type { LogEntry } from '../../src/primitives/logger.js';
import type { SessionApi } from '../../src/session/session-api.js';
import { defaultSessionOptions, type SessionOptions } from '../../src/session/session-options.js';
import type { TorrentDetail } from '../../src/session/snapshot.js';
import { startThreadSession } from '../../src/session/thread-session.js';
import { liveSession, waitFor, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const log: LogEntry[] = [];

async function threaded(
	t: ExecutionContext,
	folder: string,
	options: Partial<SessionOptions> = {},
): Promise<SessionApi> {
	await mkdir(path.join(folder, 'data'), { recursive: true });
	const session = await startThreadSession(
		{
			...defaultSessionOptions(path.join(folder, 'state')),
			bindAddress: '127.0.0.1',
			downloadDir: path.join(folder, 'data'),
			...options,
		},
		{ logger: (entry) => log.push(entry) },
	);
	t.teardown(() => session.close());
	return session;
}

async function add(session: SessionApi, folder: string, name: string, seed: number) {
	const torrent = makeTorrent(name, [{ path: 'x', bytes: pseudoRandomBytes(200_000, seed) }]);
	const torrentPath = path.join(folder, `${name}.torrent`);
	await writeFile(torrentPath, torrent.metainfoBytes);
	const result = await session.dispatch({
		type: 'add',
		metainfoBytes: torrent.metainfoBytes,
		torrentPath,
	});
	if (!result.ok || result.infohash === undefined) throw new Error(JSON.stringify(result));
	return { torrent, infohash: result.infohash };
}

test('a session in a thread downloads and publishes like one that is not, with details and log', async (t) => {
	const folder = await tempFolder(t);
	const seed = await liveSession(t, path.join(folder, 'seed'));
	const leechFolder = path.join(folder, 'leech');
	const leech = await threaded(t, leechFolder, {
		peers: [{ address: '127.0.0.1', port: seed.port }],
	});
	t.true((leech.getSnapshot().port ?? 0) > 0);
	const { torrent, infohash } = await add(leech, leechFolder, 'thread.bin', 1);
	const details: (TorrentDetail | undefined)[] = [];
	const unwatch = leech.watchDetail(infohash, (detail) => details.push(detail));
	await writePayload(seed.downloadDir, torrent);
	await seed.add(torrent);
	await waitForTorrent(leech, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(path.join(leechFolder, 'data'), torrent));
	await waitFor(leech, () => details.some((detail) => detail?.havePieces === detail?.pieceCount));
	unwatch();
	t.true(log.some(({ message }) => message.includes('download complete')));
	const refused = await leech.dispatch({ type: 'pause', infohash: parseInfohash('0'.repeat(40))! });
	t.is(refused.ok ? '' : refused.code, 'SESSION_NO_TORRENT');
	await leech.close();
	const late = await leech.dispatch({ type: 'pause', infohash });
	t.is(late.ok ? '' : late.code, 'SESSION_CLOSED');
	await t.notThrowsAsync(leech.close());
});

test('torrents that did not change keep their object over the thread, and revisions grow', async (t) => {
	const folder = await tempFolder(t);
	const session = await threaded(t, folder);
	const still = await add(session, folder, 'still.bin', 2);
	await session.dispatch({ type: 'pause', infohash: still.infohash });
	const before = await waitForTorrent(session, still.infohash, ({ state }) => state === 'paused');
	const { revision } = session.getSnapshot();
	const busy = await add(session, folder, 'busy.bin', 3);
	await waitForTorrent(session, busy.infohash, ({ state }) => state === 'downloading');
	const after = await waitFor(session, (snapshot) => snapshot.revision > revision + 1);
	t.is(
		after.torrents.find(({ infohash }) => infohash === still.infohash),
		before,
	);
	await session.dispatch({ type: 'move', infohash: busy.infohash, position: 0 });
	await waitFor(session, ({ torrents }) => torrents[0]?.infohash === busy.infohash);
	await session.dispatch({ type: 'remove', infohash: still.infohash });
	await waitFor(session, ({ torrents }) => torrents.length === 1);
	t.pass();
});

test('a state folder that is locked rejects the start with its code and the pid', async (t) => {
	const folder = await tempFolder(t);
	await liveSession(t, folder);
	const error = await t.throwsAsync(threaded(t, folder), { code: 'STATE_LOCKED' });
	t.true(error.message.includes(String(process.pid)));
});

test('a port that is taken rejects the start with its code, and leaves the state folder free', async (t) => {
	const folder = await tempFolder(t);
	const server = net.createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => server.close());
	const { port } = server.address() as net.AddressInfo;
	const ports = { first: port, last: port };
	const error = await t.throwsAsync(threaded(t, folder, { ports }), { code: 'NET_LISTEN_FAILED' });
	t.true(error.message.includes(String(port)));
	await t.notThrowsAsync(threaded(t, folder));
});
