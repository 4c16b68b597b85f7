/** Real sessions on loopback for tests: ports are 0, everything is closed when the test ends. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Infohash } from '../../src/primitives/infohash.js';
import type { LogEntry } from '../../src/primitives/logger.js';
import { startSession } from '../../src/session/session.js';
import type { SessionApi } from '../../src/session/session-api.js';
import { defaultSessionOptions, type SessionOptions } from '../../src/session/session-options.js';
import type { SessionSnapshot, TorrentSnapshot } from '../../src/session/snapshot.js';
import type { MadeTorrent } from './make-payload.js';

export interface LiveSession {
	readonly session: SessionApi;
	readonly downloadDir: string;
	readonly log: readonly LogEntry[];
	readonly port: number;
	/** Adds the torrent; throws when it is refused. */
	add(torrent: MadeTorrent): Promise<Infohash>;
}

export async function liveSession(
	t: ExecutionContext,
	folder: string,
	options: Partial<SessionOptions> = {},
): Promise<LiveSession> {
	const downloadDir = options.downloadDir ?? path.join(folder, 'data');
	await mkdir(downloadDir, { recursive: true });
	const log: LogEntry[] = [];
	const session = await startSession(
		{
			...defaultSessionOptions(path.join(folder, 'state')),
			bindAddress: '127.0.0.1',
			downloadDir,
			...options,
		},
		{ logger: (entry) => log.push(entry) },
	);
	t.teardown(() => session.close());
	return {
		session,
		downloadDir,
		log,
		get port() {
			return session.getSnapshot().port ?? 0;
		},
		async add(torrent) {
			const torrentPath = path.join(folder, `${torrent.name}.torrent`);
			await writeFile(torrentPath, torrent.metainfoBytes);
			const result = await session.dispatch({
				type: 'add',
				metainfoBytes: torrent.metainfoBytes,
				torrentPath,
			});
			if (!result.ok || result.infohash === undefined) throw new Error(JSON.stringify(result));
			return result.infohash;
		},
	};
}

/** Resolves with the first snapshot that satisfies `isIt`; rejects after `timeoutMs`. */
export function waitFor(
	session: SessionApi,
	isIt: (snapshot: SessionSnapshot) => boolean,
	timeoutMs = 30_000,
): Promise<SessionSnapshot> {
	return new Promise((resolve, reject) => {
		const check = (): void => {
			const snapshot = session.getSnapshot();
			if (!isIt(snapshot)) return;
			done();
			resolve(snapshot);
		};
		const timer = setTimeout(() => {
			done();
			const { torrents, notices } = session.getSnapshot();
			reject(new Error(`waited ${timeoutMs} ms in vain: ${JSON.stringify({ torrents, notices })}`));
		}, timeoutMs);
		const unsubscribe = session.subscribe(check);
		const done = (): void => {
			clearTimeout(timer);
			unsubscribe();
		};
		check();
	});
}

/** Resolves when a torrent satisfies `isIt`. */
export async function waitForTorrent(
	session: SessionApi,
	infohash: Infohash,
	isIt: (torrent: TorrentSnapshot) => boolean,
	timeoutMs?: number,
): Promise<TorrentSnapshot> {
	let found: TorrentSnapshot | undefined;
	await waitFor(
		session,
		(snapshot) => {
			found = snapshot.torrents.find((torrent) => torrent.infohash === infohash && isIt(torrent));
			return found !== undefined;
		},
		timeoutMs,
	);
	if (found === undefined) throw new Error('torrent vanished');
	return found;
}
