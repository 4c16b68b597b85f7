import { createHash } from 'node:crypto';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import type { TorrentDetail } from '../../src/session/snapshot.js';
import {
	type FileServer,
	type FileServerOptions,
	startFileServer,
} from '../helpers/file-server.js';
import { startHttpSeedServer } from '../helpers/http-seed-server.js';
import { type LiveSession, liveSession, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	type MadeTorrent,
	makeTorrent,
	type PayloadFile,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const PIECE = 65_536;
const LENGTH = 5_000_001;

const FOLDER: readonly PayloadFile[] = [
	{ path: 'a/first.bin', bytes: pseudoRandomBytes(700_001, 1) },
	{ path: '.pad/20895', bytes: new Uint8Array(20_895), isPadding: true },
	{ path: 'b c/ünïcode & 100%.bin', bytes: pseudoRandomBytes(1_500_000, 2) },
	{ path: 'empty.bin', bytes: new Uint8Array(0) },
	{ path: "b c/tiny #1 'q'?.txt", bytes: pseudoRandomBytes(3, 3) },
	{ path: 'last.bin', bytes: pseudoRandomBytes(900_000, 4) },
];

function infohashOf(torrent: MadeTorrent): string {
	return parseMetainfo(torrent.metainfoBytes, (part) => createHash('sha1').update(part).digest())
		.infohash;
}

async function singleFileServer(
	t: ExecutionContext,
	bytes: Uint8Array,
	options: Omit<FileServerOptions, 'files'> = {},
): Promise<FileServer> {
	return startFileServer(t, { ...options, files: new Map([['/dir/one file.bin', bytes]]) });
}

async function downloaded(
	t: ExecutionContext,
	torrent: MadeTorrent,
	options: Parameters<typeof liveSession>[2] = {},
): Promise<LiveSession> {
	const folder = await tempFolder(t);
	const leech = await liveSession(t, folder, { allowsLocal: true, ...options });
	const infohash = await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(leech.downloadDir, torrent));
	return leech;
}

const fromOneFile = test.macro({
	title: (_provided, urlPath: string) =>
		`a single file comes from a web seed alone, whose URL ends in ${urlPath}`,
	async exec(t, urlPath: string) {
		const bytes = pseudoRandomBytes(LENGTH, 7);
		const server = await singleFileServer(t, bytes);
		const torrent = makeTorrent('one file.bin', [{ path: 'one file.bin', bytes }], {
			pieceLengthBytes: PIECE,
			webSeeds: [server.url + urlPath],
		});
		const leech = await downloaded(t, torrent);
		t.is(server.sentBytes(), LENGTH, 'nothing is fetched twice');
		t.true(server.connections() <= 4, 'connections are kept');
		t.true(server.requests.length < LENGTH / PIECE, 'pieces come several in a row');
		t.is(leech.session.getSnapshot().torrents[0]?.wastedBytes, 0);
	},
});
test(fromOneFile, '/dir/');
test(fromOneFile, '/dir/one%20file.bin');

const fromFolder = test.macro({
	title: (_provided, slash: string) =>
		`a folder with padding and odd names comes from a web seed alone${slash === '' ? ' whose URL has no slash' : ''}`,
	async exec(t, slash: string) {
		const server = await startFileServer(t, {
			files: new Map(
				FOLDER.filter(({ isPadding }) => isPadding !== true).map((file) => [
					`/dir/my folder/${file.path}`,
					file.bytes,
				]),
			),
		});
		const torrent = makeTorrent('my folder', FOLDER, {
			pieceLengthBytes: PIECE,
			webSeeds: [`${server.url}/dir${slash}`],
		});
		await downloaded(t, torrent);
		t.false(server.requests.some((request) => request.path.includes('.pad')));
		t.true(
			server.requests.some((request) =>
				request.path.endsWith('/%C3%BCn%C3%AFcode%20%26%20100%25.bin'),
			),
		);
	},
});
test(fromFolder, '/');
test(fromFolder, '');

test('a download comes from an HTTP seed of BEP 17 alone', async (t) => {
	const bytes = pseudoRandomBytes(LENGTH, 8);
	const files = [{ path: 'one.bin', bytes }];
	const infohash = infohashOf(makeTorrent('one.bin', files, { pieceLengthBytes: PIECE }));
	const server = await startHttpSeedServer(t, {
		infohash,
		payload: bytes,
		pieceLengthBytes: PIECE,
	});
	const torrent = makeTorrent('one.bin', files, {
		pieceLengthBytes: PIECE,
		httpSeeds: [server.url],
	});
	await downloaded(t, torrent);
	t.is(new Set(server.queries).size, server.queries.length, 'nothing is asked for twice');
});

