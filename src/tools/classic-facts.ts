/** What BitTornado showed of a `.torrent`: the fields as they stand in the file. */
import { isBencodeDict } from '../bencode/bencode-value.js';
import { findInteger, findList } from '../bencode/fields.js';
import { requireMetainfo, type TorrentDocument } from './torrent-document.js';
import { fieldText, readField, readTierTexts, readUrlTexts } from './torrent-fields.js';

export interface ClassicFacts {
	readonly infohash: string;
	readonly name: string;
	/** Undefined for a single file. */
	readonly files:
		| readonly { readonly path: readonly string[]; readonly lengthBytes: number }[]
		| undefined;
	readonly pieceLengthBytes: number;
	readonly totalBytes: number;
	readonly announce: string | undefined;
	/** `a,b|c`. */
	readonly announceList: string | undefined;
	/** `a|b`. */
	readonly httpSeeds: string | undefined;
	readonly comment: string | undefined;
}

/**
 * Nothing is cleaned: for a terminal the caller does that.
 * @throws {MetainfoError} `METAINFO_V2_ONLY`
 */
export function classicFacts(document: TorrentDocument): ClassicFacts {
	const { info, root } = document;
	const { infohash, pieceLengthBytes, totalBytes } = requireMetainfo(document);
	const textOf = (dict: typeof root, key: string): string | undefined =>
		dict.has(key) ? fieldText(readField(dict, key)) : undefined;
	return {
		infohash,
		name: textOf(info, 'name') ?? '',
		files: findList(info, 'files')?.flatMap((file) =>
			isBencodeDict(file)
				? [{ path: pathOf(readField(file, 'path')), lengthBytes: findInteger(file, 'length') ?? 0 }]
				: [],
		),
		pieceLengthBytes,
		totalBytes,
		announce: textOf(root, 'announce'),
		announceList: root.has('announce-list') ? fieldText(readTierTexts(root)) : undefined,
		httpSeeds: root.has('httpseeds') ? readUrlTexts(root, 'httpseeds').join('|') : undefined,
		comment: textOf(root, 'comment'),
	};
}

function pathOf(value: ReturnType<typeof readField>): string[] {
	return Array.isArray(value) ? value.map(String) : [];
}
