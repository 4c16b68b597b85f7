import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { fakeSeed } from '../helpers/fake-peer.js';
import { startFileServer } from '../helpers/file-server.js';
import { startHttpSeedServer } from '../helpers/http-seed-server.js';
import { type LiveSession, liveSession, waitFor, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	type MadeTorrent,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const PIECE = 65_536;
const LENGTH = 1_000_000;
const BYTES = pseudoRandomBytes(LENGTH, 21);

type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

function torrentWith(webSeeds: readonly string[], tiers?: readonly string[][]): MadeTorrent {
	return makeTorrent('x.bin', [{ path: 'x.bin', bytes: BYTES }], {
		pieceLengthBytes: PIECE,
		webSeeds,
		...(tiers === undefined ? {} : { tiers }),
	});
}

function rangeOf(request: IncomingMessage): { first: number; last: number } {
	const [, first = '0', last = '0'] = /(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
	return { first: Number(first), last: Number(last) };
}

/** An answer whose head is right and whose body is what `change` makes of it. */
function answering(
	change: (right: Uint8Array) => Uint8Array,
	head: (first: number, last: number, body: Uint8Array) => Record<string, string | number> = (
		first,
		last,
	) => ({ 'content-range': `bytes ${first}-${last}/${LENGTH}` }),
): Intercept {
	return (request, response) => {
		const { first, last } = rangeOf(request);
		const body = change(BYTES.subarray(first, last + 1));
		response.writeHead(206, head(first, last, body));
		response.end(body);
		return true;
	};
}

async function noticed(leech: LiveSession, words: string): Promise<void> {
	await waitFor(leech.session, ({ notices }) =>
		notices.some(({ message }) => message.includes(words)),
	);
}

const dropped = test.macro({
	title: (_provided, _intercept: Intercept, _reason: string, what: string) =>
		`a web seed ${what} is dropped, and a peer gives the rest`,
	async exec(t, intercept: Intercept, reason: string, _what: string) {
		const server = await startFileServer(t, { files: new Map(), intercept });
		const torrent = torrentWith([`${server.url}/x.bin`]);
		const leech = await liveSession(t, await tempFolder(t), { allowsLocal: true });
		const infohash = await leech.add(torrent);
		await noticed(leech, reason);
		const requests = server.requests.length;
		t.true(requests <= 6, `${requests} requests`);
		const seedFolder = await tempFolder(t);
		await writePayload(path.join(seedFolder, 'data'), torrent);
		const seed = await liveSession(t, seedFolder, {
			peers: [{ address: '127.0.0.1', port: leech.port }],
		});
		await seed.add(torrent);
		await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
		t.true(await isPayloadIn(leech.downloadDir, torrent));
		t.is(server.requests.length, requests, 'it is not asked again');
	},
});
test(
	dropped,
	answering((right) => right.map((byte) => byte ^ 1)),
	'sent bad data',
	'that sends bad data',
);
test(
	dropped,
	answering((right) => Buffer.concat([right, new Uint8Array(100_000)])),
	'more than it was asked for',
	'that sends too much',
);
test(
	dropped,
	answering((right) => right.subarray(0, right.byteLength - 1)),
	'less than it was asked for',
	'that sends too little',
);
test(
	dropped,
	answering(
		(right) => right,
		(first, last) => ({ 'content-range': `bytes ${first + 1}-${last + 1}/${LENGTH}` }),
	),
	'another range',
	'that sends another range',
);
test(
	dropped,
	answering(
		(right) => right,
		(first, last) => ({ 'content-range': `bytes ${first}-${last}/${LENGTH + 1}` }),
	),
	`a file of ${LENGTH + 1} bytes`,
	'whose file has another length',
);
test(
	dropped,
	answering(
		(right) => right,
		() => ({}),
	),
	'does not say which range',
	'that does not say which range it sends',
);
test(
	dropped,
	answering(
		(right) => right,
		(first, last) => ({
			'content-range': `bytes ${first}-${last}/${LENGTH}`,
			'content-encoding': 'gzip',
		}),
	),
	'compressed',
	'that compresses',
);
test(
	dropped,
	(request, response) => {
		response.writeHead(302, { location: `${request.url ?? ''}x` }).end();
		return true;
	},
	'redirects',
	'that redirects without end',
);

test('a web seed that sends one bad byte in a while is found out beside honest peers', async (t) => {
	const { infohash: hash } = parseMetainfo(torrentWith([]).metainfoBytes, (part) =>
		createHash('sha1').update(part).digest(),
	);
	const liar = await startFileServer(t, {
		files: new Map(),
		intercept: answering((right) => {
			const bad = Uint8Array.from(right);
			bad[0] = (bad[0] ?? 0) ^ 1;
			return bad;
		}),
	});
	const honest = await fakeSeed(t, {
		infohash: hash,
		payload: BYTES,
		pieceLengthBytes: PIECE,
		name: 'honest',
	});
	const leech = await liveSession(t, await tempFolder(t), {
		allowsLocal: true,
		peers: [{ address: '127.0.0.1', port: honest.port }],
	});
	const torrent = torrentWith([`${liar.url}/x.bin`]);
	const infohash = await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(leech.downloadDir, torrent));
	t.is(honest.connections(), 1, 'the honest peer stays');
});

test('a connection that breaks off in the middle is tried again, and the download completes', async (t) => {
	let answers = 0;
	const server = await startFileServer(t, {
		files: new Map([['/x.bin', BYTES]]),
		intercept(request, response) {
			if (++answers > 1) return false;
			const { first, last } = rangeOf(request);
			response.writeHead(206, {
				'content-range': `bytes ${first}-${last}/${LENGTH}`,
				'content-length': last - first + 1,
			});
			response.write(BYTES.subarray(first, first + 20_000), () => response.destroy());
			return true;
		},
	});
	const torrent = torrentWith([`${server.url}/x.bin`]);
	const leech = await liveSession(t, await tempFolder(t), { allowsLocal: true });
	const infohash = await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(leech.downloadDir, torrent));
});