test('an HTTP seed of BEP 17 that answers 503 with a number of seconds is asked again after them', async (t) => {
	const bytes = pseudoRandomBytes(300_000, 9);
	const files = [{ path: 'one.bin', bytes }];
	const infohash = infohashOf(makeTorrent('one.bin', files, { pieceLengthBytes: PIECE }));
	const askedAtMs: number[] = [];
	/** Requests may be on their way together: all of them are answered the same. */
	const isEarly = (atMs: number): boolean => atMs - (askedAtMs[0] ?? atMs) < 1000;
	const server = await startHttpSeedServer(t, {
		infohash,
		payload: bytes,
		pieceLengthBytes: PIECE,
		intercept(_request, response) {
			const nowMs = performance.now();
			askedAtMs.push(nowMs);
			if (!isEarly(nowMs)) return false;
			response.writeHead(503).end('2');
			return true;
		},
	});
	const torrent = makeTorrent('one.bin', files, {
		pieceLengthBytes: PIECE,
		httpSeeds: [server.url],
	});
	await downloaded(t, torrent);
	const [first = 0] = askedAtMs;
	const again = askedAtMs.find((atMs) => !isEarly(atMs)) ?? first;
	t.true(again - first >= 1990, 'it was not left alone for the two seconds it asked for');
});

test('web seeds and peers share a download, and nothing much is fetched twice', async (t) => {
	const bytes = pseudoRandomBytes(20_000_000, 10);
	const server = await singleFileServer(t, bytes);
	const torrent = makeTorrent('one file.bin', [{ path: 'one file.bin', bytes }], {
		pieceLengthBytes: PIECE,
		webSeeds: [`${server.url}/dir/`],
	});
	const seedFolder = await tempFolder(t);
	await writePayload(path.join(seedFolder, 'data'), torrent);
	const seed = await liveSession(t, seedFolder, { usesHttpSeeds: false });
	await waitForTorrent(seed.session, await seed.add(torrent), ({ state }) => state === 'seeding');
	t.is(server.requests.length, 0, 'a seed asks nobody');
	const leech = await downloaded(t, torrent, {
		peers: [{ address: '127.0.0.1', port: seed.port }],
		maxDownloadRateBytesPerSecond: 10_000_000,
	});
	const [{ downloadedBytes, wastedBytes } = { downloadedBytes: 0, wastedBytes: 0 }] =
		leech.session.getSnapshot().torrents;
	const uploaded = seed.session.getSnapshot().torrents[0]?.uploadedBytes ?? 0;
	t.true(uploaded > 0, 'the peer gave something');
	t.true(server.sentBytes() > 0, 'the web seed gave something');
	t.true(wastedBytes < downloadedBytes * 0.1, `${wastedBytes} bytes were fetched twice`);
});

test('an HTTP seed at work is among the peers as HTTP and counts as a seed', async (t) => {
	const bytes = pseudoRandomBytes(1_000_000, 11);
	let release: (() => void) | undefined;
	const asked = new Promise<void>((resolve) => {
		release = resolve;
	});
	let isOpen = false;
	const waiting: (() => void)[] = [];
	const server = await singleFileServer(t, bytes, {
		intercept(request, response) {
			if (isOpen) return false;
			waiting.push(() => {
				response.writeHead(503, { 'retry-after': '0' }).end(request.method);
			});
			release?.();
			return true;
		},
	});
	const torrent = makeTorrent('one file.bin', [{ path: 'one file.bin', bytes }], {
		pieceLengthBytes: PIECE,
		webSeeds: [`${server.url}/dir/`],
	});
	const leech = await liveSession(t, await tempFolder(t), { allowsLocal: true });
	const infohash = await leech.add(torrent);
	await asked;
	await waitForTorrent(leech.session, infohash, ({ seeds }) => seeds === 1);
	let detail: TorrentDetail | undefined;
	leech.session.watchDetail(infohash, (latest) => {
		detail = latest;
	})();
	t.like(detail?.peers[0], { client: 'HTTP', source: 'http', isSeed: true });
	t.is(detail?.peers[0]?.endpoint, new URL(server.url).host);
	isOpen = true;
	for (const answer of waiting) answer();
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(leech.downloadDir, torrent));
	t.is(leech.session.getSnapshot().torrents[0]?.seeds, 0);
});

