import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { liveSession, waitFor, waitForTorrent } from '../helpers/live-session.js';
import { makeTorrent, pseudoRandomBytes, writePayload } from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const torrent = makeTorrent('quiet.bin', [
	{ path: 'quiet.bin', bytes: pseudoRandomBytes(90_000, 8) },
]);

async function recordFiles(folder: string): Promise<string[]> {
	const names = await readdir(path.join(folder, 'state', 'resume'), { recursive: true });
	return names.filter((name) => name.endsWith('.resume'));
}

test('a seed that nobody asked for is started and stopped again without its record being written', async (t) => {
	const folder = await tempFolder(t);
	await writePayload(path.join(folder, 'data'), torrent);
	const first = await liveSession(t, folder);
	const infohash = await first.add(torrent);
	await waitForTorrent(first.session, infohash, ({ state }) => state === 'seeding');
	await first.session.close();
	const [name] = await recordFiles(folder);
	if (name === undefined) throw new Error('there is no record');
	const file = path.join(folder, 'state', 'resume', name);
	const before = await stat(file);
	const second = await liveSession(t, folder);
	await second.add(torrent);
	await waitForTorrent(second.session, infohash, ({ state }) => state === 'seeding');
	await second.session.close();
	const after = await stat(file);
	t.is(after.mtimeMs, before.mtimeMs);
	t.is(after.ino, before.ino);
});

test('while nothing happens one publication shares its list with the next', async (t) => {
	const folder = await tempFolder(t);
	await writePayload(path.join(folder, 'data'), torrent);
	const live = await liveSession(t, folder);
	const { session } = live;
	const infohash = await live.add(torrent);
	await waitForTorrent(session, infohash, ({ state }) => state === 'seeding');
	let { torrents, revision } = session.getSnapshot();
	const later = await waitFor(session, (snapshot) => {
		const isSame = snapshot.revision > revision && snapshot.torrents === torrents;
		({ torrents, revision } = snapshot);
		return isSame;
	});
	t.is(later.torrents[0]?.state, 'seeding');
});

test('a seed that rests serves the first peer that comes', async (t) => {
	const folder = await tempFolder(t);
	await writePayload(path.join(folder, 'seed', 'data'), torrent);
	const seed = await liveSession(t, path.join(folder, 'seed'));
	const infohash = await seed.add(torrent);
	const quiet = await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
	t.is(quiet.availability, 0);
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		peers: [{ address: '127.0.0.1', port: seed.port }],
	});
	await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	const gave = await waitForTorrent(
		seed.session,
		infohash,
		({ uploadedBytes }) => uploadedBytes >= 90_000,
	);
	t.is(gave.uploadedBytes, 90_000);
});