const refusedSeed = test.macro({
	title: (_provided, kind: 'web seed' | 'HTTP seed', host: string) =>
		`the ${kind} at ${host} is refused without a connection when no tracker is there`,
	async exec(t, kind: 'web seed' | 'HTTP seed', host: string) {
		const server = await startFileServer(t, { files: new Map([['/x.bin', BYTES]]) });
		const url = `${server.url.replace('127.0.0.1', host)}/x.bin`;
		const torrent = makeTorrent('x.bin', [{ path: 'x.bin', bytes: BYTES }], {
			pieceLengthBytes: PIECE,
			...(kind === 'web seed' ? { webSeeds: [url] } : { httpSeeds: [url] }),
		});
		const leech = await liveSession(t, await tempFolder(t));
		await leech.add(torrent);
		await noticed(leech, 'refused without --allow-local');
		t.is(server.connections(), 0);
	},
});
test(refusedSeed, 'web seed', '127.0.0.1');
test(refusedSeed, 'web seed', 'localhost');
test(refusedSeed, 'web seed', '2130706433');
test(refusedSeed, 'web seed', '[::ffff:127.0.0.1]');
test(refusedSeed, 'HTTP seed', '127.0.0.1');

test('a web seed on this machine is used when a tracker of the torrent is there too', async (t) => {
	const server = await startFileServer(t, { files: new Map([['/x.bin', BYTES]]) });
	const torrent = torrentWith([`${server.url}/x.bin`], [['http://localhost:1/announce']]);
	const leech = await liveSession(t, await tempFolder(t));
	const infohash = await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.true(await isPayloadIn(leech.downloadDir, torrent));
});

test('a switched off session asks no HTTP seed', async (t) => {
	const server = await startFileServer(t, { files: new Map([['/x.bin', BYTES]]) });
	const torrent = torrentWith([`${server.url}/x.bin`]);
	const seedFolder = await tempFolder(t);
	await writePayload(path.join(seedFolder, 'data'), torrent);
	const seed = await liveSession(t, seedFolder, {});
	await seed.add(torrent);
	const leech = await liveSession(t, await tempFolder(t), {
		allowsLocal: true,
		usesHttpSeeds: false,
		peers: [{ address: '127.0.0.1', port: seed.port }],
	});
	const infohash = await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
	t.is(server.connections(), 0);
});

test('an HTTP seed of BEP 17 that lies is dropped', async (t) => {
	const { infohash: hash } = parseMetainfo(torrentWith([]).metainfoBytes, (part) =>
		createHash('sha1').update(part).digest(),
	);
	const server = await startHttpSeedServer(t, {
		infohash: hash,
		payload: BYTES.map((byte) => byte ^ 1),
		pieceLengthBytes: PIECE,
	});
	const torrent = makeTorrent('x.bin', [{ path: 'x.bin', bytes: BYTES }], {
		pieceLengthBytes: PIECE,
		httpSeeds: [server.url],
	});
	const leech = await liveSession(t, await tempFolder(t), { allowsLocal: true });
	await leech.add(torrent);
	await noticed(leech, 'sent bad data');
	t.pass();
});

test('a session closes at once while an HTTP seed is silent', async (t: ExecutionContext) => {
	let asked: (() => void) | undefined;
	const isAsked = new Promise<void>((resolve) => {
		asked = resolve;
	});
	const server = await startFileServer(t, {
		files: new Map(),
		intercept() {
			asked?.();
			return true;
		},
	});
	const leech = await liveSession(t, await tempFolder(t), { allowsLocal: true });
	await leech.add(torrentWith([`${server.url}/x.bin`]));
	await isAsked;
	await t.notThrowsAsync(leech.session.close());
});
