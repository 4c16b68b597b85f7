/** Torrents made here, small enough to break in every possible place. */
import { createHash } from 'node:crypto';
import { type BencodeEncodable, encodeBencode } from '../../src/bencode/encode.js';
import type { Metainfo } from '../../src/metainfo/metainfo.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';

export function sha1(bytes: Uint8Array): Uint8Array {
	return createHash('sha1').update(bytes).digest();
}

/** Hashes that match nothing, in the right number. */
export function hashes(count: number): Uint8Array {
	return Uint8Array.from({ length: count * 20 }, (_, index) => (index * 37) % 256);
}

export interface FileFields {
	readonly [key: string]: BencodeEncodable | undefined;
}

/** A single file of 40,000 bytes in three pieces, with fields replaced or (undefined) left out. */
export function singleInfo(changes: FileFields = {}): FileFields {
	return {
		length: 40_000,
		name: 'file.bin',
		'piece length': 16_384,
		pieces: hashes(3),
		...changes,
	};
}

/** A folder of the files given, each of 10 bytes unless it says otherwise, in one large piece. */
export function folderInfo(files: readonly FileFields[], changes: FileFields = {}): FileFields {
	return {
		files: files.map((file) => ({ length: 10, ...file })),
		name: 'folder',
		'piece length': 1 << 20,
		pieces: hashes(1),
		...changes,
	};
}

/** The whole file around an info dictionary. */
export function torrentBytes(info: BencodeEncodable, root: FileFields = {}): Uint8Array {
	return encodeBencode({ info, ...root });
}

export function load(info: BencodeEncodable, root: FileFields = {}): Metainfo {
	return parseMetainfo(torrentBytes(info, root), sha1);
}

/** Three torrents that together use every field the parser reads. */
export const SAMPLE_TORRENTS: ReadonlyMap<string, Uint8Array> = new Map([
	['a small single file', torrentBytes(singleInfo({ length: 5, pieces: hashes(1), name: 'a' }))],
	[
		'a single file with every optional field',
		torrentBytes(singleInfo({ private: 1, source: 'here', 'name.utf-8': 'fïle.bin', attr: 'x' }), {
			announce: 'http://127.0.0.1/announce',
			'announce-list': [['udp://127.0.0.1:1'], ['http://127.0.0.1/announce']],
			comment: 'words',
			'created by': 'tests',
			'creation date': 1_700_000_000,
			httpseeds: ['http://127.0.0.1/seed'],
			'url-list': 'http://127.0.0.1/file.bin',
		}),
	],
	[
		'a folder with padding, a link and a twin',
		torrentBytes(
			folderInfo([
				{ path: ['sub', 'a.txt'], attr: 'x' },
				{ path: ['.pad', '6'], attr: 'p', length: 6 },
				{ path: ['sub', 'link'], attr: 'l', length: 0, 'symlink path': ['sub', 'a.txt'] },
				{ path: ['Sub', 'A.txt'], 'path.utf-8': ['Süb', 'A.txt'] },
			]),
		),
	],
]);
