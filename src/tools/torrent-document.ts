/** A `.torrent` as it lies on disk: the bytes of every value beside what they mean (BEP 3, 52). */
import { createHash } from 'node:crypto';
import { type BencodeDict, isBencodeDict } from '../bencode/bencode-value.js';
import { decodeScanned } from '../bencode/decode.js';
import { findInteger } from '../bencode/fields.js';
import { type ByteRange, scanBencode } from '../bencode/scan.js';
import type { Metainfo } from '../metainfo/metainfo.js';
import { MetainfoError } from '../metainfo/metainfo-error.js';
import { parseMetainfo } from '../metainfo/parse-metainfo.js';
import { toHex } from '../primitives/bytes.js';
import { sha1 } from '../storage/piece-hasher.js';

/** Text editors and some web servers put blanks after the end; they mean nothing. */
const BLANKS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d, 0x20]);

export interface TorrentDocument {
	/** The dictionary, without blanks behind it. */
	readonly bytes: Uint8Array;
	readonly root: BencodeDict;
	readonly info: BencodeDict;
	/** Where the value of each key (latin1) of `root` lies in `bytes`. */
	readonly ranges: ReadonlyMap<string, ByteRange>;
	readonly infoRange: ByteRange;
	/** Undefined for a torrent of BEP 52 alone, which this program does not load. */
	readonly metainfo: Metainfo | undefined;
	/** 40 hex digits, or the 64 of BEP 52 when there is no other. */
	readonly infohash: string;
	/** 64 hex digits when the torrent has a BEP 52 side. */
	readonly infohashV2: string | undefined;
}

/**
 * Reads and checks a file's bytes.
 * @throws {MetainfoError} whatever `parseMetainfo` refuses, except torrents of BEP 52 alone
 */
export function parseDocument(fileBytes: Uint8Array): TorrentDocument {
	const metainfo = parseUnlessV2(fileBytes);
	const bytes = withoutTrailingBlanks(fileBytes);
	// The file was found well-formed above, or nobody would be here.
	const scan = scanBencode(bytes);
	const root = decodeScanned(bytes, scan);
	const infoRange = scan.topLevel.get('info');
	const info = isBencodeDict(root) ? root.get('info') : undefined;
	if (!isBencodeDict(root) || !isBencodeDict(info) || infoRange === undefined)
		throw new MetainfoError('METAINFO_FIELD_TYPE', 'file', 'expected a dictionary');
	const hasV2 = findInteger(info, 'meta version') === 2;
	const infoBytes = bytes.subarray(infoRange.start, infoRange.end);
	const sha256 = hasV2 || metainfo === undefined ? sha256Hex(infoBytes) : undefined;
	return {
		bytes,
		root,
		info,
		ranges: scan.topLevel,
		infoRange,
		metainfo,
		infohash: metainfo?.infohash ?? sha256 ?? '',
		infohashV2: sha256,
	};
}

/**
 * The checked content.
 * @throws {MetainfoError} `METAINFO_V2_ONLY` for a torrent that this program does not load
 */
export function requireMetainfo(document: TorrentDocument): Metainfo {
	if (document.metainfo !== undefined) return document.metainfo;
	throw new MetainfoError('METAINFO_V2_ONLY', 'info', 'BitTorrent v2 only: not supported yet');
}

function parseUnlessV2(bytes: Uint8Array): Metainfo | undefined {
	try {
		return parseMetainfo(bytes, sha1);
	} catch (error) {
		if (error instanceof MetainfoError && error.code === 'METAINFO_V2_ONLY') return undefined;
		throw error;
	}
}

function sha256Hex(bytes: Uint8Array): string {
	return toHex(createHash('sha256').update(bytes).digest());
}

function withoutTrailingBlanks(bytes: Uint8Array): Uint8Array {
	let end = bytes.byteLength;
	while (end > 0 && BLANKS.has(bytes[end - 1] ?? 0)) end--;
	return bytes.subarray(0, end);
}
