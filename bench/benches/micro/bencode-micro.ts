/** `.torrent` files from bytes to checked data, beside the bare `bencode` package that checks nothing. */

import { createHash } from 'node:crypto';
import bencode from 'bencode';
import type * as buildExports from '../../../src/metainfo/build-metainfo.js';
import type * as parseExports from '../../../src/metainfo/parse-metainfo.js';
import type { Figures } from '../../rounds/bench-plan.js';
import { type MicroCase, perSecond, underTest } from './micro-case.js';

type Build = typeof buildExports;
type Parse = typeof parseExports;

const PIECE_LENGTH_BYTES = 262_144;
const SMALL_TORRENTS = 200;

export const bencodeMicro: MicroCase = {
	name: 'bencode',
	title: 'Reading .torrent files; the package alone decodes and checks nothing',
	figures: [
		{ name: 'files', title: 'one of 10,000 files', unit: 'MB/s', better: 'higher' },
		{ name: 'pieces', title: 'one of 100,000 pieces', unit: 'MB/s', better: 'higher' },
		{ name: 'small', title: 'small ones', unit: 'per s', better: 'higher' },
	],
	variants: {
		btmany: async (budgetMs) => {
			const { parseMetainfo } = await underTest<Parse>('metainfo/parse-metainfo.js');
			return measure(budgetMs, (bytes) => void parseMetainfo(bytes, sha1));
		},
		'bencode alone': (budgetMs) => measure(budgetMs, (bytes) => void bencode.decode(bytes)),
	},
	ratios: ['files', 'pieces', 'small'].map((figure) => ({
		figure,
		of: 'btmany',
		over: 'bencode alone',
	})),
};

function sha1(bytes: Uint8Array): Uint8Array {
	return createHash('sha1').update(bytes).digest();
}

async function measure(budgetMs: number, read: (bytes: Uint8Array) => void): Promise<Figures> {
	const { buildMetainfo } = await underTest<Build>('metainfo/build-metainfo.js');
	const make = (name: string, fileCount: number, pieceCount: number): Uint8Array =>
		buildMetainfo({
			name,
			pieceLengthBytes: PIECE_LENGTH_BYTES,
			pieceHashes: new Uint8Array(pieceCount * 20).fill(200),
			announce: 'http://127.0.0.1:6969/announce',
			files: Array.from({ length: fileCount }, (_, file) => ({
				path: [`folder ${Math.floor(file / 100)}`, `a file of the torrent ${file}.bin`],
				lengthBytes: Math.floor((pieceCount * PIECE_LENGTH_BYTES) / fileCount),
			})),
		});
	const files = make('files', 10_000, 20_000);
	const pieces = make('pieces', 1, 100_000);
	const small = Array.from({ length: SMALL_TORRENTS }, (_, i) => make(`small ${i}`, 3, 300));
	return {
		files: megabytesPerSecond(budgetMs, files, read),
		pieces: megabytesPerSecond(budgetMs, pieces, read),
		small: perSecond(
			budgetMs,
			() => undefined,
			() => {
				for (const one of small) read(one);
				return small.length;
			},
		),
	};
}

function megabytesPerSecond(
	budgetMs: number,
	bytes: Uint8Array,
	read: (bytes: Uint8Array) => void,
): number {
	return perSecond(
		budgetMs,
		() => undefined,
		() => {
			read(bytes);
			return bytes.byteLength / 1e6;
		},
	);
}
