import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Infohash } from '../../src/primitives/infohash.js';
import type { TorrentProblem } from '../../src/session/snapshot.js';
import { type LiveSession, liveSession, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	type MadeTorrent,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const PIECE = 32_768;
const LENGTH = 20 * PIECE + 5;

interface Scene {
	readonly torrent: MadeTorrent;
	readonly bytes: Uint8Array;
	readonly file: string;
	readonly folder: string;
	readonly seed: LiveSession;
	/** A session with the seed as its peer, on the folder that holds `file`. */
	readonly open: () => Promise<LiveSession>;
}

async function scene(t: ExecutionContext, existing: Uint8Array): Promise<Scene> {
	const root = await tempFolder(t);
	const bytes = pseudoRandomBytes(LENGTH, 21);
	const torrent = makeTorrent('here.bin', [{ path: 'here.bin', bytes }], {
		pieceLengthBytes: PIECE,
	});
	await writePayload(path.join(root, 'seed', 'data'), torrent);
	const seed = await liveSession(t, path.join(root, 'seed'));
	const infohash = await seed.add(torrent);
	await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
	const folder = path.join(root, 'leech');
	const open = (): Promise<LiveSession> =>
		liveSession(t, folder, { peers: [{ address: '127.0.0.1', port: seed.port }] });
	// The first session only makes the folder.
	const first = await open();
	await first.session.close();
	const file = path.join(first.downloadDir, 'here.bin');
	await writeFile(file, existing);
	return { torrent, bytes, file, folder, seed, open };
}

async function refusal(live: LiveSession, infohash: Infohash): Promise<TorrentProblem | undefined> {
	return (await waitForTorrent(live.session, infohash, ({ state }) => state === 'error')).problem;
}

const refused = test.macro({
	title: (_provided, what: string) =>
		`${what} is refused, left as it is over restarts, and used when forced`,
	async exec(t, _what: string, make: (payload: Uint8Array) => Uint8Array, code: string) {
		const existing = make(pseudoRandomBytes(LENGTH, 21));
		const { torrent, file, bytes, open } = await scene(t, existing);
		for (let start = 0; start < 2; start++) {
			const live = await open();
			const infohash = await live.add(torrent);
			const problem = await refusal(live, infohash);
			t.is(problem?.code, code);
			t.true(problem?.canForce);
			t.regex(problem?.message ?? '', /here\.bin/);
			await live.session.close();
			t.deepEqual(new Uint8Array(await readFile(file)), existing);
		}
		const live = await open();
		const infohash = await live.add(torrent);
		await refusal(live, infohash);
		await live.session.dispatch({ type: 'pause', infohash });
		await live.session.dispatch({ type: 'resume', infohash });
		t.is((await refusal(live, infohash))?.code, code);
		await live.session.dispatch({ type: 'force', infohash });
		await waitForTorrent(live.session, infohash, ({ state }) => state === 'seeding');
		const now = await readFile(file);
		t.deepEqual(new Uint8Array(now.subarray(0, LENGTH)), bytes);
		// What is beyond the torrent's range stays whatever happens.
		t.deepEqual(new Uint8Array(now.subarray(LENGTH)), existing.slice(LENGTH));
	},
});

const withTail = (bytes: Uint8Array): Uint8Array => Buffer.concat([bytes, Buffer.from([1])]);

test(
	refused,
	'a longer file whose data is partly right',
	(payload) => new Uint8Array(withTail(payload.map((byte, at) => (at < 70_000 ? 0 : byte)))),
	'STORAGE_FILE_LONGER',
);
test(
	refused,
	'a foreign file of the same size',
	() => pseudoRandomBytes(LENGTH, 22),
	'STORAGE_FILE_FOREIGN',
);
test(refused, 'a shorter foreign file', () => pseudoRandomBytes(1000, 23), 'STORAGE_FILE_FOREIGN');

test('data that is partly there is used without force, and only the rest is downloaded', async (t) => {
	const { torrent, bytes, open, seed } = await scene(
		t,
		pseudoRandomBytes(LENGTH, 21).slice(0, 15 * PIECE + 100),
	);
	const live = await open();
	const infohash = await live.add(torrent);
	await waitForTorrent(live.session, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(live.downloadDir, torrent));
	const sent = seed.session.getSnapshot().torrents[0]?.uploadedBytes ?? 0;
	t.true(sent <= 6 * PIECE, `the seed sent ${sent} of ${bytes.byteLength} bytes`);
});

test('an empty file is data of nobody', async (t) => {
	const { torrent, open } = await scene(t, new Uint8Array(0));
	const live = await open();
	const infohash = await live.add(torrent);
	await waitForTorrent(live.session, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(live.downloadDir, torrent));
});

test('complete data in a longer file is seeded and the file is not touched', async (t) => {
	const { torrent, bytes, file, folder, open } = await scene(
		t,
		withTail(pseudoRandomBytes(LENGTH, 21)),
	);
	const before = await stat(file);
	const live = await open();
	const infohash = await live.add(torrent);
	await waitForTorrent(live.session, infohash, ({ state }) => state === 'seeding');
	const other = await liveSession(t, path.join(folder, 'other'), {
		peers: [{ address: '127.0.0.1', port: live.port }],
	});
	await other.add(torrent);
	await waitForTorrent(other.session, infohash, ({ state }) => state === 'seeding');
	await live.session.close();
	const after = await stat(file);
	t.is(after.mtimeMs, before.mtimeMs);
	t.is(after.size, bytes.byteLength + 1);
	t.deepEqual(new Uint8Array(await readFile(path.join(other.downloadDir, 'here.bin'))), bytes);
});

test('a torrent that stands in an error takes no recheck or second adding for leave to write over a foreign file', async (t) => {
	const existing = pseudoRandomBytes(LENGTH, 24);
	const { torrent, file, open } = await scene(t, existing);
	const live = await open();
	const infohash = await live.add(torrent);
	await refusal(live, infohash);
	await live.session.dispatch({ type: 'recheck', infohash });
	t.is((await refusal(live, infohash))?.code, 'STORAGE_FILE_FOREIGN');
	await live.session.dispatch({ type: 'remove', infohash });
	await live.add(torrent);
	t.is((await refusal(live, infohash))?.code, 'STORAGE_FILE_FOREIGN');
	t.deepEqual(new Uint8Array(await readFile(file)), existing);
});
