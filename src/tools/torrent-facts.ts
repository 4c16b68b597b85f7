/** Everything a `.torrent` says, ready to be shown (BEP 3, 5, 12, 17, 19, 27, 47, 52). */
import { type BencodeDict, isBencodeDict, isBencodeList } from '../bencode/bencode-value.js';
import { findInteger } from '../bencode/fields.js';
import type { Metainfo } from '../metainfo/metainfo.js';
import { magnetLink } from './magnet-link.js';
import { requireMetainfo, type TorrentDocument } from './torrent-document.js';
import { readField } from './torrent-fields.js';

/** Keys that have a place of their own below; others are only named. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
	'announce',
	'announce-list',
	'comment',
	'comment.utf-8',
	'created by',
	'created by.utf-8',
	'creation date',
	'encoding',
	'httpseeds',
	'info',
	'nodes',
	'url-list',
]);
const KNOWN_INFO_KEYS: ReadonlySet<string> = new Set([
	'files',
	'length',
	'meta version',
	'name',
	'name.utf-8',
	'piece length',
	'pieces',
	'private',
	'source',
	'source.utf-8',
]);
const MAX_NODES = 1000;

export interface TorrentFacts {
	readonly metainfo: Metainfo;
	/** 64 hex digits when the torrent has a BEP 52 side too. */
	readonly infohashV2: string | undefined;
	/** As it stands in the file. */
	readonly announce: string | undefined;
	/** Pieces of full length. */
	readonly fullPieces: number;
	/** Length of the last piece when it is shorter; 0 when all are full. */
	readonly restBytes: number;
	/** Padding not counted. */
	readonly fileCount: number;
	/** What text other than UTF-8 is said to be in. */
	readonly encoding: string | undefined;
	/** BEP 5: `host:port`. */
	readonly nodes: readonly string[];
	/** Keys this program knows nothing of, those inside `info` with `info.` before them. */
	readonly otherKeys: readonly string[];
	/** Of the `.torrent` itself. */
	readonly fileBytes: number;
	readonly magnet: string;
}

/** @throws {MetainfoError} `METAINFO_V2_ONLY` */
export function torrentFacts(document: TorrentDocument): TorrentFacts {
	const { bytes, info, infohashV2, root } = document;
	const metainfo = requireMetainfo(document);
	const { pieceLengthBytes, totalBytes } = metainfo;
	const announce = readField(root, 'announce');
	const encoding = readField(root, 'encoding');
	return {
		metainfo,
		infohashV2,
		announce: typeof announce === 'string' ? announce : undefined,
		fullPieces: Math.floor(totalBytes / pieceLengthBytes),
		restBytes: totalBytes % pieceLengthBytes,
		fileCount: metainfo.files.filter((file) => !file.isPadding).length,
		encoding: typeof encoding === 'string' ? encoding : undefined,
		nodes: readNodes(root),
		otherKeys: [
			...unknownKeys(root, KNOWN_KEYS),
			...unknownKeys(info, KNOWN_INFO_KEYS).map((key) => `info.${key}`),
		],
		fileBytes: bytes.byteLength,
		magnet: magnetLink(metainfo),
	};
}

function readNodes(root: BencodeDict): string[] {
	const nodes = root.get('nodes');
	if (!isBencodeList(nodes)) return [];
	return nodes.slice(0, MAX_NODES).flatMap((node) => {
		if (!isBencodeList(node)) return [];
		const fields: BencodeDict = new Map(node.map((value, i) => [String(i), value]));
		const host = readField(fields, '0');
		const port = findInteger(fields, '1');
		return typeof host === 'string' && port !== undefined ? [`${host}:${port}`] : [];
	});
}

function unknownKeys(dict: BencodeDict, known: ReadonlySet<string>): string[] {
	return isBencodeDict(dict) ? [...dict.keys()].filter((key) => !known.has(key)).sort() : [];
}
