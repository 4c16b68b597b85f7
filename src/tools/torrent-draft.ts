/**
 * A `.torrent` whose piece hashes are still to come: everything else in it is built and checked while
 * the data is hashed, which for many thousand files takes as long as a gigabyte.
 */
import { scanBencode } from '../bencode/scan.js';
import { type BuildFields, buildMetainfo } from '../metainfo/build-metainfo.js';
import type { Metainfo } from '../metainfo/metainfo.js';
import { MetainfoError } from '../metainfo/metainfo-error.js';
import { parseMetainfo } from '../metainfo/parse-metainfo.js';
import { infohashFromBytes } from '../primitives/infohash.js';
import { SHA1_BYTES, sha1 } from '../storage/piece-hasher.js';
import { ToolsError } from './tools-error.js';

/** The whole file, and what this program reads in it. */
export interface FinishedTorrent {
	readonly bytes: Uint8Array;
	readonly metainfo: Metainfo;
}

export interface TorrentDraft {
	/** As it will be read, but for the hashes and what follows from them. */
	readonly metainfo: Metainfo;
	/** Puts the hashes in; call once. */
	finish(pieceHashes: Uint8Array): FinishedTorrent;
}

/** `Omit` on a union keeps only what its members share: one member at a time. */
type WithoutHashes<T> = T extends unknown ? Omit<T, 'pieceHashes'> : never;

/** @throws {ToolsError} `TOOLS_TOO_LARGE`, `TOOLS_BAD_NAME` when we could not read it ourselves */
export function draftTorrent(
	inputPath: string,
	fields: WithoutHashes<BuildFields>,
	pieceCount: number,
): TorrentDraft {
	const bytes = buildMetainfo({ ...fields, pieceHashes: new Uint8Array(pieceCount * SHA1_BYTES) });
	const { info, metainfo } = parse(inputPath, bytes);
	const pieces = scanBencode(info).topLevel.get('pieces');
	return {
		metainfo,
		finish(pieceHashes) {
			// The bytes of a string are the last ones of its range, after its length.
			info.set(pieceHashes, (pieces?.end ?? 0) - pieceHashes.byteLength);
			// Who has no usable name is called by the infohash, in all its paths: read it again.
			if (metainfo.name === metainfo.infohash)
				return { bytes, metainfo: parse(inputPath, bytes).metainfo };
			const infohash = infohashFromBytes(sha1(info));
			return { bytes, metainfo: { ...metainfo, infohash, pieceHashes } };
		},
	};
}

/** @returns `info`: the raw info dictionary, a view of `bytes` */
function parse(inputPath: string, bytes: Uint8Array): { info: Uint8Array; metainfo: Metainfo } {
	let info = bytes;
	try {
		const metainfo = parseMetainfo(bytes, (raw) => {
			info = raw;
			return sha1(raw);
		});
		return { info, metainfo };
	} catch (cause) {
		if (!(cause instanceof MetainfoError)) throw cause;
		const code = cause.code === 'METAINFO_BAD_PATH' ? 'TOOLS_BAD_NAME' : 'TOOLS_TOO_LARGE';
		const message = `${inputPath} cannot be a torrent: ${cause.message}`;
		throw new ToolsError(code, inputPath, message, { cause });
	}
}