test('redirects are followed, for every range anew', async (t) => {
	const bytes = pseudoRandomBytes(1_000_000, 12);
	const target = await singleFileServer(t, bytes);
	const server = await startFileServer(t, {
		files: new Map(),
		intercept(request, response) {
			response.writeHead(302, { location: `${target.url}/dir${request.url ?? ''}` }).end('moved');
			return true;
		},
	});
	const torrent = makeTorrent('one file.bin', [{ path: 'one file.bin', bytes }], {
		pieceLengthBytes: PIECE,
		webSeeds: [`${server.url}/`],
	});
	await downloaded(t, torrent);
	t.is(target.requests.length, server.requests.length);
	t.true(target.requests.every(({ range }) => range !== undefined));
});

test('a global download limit holds for web seeds', async (t) => {
	const rate = 1_000_000;
	const bytes = pseudoRandomBytes(3_000_000, 13);
	const server = await singleFileServer(t, bytes);
	const torrent = makeTorrent('one file.bin', [{ path: 'one file.bin', bytes }], {
		pieceLengthBytes: PIECE,
		webSeeds: [`${server.url}/dir/`],
	});
	const startedAtMs = performance.now();
	await downloaded(t, torrent, { maxDownloadRateBytesPerSecond: rate });
	const measured = (bytes.byteLength * 1000) / (performance.now() - startedAtMs);
	t.true(measured < rate * 1.15, `${Math.round(measured)} B/s is above the limit of ${rate}`);
});

test('a server without ranges is enough for small files', async (t) => {
	const files = [
		{ path: 'a.bin', bytes: pseudoRandomBytes(300_000, 14) },
		{ path: 'b.bin', bytes: pseudoRandomBytes(200_000, 15) },
	];
	const server = await startFileServer(t, {
		files: new Map(files.map((file) => [`/small/${file.path}`, file.bytes])),
		hasNoRanges: true,
	});
	const torrent = makeTorrent('small', files, {
		pieceLengthBytes: PIECE,
		webSeeds: [server.url],
	});
	await downloaded(t, torrent);
});

test('what one web seed lacks comes from another', async (t) => {
	const files = [
		{ path: 'a.bin', bytes: pseudoRandomBytes(300_000, 16) },
		{ path: 'b.bin', bytes: pseudoRandomBytes(300_000, 17) },
	];
	const [first, second] = files;
	if (first === undefined || second === undefined) throw new Error('two files');
	const one = await startFileServer(t, { files: new Map([['/two/a.bin', first.bytes]]) });
	const other = await startFileServer(t, { files: new Map([['/two/b.bin', second.bytes]]) });
	const torrent = makeTorrent(
		'two',
		[first, { path: '.pad/1', bytes: new Uint8Array(27_680), isPadding: true }, second],
		{
			pieceLengthBytes: PIECE,
			webSeeds: [one.url, other.url],
		},
	);
	await downloaded(t, torrent);
	t.true(one.sentBytes() >= first.bytes.byteLength);
	t.true(other.sentBytes() >= second.bytes.byteLength);
});

test('files that are not wanted are not fetched', async (t) => {
	const server = await startFileServer(t, {
		files: new Map(FOLDER.map((file) => [`/my folder/${file.path}`, file.bytes])),
	});
	const torrent = makeTorrent('my folder', FOLDER, {
		pieceLengthBytes: PIECE,
		webSeeds: [server.url],
	});
	const leech = await liveSession(t, await tempFolder(t), { allowsLocal: true });
	const torrentPath = path.join(await tempFolder(t), 'x.torrent');
	const added = await leech.session.dispatch({
		type: 'add',
		metainfoBytes: torrent.metainfoBytes,
		torrentPath,
		isPaused: true,
	});
	if (!added.ok || added.infohash === undefined) throw new Error(JSON.stringify(added));
	const { infohash } = added;
	for (const fileIndex of [0, 1, 2, 3]) {
		await leech.session.dispatch({
			type: 'set-file-priority',
			infohash,
			fileIndex,
			priority: 'off',
		});
	}
	await leech.session.dispatch({ type: 'resume', infohash });
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.false(server.requests.some((request) => request.path.includes('first.bin')));
});
