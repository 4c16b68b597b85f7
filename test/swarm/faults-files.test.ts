import { mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Infohash } from '../../src/primitives/infohash.js';
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
const LENGTH = 40 * PIECE;

interface Pair {
	readonly root: string;
	readonly torrent: MadeTorrent;
	readonly infohash: Infohash;
	readonly seed: LiveSession;
	readonly leech: LiveSession;
	/** Of the payload in the leech's folder. */
	readonly savePath: string;
}

function payload(name: string): MadeTorrent {
	return makeTorrent(
		name,
		[
			{ path: 'a.bin', bytes: pseudoRandomBytes(LENGTH / 2, 31) },
			{ path: 'b.bin', bytes: pseudoRandomBytes(LENGTH / 2, 32) },
		],
		{ pieceLengthBytes: PIECE },
	);
}

interface Seeded {
	readonly root: string;
	readonly infohash: Infohash;
	readonly seed: LiveSession;
}

async function seedAlone(t: ExecutionContext, torrent: MadeTorrent): Promise<Seeded> {
	const root = await tempFolder(t);
	await writePayload(path.join(root, 'seed', 'data'), torrent);
	const seed = await liveSession(t, path.join(root, 'seed'));
	const infohash = await seed.add(torrent);
	await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
	return { root, infohash, seed };
}

/** A seed and a leech that is about half way through. */
async function halfWay(t: ExecutionContext, torrent: MadeTorrent, rate = 300_000): Promise<Pair> {
	const { root, infohash, seed } = await seedAlone(t, torrent);
	const leech = await liveSession(t, path.join(root, 'leech'), {
		peers: [{ address: '127.0.0.1', port: seed.port }],
		maxDownloadRateBytesPerSecond: rate,
	});
	await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ doneBytes }) => doneBytes > 4 * PIECE);
	const savePath = path.join(leech.downloadDir, torrent.name);
	return { root, torrent, infohash, seed, leech, savePath };
}

function isError({ state }: { readonly state: string }): boolean {
	return state === 'error';
}

function isSeeding({ state }: { readonly state: string }): boolean {
	return state === 'seeding';
}

async function noLimit(leech: LiveSession): Promise<void> {
	await leech.session.dispatch({ type: 'set-limits', downloadRate: 0, uploadRate: 0 });
}

test('a folder that is renamed away in a download is missing, nothing is made in its place, and the download goes on when it is back', async (t) => {
	const { leech, infohash, torrent, savePath, root } = await halfWay(t, payload('moved'));
	const other = makeTorrent('other.bin', [{ path: 'x', bytes: pseudoRandomBytes(PIECE, 3) }]);
	await writePayload(leech.downloadDir, other);
	const otherHash = await leech.add(other);
	const away = path.join(root, 'away');
	await rename(savePath, away);
	const gone = await waitForTorrent(leech.session, infohash, isError);
	t.is(gone.problem?.code, 'STORAGE_MISSING');
	t.true(gone.problem?.resumesByItself);
	t.true(gone.problem?.message.includes('moved'));
	t.deepEqual(await readdir(leech.downloadDir), ['other.bin']);
	await waitForTorrent(leech.session, otherHash, isSeeding);
	const doneBytes = gone.doneBytes;
	await rename(away, savePath);
	await noLimit(leech);
	const done = await waitForTorrent(leech.session, infohash, isSeeding);
	t.true(doneBytes > 0);
	t.true(done.downloadedBytes < 2 * LENGTH);
	t.true(await isPayloadIn(leech.downloadDir, torrent));
});

test('a folder that is renamed away while nobody asks for it is missing all the same, and seeds again when it is back', async (t) => {
	const { seed, infohash, root } = await halfWay(t, payload('idle'), 10_000_000);
	const savePath = path.join(seed.downloadDir, 'idle');
	await rename(savePath, path.join(root, 'away'));
	const gone = await waitForTorrent(seed.session, infohash, isError);
	t.is(gone.problem?.code, 'STORAGE_MISSING');
	t.deepEqual(await readdir(seed.downloadDir), []);
	await rename(path.join(root, 'away'), savePath);
	const back = await waitForTorrent(seed.session, infohash, isSeeding);
	t.is(back.doneBytes, LENGTH);
	t.is(back.downloadedBytes, 0);
});

test('a file that is deleted in a download is told, and downloaded again', async (t) => {
	const { leech, infohash, torrent, savePath } = await halfWay(t, payload('deleted'));
	await rm(path.join(savePath, 'a.bin'));
	const gone = await waitForTorrent(leech.session, infohash, isError);
	t.is(gone.problem?.code, 'STORAGE_MISSING');
	await noLimit(leech);
	await waitForTorrent(leech.session, infohash, isSeeding);
	t.true(await isPayloadIn(leech.downloadDir, torrent));
});

