/** What `btmany make` and `btmany show` print for a fixed folder, as lines of a terminal. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../src/cli/run.js';
import { fakeIo } from '../test/cli/fake-io.js';
import { pseudoRandomBytes } from '../test/helpers/make-payload.js';
import type { PictureLines } from './wizard-pictures.js';

export const COMMAND_COLUMNS = 80;

/** What the folder is called in the pictures. */
const SHOWN_FOLDER = '/home/ann';

const MAKE: readonly string[] = [
	'make',
	'--announce-list',
	'http://tracker.example/announce|udp://backup.example:6969',
	'--no-date',
	'--created-by',
	'btmany',
	'--comment',
	'Two sides',
	'album',
];
const SHOW = ['show', 'album.torrent'];

export async function commandPictures(): Promise<readonly PictureLines[]> {
	const folder = await mkdtemp(path.join(tmpdir(), 'btmany-pictures-'));
	try {
		for (const [index, name] of [
			'side a/one.flac',
			'side a/two.flac',
			'side b/three.flac',
		].entries()) {
			const file = path.join(folder, 'album', name);
			await mkdir(path.dirname(file), { recursive: true });
			await writeFile(file, pseudoRandomBytes(3_000_000 + index * 700_000, index + 1));
		}
		return [
			{ name: 'make', lines: await linesOf(MAKE, folder) },
			{ name: 'show', lines: await linesOf(SHOW, folder) },
		];
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

async function linesOf(args: readonly string[], folder: string): Promise<readonly string[]> {
	const io = fakeIo(folder);
	const code = await run([...args, '--state-dir', folder], {}, io);
	if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${io.err()}`);
	const typed = args.map((word) => (/[| ]/.test(word) ? `"${word}"` : word)).join(' ');
	const output = io.out().replaceAll(folder, SHOWN_FOLDER).trimEnd().split('\n');
	return [`$ btmany ${typed}`, ...output].flatMap(wrap);
}

/** As a terminal does: at the edge, words or not. */
function wrap(line: string): readonly string[] {
	const rows = Math.max(1, Math.ceil(line.length / COMMAND_COLUMNS));
	return Array.from({ length: rows }, (_, row) =>
		line.slice(row * COMMAND_COLUMNS, (row + 1) * COMMAND_COLUMNS),
	);
}
