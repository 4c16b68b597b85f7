/** Many small torrents whose data is there and checked, so that a start finds all of them seeding. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildMetainfo } from '../../../src/metainfo/build-metainfo.js';
import { programPath } from '../../machine/project-folders.js';
import { writeSparseFile } from '../../payloads/random-files.js';
import { makeGate } from '../../processes/gate.js';
import { MeasuredProcess } from '../../processes/measured-process.js';

const PIECE_BYTES = 128 * 1024;
/** To hash and start one torrent, at the very most. */
const CHECK_LIMIT_MS = 30;
const START_LIMIT_MS = 60_000;

export interface ManyTorrents {
	readonly count: number;
	/** Holds the `.torrent` files. */
	readonly watched: string;
	readonly payload: string;
	/** Of the program, after it has checked everything. */
	readonly state: string;
}

/** Makes them, and has the program check them once. */
export async function makeManyTorrents(
	folder: string,
	count: number,
	lengthBytes: number,
): Promise<ManyTorrents> {
	const many: ManyTorrents = {
		count,
		watched: path.join(folder, 'watched'),
		payload: path.join(folder, 'payload'),
		state: path.join(folder, 'state'),
	};
	mkdirSync(many.watched);
	mkdirSync(many.payload);
	// Zeros everywhere: all pieces have one hash, the names make the torrents differ.
	const hash = createHash('sha1').update(new Uint8Array(PIECE_BYTES)).digest();
	const pieceHashes = Buffer.concat(Array.from({ length: lengthBytes / PIECE_BYTES }, () => hash));
	for (let i = 0; i < count; i++) {
		const name = `torrent number ${i}.bin`;
		const metainfo = buildMetainfo({
			name,
			lengthBytes,
			pieceLengthBytes: PIECE_BYTES,
			pieceHashes,
		});
		writeFileSync(path.join(many.watched, `${i}.torrent`), metainfo);
		writeSparseFile(path.join(many.payload, name), lengthBytes);
	}
	const first = startHeadless(many, folder, []);
	await first.process.expect(
		'all torrents checked',
		first.allSeed,
		START_LIMIT_MS + count * CHECK_LIMIT_MS,
	);
	await first.process.stop();
	return many;
}

export interface HeadlessProgram {
	readonly process: MeasuredProcess;
	/** Every torrent seeds. */
	readonly allSeed: Promise<void>;
}

/** The program without a dashboard on these torrents. */
export function startHeadless(
	many: ManyTorrents,
	home: string,
	options: readonly string[],
): HeadlessProgram {
	const seeding = makeGate();
	const args = [
		...watchArguments(many),
		'--headless',
		'--json',
		'--summary-interval=1s',
		...options,
	];
	const child = new MeasuredProcess(process.execPath, [programPath(), ...args], {
		home,
		logPath: path.join(home, 'headless.log'),
		onLine: (line) => {
			if (!line.includes('"type":"summary"')) return;
			const summary = JSON.parse(line) as { torrents: { seeding: number } };
			if (summary.torrents.seeding === many.count) seeding.open();
		},
	});
	return { process: child, allSeed: seeding.opened };
}

/** What headless and dashboard have in common. */
export function watchArguments({ watched, payload, state }: ManyTorrents): readonly string[] {
	return [
		watched,
		`--download-dir=${payload}`,
		`--state-dir=${state}`,
		'--bind=127.0.0.1',
		'--active-checks=8',
	];
}

/**
 * Another process that downloads them, a hundred at a time, as fast as the other side lets it: one
 * after the other begins, ends and changes its rate.
 */
export function startDownloading(many: ManyTorrents, port: number, home: string): MeasuredProcess {
	const files = path.join(home, 'files');
	mkdirSync(files);
	const args = [
		many.watched,
		`--download-dir=${files}`,
		`--state-dir=${path.join(home, 'downloading')}`,
		'--bind=127.0.0.2',
		`--peer=127.0.0.1:${port}`,
		'--active-downloads=100',
		'--headless',
	];
	return new MeasuredProcess(process.execPath, [programPath(), ...args], {
		home,
		logPath: path.join(home, 'downloading.log'),
	});
}
