import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {
	AppError,
	buildMetainfo,
	defaultSessionOptions,
	parseMetainfo,
	silentLogger,
	startSession,
	startThreadSession,
} from '../../src/index.js';
import { waitFor } from '../helpers/live-session.js';
import { tempFolder } from '../helpers/temp-folder.js';

test('a program makes a torrent, seeds it, downloads it and stops, with what the library exports', async (t) => {
	const folder = await tempFolder(t);
	const bytes = Buffer.from('what a library user shares '.repeat(2000));
	const pieceLengthBytes = 16_384;
	const pieceHashes = Buffer.concat(
		Array.from({ length: Math.ceil(bytes.length / pieceLengthBytes) }, (_none, i) =>
			createHash('sha1')
				.update(bytes.subarray(i * pieceLengthBytes, (i + 1) * pieceLengthBytes))
				.digest(),
		),
	);
	const metainfoBytes = buildMetainfo({
		name: 'shared.txt',
		lengthBytes: bytes.length,
		pieceLengthBytes,
		pieceHashes,
	});
	const { infohash } = parseMetainfo(metainfoBytes, (part) =>
		createHash('sha1').update(part).digest(),
	);
	const [from, to] = [path.join(folder, 'from'), path.join(folder, 'to')];
	await mkdir(from);
	await writeFile(path.join(from, 'shared.txt'), bytes);
	const seed = await startThreadSession(
		{ ...defaultSessionOptions(path.join(folder, 'a')), bindAddress: '127.0.0.1' },
		{ logger: silentLogger },
	);
	t.teardown(() => seed.close());
	// Without a download folder the data is beside the `.torrent`.
	t.deepEqual(
		await seed.dispatch({
			type: 'add',
			metainfoBytes,
			torrentPath: path.join(from, 'shared.torrent'),
		}),
		{ ok: true, infohash },
	);
	const session = await startSession(
		{
			...defaultSessionOptions(path.join(folder, 'b')),
			bindAddress: '127.0.0.1',
			peers: [{ address: '127.0.0.1', port: seed.getSnapshot().port ?? 0 }],
		},
		{ logger: silentLogger },
	);
	t.teardown(() => session.close());
	const done = new Promise<void>((resolve) => {
		const unsubscribe = session.subscribe(() => {
			if (session.getSnapshot().torrents[0]?.state !== 'seeding') return;
			unsubscribe();
			resolve();
		});
	});
	await session.dispatch({
		type: 'add',
		metainfoBytes,
		torrentPath: path.join(to, 'shared.torrent'),
	});
	await done;
	await session.close();
	await seed.close();
	t.deepEqual(await readFile(path.join(to, 'shared.txt')), bytes);
	const refused = await session.dispatch({ type: 'pause', infohash });
	t.is(refused.ok ? '' : refused.code, 'SESSION_CLOSED');
	t.throws(() => parseMetainfo(bytes, () => bytes), { instanceOf: AppError });
});

test('bytes that are no torrent, and the same torrent twice, are refused with a code', async (t) => {
	const folder = await tempFolder(t);
	const session = await startSession(
		{ ...defaultSessionOptions(path.join(folder, 'state')), bindAddress: '127.0.0.1' },
		{ logger: silentLogger },
	);
	t.teardown(() => session.close());
	const metainfoBytes = buildMetainfo({
		name: 'twice',
		lengthBytes: 1,
		pieceLengthBytes: 16_384,
		pieceHashes: new Uint8Array(20),
	});
	const torrentPath = path.join(folder, 'twice.torrent');
	const results = await Promise.all([
		session.dispatch({ type: 'add', metainfoBytes, torrentPath }),
		session.dispatch({ type: 'add', metainfoBytes, torrentPath }),
		session.dispatch({ type: 'add', metainfoBytes: Buffer.from('nothing'), torrentPath }),
	]);
	t.deepEqual(
		results.map((result) => (result.ok ? 'ok' : result.code.split('_')[0])),
		['ok', 'SESSION', 'METAINFO'],
	);
	await waitFor(session, ({ torrents }) => torrents.length === 1);
});
