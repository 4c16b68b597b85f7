/** Peers go on while something else stands still: a terminal, a tracker, a disk check. */
import { createHash } from 'node:crypto';
import dgram from 'node:dgram';
import { mkdir, open, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import test from 'ava';
import { buildMetainfo } from '../../src/metainfo/build-metainfo.js';
import { defaultSessionOptions } from '../../src/session/session-options.js';
import { startThreadSession } from '../../src/session/thread-session.js';
import { bytesBetween, startStallLeech } from '../helpers/hostile-stall-leech.js';
import { infohashOf } from '../helpers/hostile-target.js';
import { liveSession, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	type MadeTorrent,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const MIB = 1024 * 1024;
const PIECE_BYTES = 262_144;

function made(name: string, lengthBytes: number, tiers: readonly (readonly string[])[] = []) {
	const bytes = pseudoRandomBytes(lengthBytes, lengthBytes);
	const torrent = makeTorrent(name, [{ path: name, bytes }], {
		pieceLengthBytes: PIECE_BYTES,
		...(tiers.length > 0 ? { tiers } : {}),
	});
	return { torrent, infohash: infohashOf(torrent) };
}

test.serial('a terminal that is not read for five seconds does not slow peers down', async (t) => {
	const folder = await tempFolder(t);
	const downloadDir = path.join(folder, 'data');
	await mkdir(downloadDir);
	const { torrent, infohash } = made('stalled.bin', 8 * MIB);
	await writePayload(downloadDir, torrent);
	const rate = 8_000_000;
	const session = await startThreadSession(
		{
			...defaultSessionOptions(path.join(folder, 'state')),
			bindAddress: '127.0.0.1',
			downloadDir,
			maxUploadRateBytesPerSecond: rate,
		},
		{ logger: () => {} },
	);
	t.teardown(() => session.close());
	const torrentPath = path.join(folder, 'it.torrent');
	await writeFile(torrentPath, torrent.metainfoBytes);
	await session.dispatch({ type: 'add', metainfoBytes: torrent.metainfoBytes, torrentPath });
	await waitForTorrent(session, infohash, ({ state }) => state === 'seeding');
	// The details page is open, as it is when somebody looks at peers.
	t.teardown(session.watchDetail(infohash, () => {}));
	const { port = 0 } = session.getSnapshot();
	const leech = startStallLeech(t, {
		port,
		infohash,
		payloadBytes: 8 * MIB,
		pieceBytes: PIECE_BYTES,
	});
	await waitForTorrent(session, infohash, ({ uploadRate }) => uploadRate > rate / 4);

	const fromMs = Date.now();
	// A write to a terminal that takes nothing holds this thread just like this.
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000);
	const untilMs = Date.now();
	const arrivals = await leech.arrivals();

	const total = bytesBetween(arrivals, fromMs, untilMs);
	const bySecond = Array.from({ length: 5 }, (_, i) =>
		bytesBetween(arrivals, fromMs + i * 1000, fromMs + (i + 1) * 1000),
	);
	t.log(`${total} bytes in ${untilMs - fromMs} ms, by second ${bySecond.join(' ')}`);
	for (const bytes of bySecond) t.true(bytes > rate / 3, `${bytes} bytes in one second`);
	t.true(total > (rate * 5) / 2, `${total} bytes in five seconds`);
});

test.serial('trackers that take an announce and never answer do not delay peers', async (t) => {
	const folder = await tempFolder(t);
	let announces = 0;
	const silentHttp = net.createServer((socket) => {
		announces++;
		socket.on('error', () => {}).resume();
		t.teardown(() => socket.destroy());
	});
	await new Promise<void>((resolve) => silentHttp.listen(0, '127.0.0.1', resolve));
	t.teardown(() => silentHttp.close());
	const address = silentHttp.address();
	const httpPort = typeof address === 'object' && address !== null ? address.port : 0;
	const silentUdp = dgram.createSocket('udp4');
	await new Promise<void>((resolve) => silentUdp.bind(0, '127.0.0.1', resolve));
	t.teardown(() => silentUdp.close());
	const { torrent, infohash } = made('announced.bin', 4 * MIB, [
		[`http://127.0.0.1:${httpPort}/announce`],
		[`udp://127.0.0.1:${silentUdp.address().port}/announce`],
	]);
	await writePayload(path.join(folder, 'seed', 'data'), torrent);
	const seed = await liveSession(t, path.join(folder, 'seed'));
	const leech = await liveSession(t, path.join(folder, 'leech'), {
		peers: [{ address: '127.0.0.1', port: seed.port }],
	});
	await seed.add(torrent);
	await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
	const startedAt = performance.now();
	await leech.add(torrent);
	await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding', 10_000);
	const downloadMs = performance.now() - startedAt;
	t.true(await isPayloadIn(leech.downloadDir, torrent));
	t.true(announces >= 2);
	const closingAt = performance.now();
	await Promise.all([seed.session.close(), leech.session.close()]);
	const closeMs = performance.now() - closingAt;
	t.log(`downloaded in ${Math.round(downloadMs)} ms, closed in ${Math.round(closeMs)} ms`);
	t.true(downloadMs < 8000);
	t.true(closeMs < 8000);
});

test.serial('a check of 1 GiB goes on beside an upload of 30 MiB at full speed', async (t) => {
	const folder = await tempFolder(t);
	const served = made('served.bin', 30 * MIB);
	await writePayload(path.join(folder, 'data'), served.torrent);
	const live = await liveSession(t, folder);
	await live.add(served.torrent);
	await waitForTorrent(live.session, served.infohash, ({ state }) => state === 'seeding');
	const leech = startStallLeech(t, {
		port: live.port,
		infohash: served.infohash,
		payloadBytes: 30 * MIB,
		pieceBytes: PIECE_BYTES,
	});
	await waitForTorrent(live.session, served.infohash, ({ uploadRate }) => uploadRate > 0);
	const big = await sparseTorrent(live.downloadDir);
	const bigInfohash = await live.add(big);
	await waitForTorrent(live.session, bigInfohash, ({ state }) => state === 'checking');
	const checkFromMs = Date.now();
	const checked = await waitForTorrent(
		live.session,
		bigInfohash,
		({ state }) => state === 'seeding' || state === 'error',
		40_000,
	);
	const checkUntilMs = Date.now();
	t.is(checked.state, 'seeding');
	const total = bytesBetween(await leech.arrivals(), checkFromMs, checkUntilMs);
	t.log(`${total} bytes during a check of ${checkUntilMs - checkFromMs} ms`);
	t.true(total > 30 * MIB, `${total} bytes`);
});

/** 1 GiB of zeros that take no room on the disk. */
async function sparseTorrent(downloadDir: string): Promise<MadeTorrent> {
	const name = 'sparse.bin';
	const file = await open(path.join(downloadDir, name), 'w');
	await file.truncate(1024 * MIB);
	await file.close();
	const hash = createHash('sha1').update(new Uint8Array(MIB)).digest();
	const metainfoBytes = buildMetainfo({
		name,
		pieceLengthBytes: MIB,
		pieceHashes: Buffer.concat(Array.from({ length: 1024 }, () => hash)),
		lengthBytes: 1024 * MIB,
	});
	return { name, metainfoBytes, files: [] };
}
