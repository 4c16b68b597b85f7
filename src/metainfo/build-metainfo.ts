/** Fields and piece hashes to `.torrent` bytes (BEP 3, 12, 17, 19, 27, 47). Pure: hashing is done before. */
import { type BencodeEncodable, encodeBencode } from '../bencode/encode.js';

export interface BuildFile {
	/** At least one element, none empty. */
	readonly path: readonly string[];
	readonly lengthBytes: number;
	readonly isPadding?: boolean;
	readonly isExecutable?: boolean;
}

interface BuildCommonFields {
	readonly name: string;
	readonly pieceLengthBytes: number;
	/** 20 bytes of SHA-1 for each piece. */
	readonly pieceHashes: Uint8Array;
	/** Written as `announce`; the first URL of `tiers` when absent. */
	readonly announce?: string;
	/** Written as `announce-list` when it says more than `announce`. */
	readonly tiers?: readonly (readonly string[])[];
	readonly isPrivate?: boolean;
	readonly comment?: string;
	readonly createdBy?: string;
	readonly creationDateSeconds?: number;
	/** BEP 19 `url-list`. */
	readonly webSeeds?: readonly string[];
	/** BEP 17 `httpseeds`. */
	readonly httpSeeds?: readonly string[];
	/** Part of the info dictionary: changes the infohash. */
	readonly source?: string;
}

/** Either one file of `lengthBytes` named `name`, or a folder `name` with `files`. */
export type BuildFields = BuildCommonFields &
	({ readonly lengthBytes: number } | { readonly files: readonly BuildFile[] });

/**
 * Writes a metainfo file. What comes out is what `parseMetainfo` takes: the caller hands over
 * lengths and hashes that fit together.
 */
export function buildMetainfo(fields: BuildFields): Uint8Array {
	const announce = fields.announce ?? fields.tiers?.find((tier) => tier.length > 0)?.[0];
	const { httpSeeds = [], webSeeds = [] } = fields;
	return encodeBencode({
		announce,
		'announce-list': announceList(fields.tiers ?? [], announce),
		comment: fields.comment,
		'created by': fields.createdBy,
		'creation date': fields.creationDateSeconds,
		httpseeds: httpSeeds.length === 0 ? undefined : httpSeeds,
		info: infoDictionary(fields),
		'url-list': webSeeds.length === 0 ? undefined : webSeeds,
	});
}

function infoDictionary(fields: BuildFields): BencodeEncodable {
	return {
		...('files' in fields
			? { files: fields.files.map(fileDictionary) }
			: { length: fields.lengthBytes }),
		name: fields.name,
		'piece length': fields.pieceLengthBytes,
		pieces: fields.pieceHashes,
		private: fields.isPrivate === true ? 1 : undefined,
		source: fields.source,
	};
}

function fileDictionary(file: BuildFile): BencodeEncodable {
	const attr = `${file.isPadding === true ? 'p' : ''}${file.isExecutable === true ? 'x' : ''}`;
	return {
		attr: attr === '' ? undefined : attr,
		length: file.lengthBytes,
		path: file.path,
	};
}

function announceList(
	tiers: readonly (readonly string[])[],
	announce: string | undefined,
): readonly (readonly string[])[] | undefined {
	const urls = tiers.flat();
	const saysMore = urls.length > 1 || (urls.length === 1 && urls[0] !== announce);
	return saysMore ? tiers.filter((tier) => tier.length > 0) : undefined;
}