test('a file that a folder replaces in a download is told, and the folder is left alone', async (t) => {
	const { leech, infohash, torrent, savePath } = await halfWay(t, payload('replaced'));
	const file = path.join(savePath, 'a.bin');
	await rm(file);
	await mkdir(path.join(file, 'mine'), { recursive: true });
	const gone = await waitForTorrent(leech.session, infohash, isError);
	t.regex(gone.problem?.code ?? '', /^STORAGE_(MISSING|FILE_FOREIGN)$/);
	t.deepEqual(await readdir(file), ['mine']);
	await rm(file, { recursive: true });
	await noLimit(leech);
	await leech.session.dispatch({ type: 'recheck', infohash });
	await waitForTorrent(leech.session, infohash, isSeeding);
	t.true(await isPayloadIn(leech.downloadDir, torrent));
});

test('a single file that is deleted while it is seeded is an error, and a recheck starts over', async (t) => {
	const torrent = makeTorrent('one.bin', [{ path: 'x', bytes: pseudoRandomBytes(LENGTH, 33) }], {
		pieceLengthBytes: PIECE,
	});
	const { seed, leech, infohash } = await halfWay(t, torrent, 0);
	await waitForTorrent(leech.session, infohash, isSeeding);
	const file = path.join(leech.downloadDir, 'one.bin');
	await rm(file);
	const gone = await waitForTorrent(leech.session, infohash, isError);
	t.is(gone.problem?.code, 'STORAGE_MISSING');
	t.true(isSeeding(seed.session.getSnapshot().torrents[0] ?? { state: '' }));
	await leech.session.dispatch({ type: 'recheck', infohash });
	await waitForTorrent(leech.session, infohash, isSeeding);
	t.true(await isPayloadIn(leech.downloadDir, torrent));
});

const altered = test.macro({
	title: (_provided, what: string) =>
		`a seed whose file is ${what} gives nothing wrong away and says so; a recheck finds out what is left`,
	async exec(t, what: string, alter: (file: string) => Promise<void>) {
		const torrent = payload('served');
		const { seed, infohash, root } = await seedAlone(t, torrent);
		// Before anybody asks: what was read for uploads while it was right may still be given away.
		await alter(path.join(seed.downloadDir, 'served', 'b.bin'));
		const leech = await liveSession(t, path.join(root, 'leech'), {
			peers: [{ address: '127.0.0.1', port: seed.port }],
			maxDownloadRateBytesPerSecond: 200_000,
		});
		await leech.add(torrent);
		const found = await waitForTorrent(seed.session, infohash, isError);
		t.regex(found.problem?.code ?? '', /^STORAGE_(CHANGED|MISSING)$/);
		t.true(found.problem?.message.includes('b.bin'));
		t.is(leech.session.getSnapshot().torrents[0]?.wastedBytes, 0, what);
		await seed.session.dispatch({ type: 'recheck', infohash });
		const left = await waitForTorrent(
			seed.session,
			infohash,
			({ state }) => state === 'downloading',
		);
		t.true(left.doneBytes < LENGTH);
		t.true(left.doneBytes >= LENGTH / 2);
		// The two have everything between them, but for what only a second seed can give.
		await writePayload(path.join(root, 'second', 'data'), torrent);
		const second = await liveSession(t, path.join(root, 'second'), {
			peers: [
				{ address: '127.0.0.1', port: seed.port },
				{ address: '127.0.0.1', port: leech.port },
			],
		});
		await second.add(torrent);
		await noLimit(leech);
		await waitForTorrent(seed.session, infohash, isSeeding);
		await waitForTorrent(leech.session, infohash, isSeeding);
		t.true(await isPayloadIn(seed.downloadDir, torrent));
		t.true(await isPayloadIn(leech.downloadDir, torrent));
	},
});

test(altered, 'cut short', (file) => truncate(file, 100));
test(altered, 'changed by a byte', async (file) => {
	const bytes = await readFile(file);
	bytes[LENGTH / 2 - 7] = (bytes[LENGTH / 2 - 7] ?? 0) ^ 1;
	await writeFile(file, bytes);
});

test('a file that is cut short in a download does not end as a complete one', async (t) => {
	const { leech, infohash, torrent, savePath } = await halfWay(t, payload('cut'), 150_000);
	const sizes = async (): Promise<number[]> =>
		Promise.all(
			['a.bin', 'b.bin'].map(async (file) => (await stat(path.join(savePath, file))).size),
		);
	t.true(Math.max(...(await sizes())) > 0);
	for (const file of ['a.bin', 'b.bin']) await truncate(path.join(savePath, file), 0);
	await noLimit(leech);
	const end = await waitForTorrent(
		leech.session,
		infohash,
		(torrentNow) => isError(torrentNow) || isSeeding(torrentNow),
	);
	if (isSeeding(end)) t.true(await isPayloadIn(leech.downloadDir, torrent));
	else t.regex(end.problem?.code ?? '', /^STORAGE_/);
});
